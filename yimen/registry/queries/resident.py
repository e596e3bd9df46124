"""One resident's page: one statement reads it and writes down that it was read."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.codes import code_label
from yimen.core.errors import N_, NotFound
from yimen.registry.queries.opening import opened_or_not
from yimen.registry.queries.protected import HANDLED
from yimen.registry.queries.shapes import Fact, Home, Left, Member, MergeRow, PaperRow, ResidentPage, TraitRow
from yimen.registry.queries.shown import age, masked_number, masked_phone, sex_word, shown_name
from yimen.registry.queries.sources import Answering, TimelineRow, answering_of, paper_name, telling_sources
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import FIELDS, SOURCES
from yimen.registry.rules.merging import UNDO_WITHIN
from yimen.registry.rules.traits import known_kinds, masked_trait, trait_label

_MOST_LINES = 40


_PLAIN = (
    "name",
    "former_name",
    "sex",
    "birth_on",
    "ethnic",
    "education",
    "marital",
    "political",
    "employment",
    "registered_division",
    "registered_address",
    "died_on",
)


def _list(columns: str, tables: str, order: str) -> str:
    return f"(select json_agg(x order by {order})::text from (select {columns} from {tables}) x)"


_AROUND = ", ".join(
    (
        _list(
            "l.kind, d.ref, d.door, d.address, l.division_code, l.source, l.as_of_on, l.from_on, l.to_on, d.is_rented,"
            " l.left_to, l.left_source, l.left_as_of_on",
            "registry_residence l join registry_dwelling d on d.id = l.dwelling_id where l.resident_id = r.id",
            "x.to_on is null desc, x.from_on desc",
        ),
        _list(
            "m.relation, p.ref, p.name, p.birth_on, p.died_on",
            """registry_householdmember own
               join registry_household h on h.id = own.household_id and h.kind = 'living' and h.to_on is null
               join registry_householdmember m on m.household_id = h.id and m.to_on is null
               join registry_resident p on p.id = m.resident_id and not p.is_protected
               where own.resident_id = r.id and own.to_on is null""",
            "x.relation not in ('01', '02'), x.birth_on",
        ),
        _list(
            "id, kind, value, source, as_of_on, to_on",
            "registry_trait where resident_id = r.id",
            "x.to_on is null desc, x.as_of_on desc",
        ),
        _list(
            "material_code, source, obtained_on, valid_until, case_number",
            "registry_materialonfile where resident_id = r.id",
            "x.obtained_on desc",
        ),
        _list(
            "field, source, evidence, note, by_name, at, undoes_id",
            "registry_change where resident_id = r.id order by at desc limit 50",
            "x.at desc",
        ),
        _list(
            "g.ref, g.at, g.reason, g.undone_at, g.kept_id = r.id as is_kept, p.name",
            """registry_merge g join registry_resident p on p.id = g.merged_id
               where g.kept_id = r.id or g.merged_id = r.id""",
            "x.at desc",
        ),
        _list("id", "registry_resident where merged_into_id = r.id", "x.id"),
    )
)


_COLUMNS = f"""
r.ref, r.version, r.source, r.as_of_on, r.provenance::text, r.id_number, r.phone,
{", ".join(f"r.{name}" for name in _PLAIN)}, {_AROUND}
"""


def resident_page(actor: Actor, ref: str, at: datetime) -> ResidentPage:
    """The page of a resident in reach, masked, and its reading on record. NotFound out of reach; RuleBroken when
    somebody above the stations has opened too many."""
    row = opened_or_not(actor, ref, at, columns=_COLUMNS)
    return _page(actor, row, at) if row else _moved(actor, ref)


_KEPT = f"""
select r.id, k.ref from registry_resident r
left join registry_resident k on k.id = r.merged_into_id and k.division_code >= %(low)s and k.division_code < %(high)s
  and (not k.is_protected or %(is_head)s or {HANDLED.format("k", "%(me)s")})
where r.ref = %(ref)s and r.division_code >= %(low)s and r.division_code < %(high)s
  and r.merged_into_id is not null and (not r.is_protected or %(is_head)s)
