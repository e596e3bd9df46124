"""What happened to one record: who looked, what was corrected, and how two records differ before they are merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.masking import mask_id, mask_phone
from yimen.orgs.queries import division_name, role_name, seat_words
from yimen.registry.queries.opening import opened
from yimen.registry.queries.shown import shown_name
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import FIELDS, in_words
from yimen.registry.rules.merging import PICKABLE
from yimen.registry.rules.reveal import REASONS
from yimen.trail.queries import seen_of

_PICKED = tuple(name for name in PICKABLE if name not in ("id_number", "phone"))


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One look at, or change of, a resident: when, by whom in which role, what, and why."""

    id: int
    at: datetime
    who: str
    role: str
    where: str
    what: str
    why: str


_VERBS = {
    "resident.read": N_("opened the record"),
    "resident.reveal": N_("saw a whole number"),
    "export.download": N_("took out in a list"),
    "resident.correct": N_("corrected"),
    "resident.add": N_("added"),
    "resident.move": N_("moved"),
    "resident.merge": N_("merged"),
    "resident.undo": N_("undid a change"),
    "resident.import": N_("took over from a roster"),
    "resident.import_undo": N_("took a roster back"),
    "resident.set_trait": N_("set a trait"),
    "resident.end_trait": N_("ended a trait"),
    "resident.keep_material": N_("put a paper on file"),
}


def seen_by(actor: Actor, ref: str, *, before: int | None = None) -> tuple[str, list[SeenRow]]:
    """The resident's name and who looked at or changed the record, newest first. NotFound out of reach."""
    require(actor, "resident.seen_by")
    resident = _reached(actor, ref)
    with connection.cursor() as cursor:
        cursor.execute("select id from registry_resident where merged_into_id = %s", (resident[0],))
        ids = [resident[0], *(row[0] for row in cursor.fetchall())]
    rows = [
        SeenRow(
            entry.id,
            entry.at,
            entry.actor_name,
            _seat_of(entry.role, entry.seat),
            division_name(entry.division_code),
            _(_VERBS[entry.verb]) if entry.verb in _VERBS else entry.verb,
            _why(entry.note) if entry.verb == "resident.reveal" else entry.note,
        )
        for entry in seen_of("resident", ids, before=before)
    ]
    return shown_name(actor, resident[1]), rows


def _why(note: str) -> str:
    """The reason of a reveal in the reader's language; it is kept as its code, or a case number."""
    code, _colon, more = note.partition(": ")
    if code in REASONS:
        return " · ".join(part for part in (_(REASONS[code]), more) if part)
    return note.removeprefix("case ")


def _seat_of(role: str, seat: str) -> str:
    """As what somebody acted: the post and its side where they held one, else the role."""
    post, _space, side = seat.partition(" ")
    return seat_words(Role(role), post=post, side=side) if post and side else role_name(Role(role))


