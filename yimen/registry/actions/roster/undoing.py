"""Take back what rows of a roster did, fact by fact; what was touched again since stays, and is named."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.registry.actions.roster.people import Journal, Origin
from yimen.registry.actions.roster.removing import holders, remove_following
from yimen.registry.actions.roster.values import change_row, columns_of, write_values
from yimen.registry.actions.settling import change_community
from yimen.registry.models import Change, Household, HouseholdMember, Residence, Resident, Trait
from yimen.registry.queries.roster import lock_people, people_by_id
from yimen.registry.rules import sealed
from yimen.registry.rules.roster import HEADS, Difference
from yimen.trail.record import Subject, record_many


@dataclass(frozen=True, slots=True)
class Kept:
    """What a row did to one resident."""

    line: int
    resident: UUID
    journal: Journal


Left = dict[int, list[str]]  # line → facts that stay: names of fields, "door", "trait:<kind>" or "added"


@transaction.atomic
def take_back(actor: Actor, *, rows: Sequence[Kept], origin: Origin) -> Left:
    """Undo rows of one import, and take what is undone out of their journals. Returns the facts that somebody touched
    later; they stay as they are now, and in the journals."""
    require(actor, "resident.import_undo")
    lock_people([row.resident for row in rows])
    left: Left = defaultdict(list)
    done: dict[UUID, list[str]] = defaultdict(list)
    steps: tuple[Callable[[Actor, Sequence[Kept], Origin, Left, dict[UUID, list[str]]], None], ...] = (
        _traits,
        _values,
        _people,
        _moves,  # last: a household that somebody moved into may have held people who are gone now
    )
    codes = dict(Resident.objects.filter(id__in=[row.resident for row in rows]).values_list("id", "division_code"))
    for step in steps:
        step(actor, rows, origin, left, done)
    subjects = [Subject(person, codes.get(person, actor.reach), facts) for person, facts in done.items()]
    record_many(actor, "resident.import_undo", kind="resident", subjects=subjects, at=origin.at, note=origin.ref)
    return dict(left)


def _values(actor: Actor, rows: Sequence[Kept], origin: Origin, left: Left, done: dict[UUID, list[str]]) -> None:
    """Put corrected values back, with their sources, by one more change each."""
    mine = [row for row in rows if row.journal.get("changes")]
    ids = [UUID(one) for row in mine for one in row.journal["changes"]]
    by_id = {row.id: row for row in Change.objects.filter(id__in=ids)}
    later = _changed_later(ids)
    people = people_by_id([row.resident for row in mine])
    changes, columns = [], []
    for row in mine:
        person, touched, stays = people.get(row.resident), False, []
        for change_id in map(UUID, row.journal.pop("changes")):
            change = by_id[change_id]
            old, new = sealed.open_change(change.old_value, change.new_value, change.id)
            if person is None or change_id in later or person.values.get(change.field) != new:
                left[row.line].append(change.field)
                stays.append(str(change_id))
                continue
            different, before = Difference(change.field, new, old), change.provenance_before
            source, evidence = (before[0], before[2]) if before else (person.source, "")
            changes.append(change_row(actor, person, different, origin, evidence, source=source, undoes=change_id))
            person.values[change.field], touched = old, True
            person.provenance.pop(change.field, None)
            if before:
                person.provenance[change.field] = before
            done[row.resident].append(change.field)
        if stays:
            row.journal["changes"] = stays
        if person is not None and touched:
            columns.append(columns_of(person))
    write_values(changes, columns)


def _changed_later(ids: Collection[UUID]) -> set[UUID]:
    """Those changes after which the same field of the same person was changed again; what was put back counts no
    more."""
    if not ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.id from registry_change c where c.id = any(%s) and exists (select 1 from registry_change n "
            "where n.resident_id = c.resident_id and n.field = c.field and (n.at, n.id) > (c.at, c.id) "
            "and n.undoes_id is null and not exists (select 1 from registry_change u "
            "where u.resident_id = n.resident_id and u.undoes_id = n.id))",
            (list(ids),),
        )
        return {row[0] for row in cursor.fetchall()}


def _moves(actor: Actor, rows: Sequence[Kept], origin: Origin, left: Left, done: dict[UUID, list[str]]) -> None:
    """Remove the residence that the move made and open again what it ended."""
    for row in rows:
        moved = row.journal.get("moved")
        if not moved:
            continue
        made, ended = moved["made"], moved["ended"]
        still = Residence.objects.filter(id__in=made["residence"], resident=row.resident, to_on=None).count()
        if still != len(made["residence"]):
            left[row.line].append("door")
            continue
        _remove_relations(made["residence"], made["member"])
        Residence.objects.filter(id__in=ended["residence"], resident=row.resident).update(to_on=None)
        _rejoin(row.resident, ended["member"])
        resident = Resident.objects.get(id=row.resident)
        change_community(resident, moved["from"])
        del row.journal["moved"]
        done[row.resident].append("door")


def _remove_relations(homes: Collection[str], members: Collection[str]) -> None:
    """Remove relations, and the households that they founded."""
    Residence.objects.filter(id__in=homes).delete()
    own = HouseholdMember.objects.filter(id__in=members)
    households = list(own.values_list("household", "resident"))
    own.delete()
    for household, resident in households:
        Household.objects.filter(id=household, head=resident).update(head=None)
    Household.objects.filter(id__in=[one for one, _resident in households], members=None).delete()


def _rejoin(resident: UUID, members: Collection[str]) -> None:
    for member in HouseholdMember.objects.filter(id__in=members, resident=resident).select_related("household"):
        Household.objects.filter(id=member.household_id).update(to_on=None)
        if member.relation in HEADS:
            Household.objects.filter(id=member.household_id, head=None).update(head=resident)
        HouseholdMember.objects.filter(id=member.id).update(to_on=None)


def _traits(actor: Actor, rows: Sequence[Kept], origin: Origin, left: Left, done: dict[UUID, list[str]]) -> None:
    """Remove traits that were opened, open again those that were ended."""
    ids = {one for row in rows for part in (row.journal.get("traits") or {}).values() for one in part}
    by_id = {str(trait.id): trait for trait in Trait.objects.filter(id__in=ids)}
    now_open = {
        (trait.resident_id, trait.kind): str(trait.id)
        for trait in Trait.objects.filter(resident__in=[row.resident for row in rows], to_on=None)
    }
    for row in rows:
        journal = row.journal.pop("traits", {"made": [], "ended": []})
        stays: dict[str, list[str]] = {"made": [], "ended": []}
        for one in journal["made"]:
            trait = by_id.get(one)
            if trait is None:
                continue  # gone with the resident, whose own roster was undone
            if now_open.get((row.resident, trait.kind)) != one:
                left[row.line].append(f"trait:{trait.kind}")
                stays["made"].append(one)
                continue
            Trait.objects.filter(id=one).delete()
            del now_open[row.resident, trait.kind]
            done[row.resident].append(trait.kind)
        for one in journal["ended"]:
            trait = by_id.get(one)
            if trait is None:
                continue
            if (row.resident, trait.kind) in now_open or f"trait:{trait.kind}" in left.get(row.line, ()):
                stays["ended"].append(one)
                continue
            Trait.objects.filter(id=one).update(to_on=None)
            done[row.resident].append(trait.kind)
        if any(stays.values()):
            row.journal["traits"] = stays


def _people(actor: Actor, rows: Sequence[Kept], origin: Origin, left: Left, done: dict[UUID, list[str]]) -> None:
    """Remove people who were added, unless something has been hung on them since, and the households they founded,
    unless somebody else has joined them."""
    added = {row.resident: row for row in rows if row.journal.get("added")}
    used = _in_use(added) if added else set()
    for person in used:
        left[added[person].line].append("added")
    gone = [person for person in added if person not in used]
    _empty_households([added[person].journal for person in gone])
    HouseholdMember.objects.filter(resident__in=gone).delete()
    _households(rows, used, left)
    Residence.objects.filter(resident__in=gone).delete()
    Trait.objects.filter(resident__in=gone).delete()
    remove_following(Resident, gone)
    Resident.objects.filter(id__in=gone).delete()
    for person in gone:
        for name in ("added", "residence", "member", "headed", "brought"):
            added[person].journal.pop(name, None)
        done[person].append("added")


def _households(rows: Sequence[Kept], used: Collection[UUID], left: Left) -> None:
    """Remove households that people founded who are gone now."""
    founded = {row.journal["household"]: row for row in rows if "household" in row.journal and row.resident not in used}
    Household.objects.filter(id__in=founded).exclude(members__isnull=False).delete()
    stays = {str(one) for one in Household.objects.filter(id__in=founded).values_list("id", flat=True)}
    for household, row in founded.items():
        if household in stays:
            left[row.line].append("household")
        else:
            del row.journal["household"]


def _empty_households(journals: Sequence[Journal]) -> None:
    """A household that had a head of this import has none any more."""
    people = [journal["added"] for journal in journals]
    Household.objects.filter(Q(head__in=people)).update(head=None)


def _in_use(added: dict[UUID, Kept]) -> set[UUID]:
    """People on whom something hangs that this import did not hang there."""
    own = {
        UUID(journal[name])
        for journal in (row.journal for row in added.values())
        for name in ("residence", "member")
        if name in journal
    }
    own |= {UUID(one) for row in added.values() for one in row.journal.get("brought", ())}
    # Journals of earlier programs do not name the traits that came with somebody.
    unnamed = [person for person, row in added.items() if "brought" not in row.journal]
    used: set[UUID] = set()
    for model, column, rows in holders(Resident, added):
        if model is Household:
            continue
        found = rows.exclude(pk__in=own)
        if model is Trait and unnamed:
            started = F("resident__created_at__date")
            found = found.exclude(resident__in=unnamed, source="import", from_on__lte=started, to_on=None)
        used |= set(found.values_list(column, flat=True))
    return used


def origin_of(ref: str, at: Any) -> Origin:
    """Which import undoes, and when."""
    return Origin(ref, local(at).date(), at)