"""
_KEPT_ELSEWHERE = N_(
    "This record was merged into one that is not within your reach. Ask the station head, or the street, which reaches"
    " both."
)


def _moved(actor: Actor, ref: str) -> ResidentPage:
    """Where a merged record leads. NotFound when it is none, and in plain words when it leads out of reach."""
    row = _kept(actor, ref)
    if row is None:
        raise NotFound()
    return ResidentPage(id=row[0], ref=ref, moved_to=row[1])


def moved_to(actor: Actor, ref: str) -> str:
    """The record into which this one was merged, "" when it was not: its old addresses lead there. NotFound, in plain
    words, when that one is out of reach."""
    row = _kept(actor, ref)
    return row[1] if row else ""


def _kept(actor: Actor, ref: str) -> tuple[UUID, str] | None:
    with connection.cursor() as cursor:
        low, high = bounds(actor)
        asked: dict[str, Any] = {"ref": ref, "low": low, "high": high, "me": actor.account_id}
        asked["is_head"] = actor.role is Role.HEAD
        cursor.execute(_KEPT, asked)
        found: tuple[UUID, str] | None = cursor.fetchone()
    if found and not found[1]:
        raise NotFound(_KEPT_ELSEWHERE)
    return found


def _page(actor: Actor, row: Sequence[Any], at: datetime) -> ResidentPage:
    row_id, code, ref, version, source, as_of_on, provenance, number, phone, *rest = row
    homes, members, traits, papers, changes, merges, merged = (json.loads(part or "[]") for part in rest[len(_PLAIN) :])
    values = dict(zip(_PLAIN, rest, strict=False))
    today = local(at).date()
    ids = [row_id, *(UUID(other["id"]) for other in merged)]
    answers = answering_of(actor, [home["ref"] for home in homes if home["to_on"] is None], at)
    found_homes = [_home(home, answers) for home in homes]
    facts = _facts(
        values, masked_number(number, row_id), masked_phone(phone, row_id), json.loads(provenance), (source, as_of_on)
    )
    language = get_language() or "zh-hans"
    told = [source_(actor, ids, at) for source_ in telling_sources]
    return ResidentPage(
        id=row_id,
        ref=ref,
        name=shown_name(actor, values["name"]),
        sex=sex_word(values["sex"]),
        age=age(values["birth_on"], values["died_on"], today),
        ethnic=code_label("ethnic_gbt3304", values["ethnic"], language),
        is_dead=values["died_on"] is not None,
        died_on=values["died_on"],
        division_code=code,
        version=version,
        has_number=number is not None,
        has_phone=phone is not None,
        facts=facts,
        homes=found_homes,
        members=[_member(actor, member, language, today) for member in members],
        traits=[found for trait in traits if (found := _trait(actor, trait, language)) is not None],
        papers=[_paper(paper) for paper in papers],
        merges=[_merge(merge, at) for merge in merges if merge["is_kept"] and merge["undone_at"] is None],
        timeline=_timeline([row for one in told for row in one.timeline], found_homes, changes, merges),
        panels=[one.panel for one in told if one.panel is not None],
        ids=ids,
    )


_SHOWN = (
    "id_number",
    "birth_on",
    "phone",
    "former_name",
    "registered_address",
    "marital",
    "education",
    "political",
    "employment",
    "died_on",
)
_ALWAYS = ("id_number", "birth_on", "phone")


def _facts(
    values: Mapping[str, Any], number: str, phone: str, provenance: Mapping[str, Any], default: tuple[str, date]
) -> list[Fact]:
    language = get_language() or "zh-hans"
    found = []
    for name in _SHOWN:
        field = FIELDS[name]
        value = {"id_number": number, "phone": phone}.get(name) or values.get(name)
        if not value and name not in _ALWAYS:
            continue
        source, on, evidence = provenance.get(name) or (default[0], default[1].isoformat(), "")
        text = code_label(field.codes, value, language) if field.codes else str(value or "")
        found.append(
            Fact(name, _(field.label), text, source_words(source), _day(on), evidence, name in ("id_number", "phone"))
        )
    return found


def source_words(source: str) -> str:
    """Who says so, in the reader's language."""
    return _(SOURCES[source]) if source in SOURCES else source


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return _day(text) if text else None