def _reached(actor: Actor, ref: str) -> tuple[UUID, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, name from registry_resident where ref = %s and division_code >= %s and division_code < %s",
            (ref, *bounds(actor)),
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One correction with old and new value in words, numbers masked; `can_undo` for the latest of its field."""

    id: UUID
    label: str
    old: str
    new: str
    source: str
    note: str
    who: str
    at: datetime
    can_undo: bool


def corrections(actor: Actor, ref: str) -> list[ChangeRow]:
    """What was corrected of a resident in reach, newest first."""
    require(actor, "resident.correct")
    resident_id, _name = _reached(actor, ref)
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, field, old_value, new_value, source, note, by_name, at, undoes_id from registry_change"
            " where resident_id = %s order by at desc, id desc limit 50",
            (resident_id,),
        )
        found = cursor.fetchall()
    language = get_language() or "zh-hans"
    rows, latest = [], set()
    for row_id, name, old_blob, new_blob, source, note, who, at, undoes in found:
        old, new = (_written(name, value, language) for value in sealed.open_change(old_blob, new_blob, row_id))
        can_undo = name not in latest and undoes is None
        latest.add(name)
        label = _(FIELDS[name].label) if name in FIELDS else name
        rows.append(ChangeRow(row_id, label, old, new, source, note, who, at, can_undo))
    return rows


def _written(name: str, value: str, language: str) -> str:
    """A kept value as people read it, numbers masked."""
    if name == "id_number":
        return mask_id(value) if value else ""
    if name == "phone":
        return mask_phone(value) if value else ""
    return in_words(FIELDS[name], value, language) if name in FIELDS else value


def values_of(actor: Actor, ref: str, at: datetime) -> dict[str, str]:
    """The present values of a resident for the form that corrects them, and the look on record; number and phone are
    left empty."""
    require(actor, "resident.correct")
    names = ("version", *(name for name in FIELDS if name not in ("id_number", "phone")))
    _id, _code, *row = opened(actor, ref, at, columns=", ".join(f"r.{name}" for name in names))
    return {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}


def name_of(actor: Actor, ref: str) -> str:
    """The name of a record that is to be merged, to search its double by."""
    require(actor, "resident.merge")
    with connection.cursor() as cursor:
        cursor.execute(
            "select name from registry_resident where ref = %s and division_code >= %s and division_code < %s"
            " and merged_into_id is null and not is_protected",
            (ref, *bounds(actor)),
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    return shown_name(actor, row[0])


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of two records side by side, numbers masked; `differs` where somebody has to pick."""

    name: str
    label: str
    kept: str
    other: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Two records before they become one. `moves` counts what goes over, by kind."""

    kept_ref: str
    kept_name: str
    other_ref: str
    other_name: str
    version: int
    kept_home: str
    other_home: str
    choices: Sequence[Choice]
    moves: Mapping[str, int]


_SIDE = f"""
r.version, r.id_number, r.phone,
(select d.address from registry_residence l join registry_dwelling d on d.id = l.dwelling_id
 where l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living') limit 1),
{", ".join(f"r.{name}" for name in _PICKED)},
(select count(*) from registry_residence x where x.resident_id = r.id),
(select count(*) from registry_trait x where x.resident_id = r.id),
(select count(*) from registry_materialonfile x where x.resident_id = r.id)
"""


@transaction.atomic
def merge_preview(actor: Actor, keep_ref: str, merge_ref: str, at: datetime) -> MergePreview:
    """Both records side by side, and the look at each on record. NotFound when either is out of reach, protected or
    merged already."""
    require(actor, "resident.merge")
    if keep_ref == merge_ref:
        raise RuleBroken(N_("This is one and the same record. Choose the other one."), field="other")
    kept, other = _side(actor, keep_ref, at), _side(actor, merge_ref, at)
    language = get_language() or "zh-hans"
    choices = []
    for name in PICKABLE:
        mine, theirs = kept.plain[name], other.plain[name]
        if mine or theirs:
            field = FIELDS[name]
            shown = [_written(name, value, language) for value in (mine, theirs)]
            choices.append(Choice(name, _(field.label), shown[0], shown[1], differs=mine != theirs))
    return MergePreview(
        keep_ref,
        shown_name(actor, kept.plain["name"]),
        merge_ref,
        shown_name(actor, other.plain["name"]),
        kept.version,
        kept.home,
        other.home,
        choices,
        other.counts,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    version: int
    home: str
    plain: Mapping[str, str]
    counts: Mapping[str, int]


def _side(actor: Actor, ref: str, at: datetime) -> _Side:
    row_id, _code, version, number, phone, address, *rest = opened(
        actor, ref, at, columns=_SIDE, more="and not r.is_protected"
    )
    plain = dict(zip(_PICKED, (value or "" for value in rest), strict=False))
    plain |= {"id_number": sealed.open_number(number, row_id), "phone": sealed.open_phone(phone, row_id)}
    homes, traits, papers = rest[-3:]
    return _Side(version, address or "", plain, {"residences": homes, "traits": traits, "papers": papers})