def _home(row: Mapping[str, Any], answers: Mapping[str, Answering]) -> Home:
    return Home(
        row["kind"],
        row["ref"],
        row["door"],
        row["address"],
        row["division_code"],
        source_words(row["source"]),
        _day(row["as_of_on"]),
        _day(row["from_on"]),
        _day_or_none(row["to_on"]),
        row["is_rented"],
        answers.get(row["ref"]) if row["to_on"] is None else None,
        Left(row["left_to"], source_words(row["left_source"]), _day(row["left_as_of_on"]))
        if row["left_source"]
        else None,
    )


def _member(actor: Actor, row: Mapping[str, Any], language: str, today: date) -> Member:
    return Member(
        row["ref"],
        shown_name(actor, row["name"]),
        code_label("kinship_gbt4761", row["relation"], language),
        age(_day_or_none(row["birth_on"]), _day_or_none(row["died_on"]), today),
        row["died_on"] is not None,
    )


def _trait(actor: Actor, row: Mapping[str, Any], language: str) -> TraitRow | None:
    kind = known_kinds().get(row["kind"])
    is_restricted = kind is not None and kind.is_restricted
    if is_restricted and not (actor.role is Role.HEAD or actor.post == "ZZ"):
        return None
    if row["value"] is False:
        return None
    kept = masked_trait(row["kind"], sealed.open_trait(row["value"], UUID(row["id"])))
    value = "" if kept is True else str(kept)
    return TraitRow(
        row["kind"],
        trait_label(row["kind"], language),
        value,
        source_words(row["source"]),
        _day(row["as_of_on"]),
        _day_or_none(row["to_on"]),
        is_restricted,
    )


def _paper(row: Mapping[str, Any]) -> PaperRow:
    return PaperRow(
        row["material_code"],
        paper_name(row["material_code"]),
        source_words(row["source"]),
        _day(row["obtained_on"]),
        _day_or_none(row["valid_until"]),
        row["case_number"],
    )


def _merge(row: Mapping[str, Any], at: datetime) -> MergeRow:
    merged_at = datetime.fromisoformat(row["at"])
    return MergeRow(row["ref"], row["name"], merged_at, row["reason"], at - merged_at <= UNDO_WITHIN)


_MOVED = {
    "both": N_("Lives and is registered at %(door)s"),
    "living": N_("Lives at %(door)s"),
    "registered": N_("Registered at %(door)s"),
}


def left_words(to: str) -> str:
    """That somebody left, and where to as far as known."""
    return _("Moved away: %(place)s") % {"place": to} if to else _("Moved away")


def _timeline(
    rows: list[TimelineRow],
    homes: Sequence[Home],
    changes: Sequence[Mapping[str, Any]],
    merges: Sequence[Mapping[str, Any]],
) -> list[TimelineRow]:
    """Everything that happened, newest first: to `rows` of the rooms above, what the register knows."""
    for home in homes:
        words = _(_MOVED[home.kind]) % {"door": home.address}
        rows.append(TimelineRow(home.from_on, words, detail=home.source))
        if home.left and home.to_on:
            rows.append(TimelineRow(home.to_on, left_words(home.left.to), detail=home.left.source))
    for change in changes:
        field = FIELDS.get(change["field"])
        said = N_("%(field)s put back") if change["undoes_id"] else N_("%(field)s corrected")
        words = _(said) % {"field": _(field.label) if field else change["field"]}
        moment = datetime.fromisoformat(change["at"])
        rows.append(TimelineRow(moment, words, who=change["by_name"], detail=change["note"]))
    for merge in merges:
        words = N_("A second record was merged in") if merge["is_kept"] else N_("Merged into another record")
        rows.append(TimelineRow(datetime.fromisoformat(merge["at"]), _(words), detail=merge["reason"]))
        if merge["undone_at"]:
            rows.append(TimelineRow(datetime.fromisoformat(merge["undone_at"]), _("A merge was undone")))
    return sorted(rows, key=lambda row: _moment(row.at), reverse=True)[:_MOST_LINES]


def _moment(value: date) -> str:
    """Days sort before the moments of that day."""
    return local(value).isoformat() if isinstance(value, datetime) else value.isoformat()
