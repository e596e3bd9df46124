"""Make two records of one person one, and take that back within 30 days.

Both ids stay: the merged record points to the kept one. `Merge.moved` names every row that was re-pointed or closed
and every field that was taken over (its old and new value stand sealed in a Change), so that undo can restore them.
What happened after the merge stays with the kept record.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.registry.actions.correcting import current, save, typed, write_change
from yimen.registry.actions.finding import resident_in_reach
from yimen.registry.models import Change, Household, HouseholdMember, MaterialOnFile, Merge, Residence, Resident, Trait
from yimen.registry.rules import sealed
from yimen.registry.rules.merging import PICKABLE, UNDO_WITHIN
from yimen.trail.record import record

# table → model of the rows that follow the person; those with True carry the person's own community
_FOLLOW: dict[str, tuple[type[Model], bool]] = {
    "residence": (Residence, False),
    "member": (HouseholdMember, False),
    "trait": (Trait, True),
    "material": (MaterialOnFile, True),
    "change": (Change, True),
}


@transaction.atomic
def merge(
    actor: Actor,
    *,
    keep_ref: str,
    merge_ref: str,
    reason: str,
    at: datetime,
    take: Collection[str] = (),
    take_home: bool = False,
    version: int | None = None,
) -> Merge:
    """Merge one record into another. `take` names the fields to take over from it, `take_home` where they live.

    Cases stay on their own record; both are found from either. RuleBroken without a reason or with one record twice.
    """
    require(actor, "resident.merge")
    if keep_ref == merge_ref:
        raise RuleBroken(N_("This is one and the same record. Choose the other one."), field="other")
    if not reason.strip():
        raise RuleBroken(N_("Say how you know that the two are one person."), field="reason")
    if unknown := set(take) - set(PICKABLE):
        raise RuleBroken(N_("This value is not in the list. Choose one from it."), field=sorted(unknown)[0])
    for ref in sorted((keep_ref, merge_ref)):  # one order for everybody, so that two merges cannot wait for each other
        resident_in_reach(actor, ref)
    kept = resident_in_reach(actor, keep_ref, version=version)
    other = resident_in_reach(actor, merge_ref)
    on = local(at).date()
    moved: dict[str, Any] = {"on": on.isoformat(), "closed": _close_doubles(kept, other, take_home, on)}
    moved |= _repoint(other, kept)
    row = Merge(division_code=kept.division_code, kept=kept, merged=other, reason=reason.strip()[:200], at=at)
    row.by_account = actor.account_id
    moved["taken"] = _take(actor, kept, other, take, at)
    row.moved = moved
    row.save(force_insert=True)
    _on_record(actor, "resident.merge", kept, other, at, row.reason)
    return row


def _close_doubles(kept: Resident, other: Resident, take_home: bool, on: date) -> dict[str, list[str]]:
    """End, of what can be open only once, the row that loses. Returns the ids by table."""
    loser = kept if take_home else other
    closed: dict[str, list[str]] = {"residence": [], "member": [], "trait": []}
    living = [Residence.Kind.BOTH, Residence.Kind.LIVING]
    homes = Residence.objects.select_for_update().filter(resident__in=(kept, other), to_on=None, kind__in=living)
    if homes.count() == 2:
        closed["residence"] = _end(homes.filter(resident=loser), on)
    members = HouseholdMember.objects.select_for_update().filter(resident__in=(kept, other), to_on=None)
    kinds = [row.household.kind for row in members.select_related("household")]
    for kind in Household.Kind:
        if kinds.count(kind) > 1:
            closed["member"] += _end(members.filter(resident=loser, household__kind=kind), on)
    traits = Trait.objects.select_for_update().filter(resident__in=(kept, other), to_on=None)
    names = [row.kind for row in traits]
    doubled = {name for name in names if names.count(name) > 1}
    closed["trait"] = _end(traits.filter(resident=other, kind__in=doubled), on)
    return closed


def _end(rows: "QuerySet[Any, Any]", on: date) -> list[str]:
    ids = []
    for row in rows:
        row.to_on = max(on, row.from_on)
        row.save(update_fields=["to_on"])
        ids.append(str(row.pk))
    return ids


def _repoint(other: Resident, kept: Resident) -> dict[str, list[str]]:
    """Hang everything of the other record on the kept one; the other then only points there."""
    moved: dict[str, list[str]] = {}
    for table, (model, carries_community) in _FOLLOW.items():
        rows = model._default_manager.filter(resident=other)
        moved[table] = [str(row_id) for row_id in rows.values_list("pk", flat=True)]
        rows.update(resident=kept, **({"division_code": kept.division_code} if carries_community else {}))
    heads = Household.objects.filter(head=other)
    moved["head"] = [str(row_id) for row_id in heads.values_list("pk", flat=True)]
    heads.update(head=kept)
    aliases = Resident.objects.filter(merged_into=other)
    moved["alias"] = [str(row_id) for row_id in aliases.values_list("pk", flat=True)]
    aliases.update(merged_into=kept)
    other.merged_into = kept
    other.version += 1
    other.save(update_fields=["merged_into", "version"])
    return moved


def _take(actor: Actor, kept: Resident, other: Resident, take: Collection[str], at: datetime) -> dict[str, str]:
    """Take over the chosen fields, with where they come from. Returns the change of each."""
    names = [name for name in PICKABLE if name in take]
    wanted = {name: typed(name, current(other, name)) for name in names}
    if "id_number" in wanted:
        wanted |= {"birth_on": other.birth_on, "sex": other.sex}
    taken: dict[str, str] = {}
    for name, value in wanted.items():
        if current(other, name) != current(kept, name):
            origin = other.provenance.get(name) or [other.source, other.as_of_on.isoformat(), ""]
            taken[name] = str(write_change(actor, kept, name, value, origin=origin, note="", at=at).id)
    save(kept, taken)
    return taken


def _on_record(actor: Actor, verb: str, kept: Resident, other: Resident, at: datetime, note: str) -> None:
    for one in (kept, other):
        record(
            actor,
            verb,
            subject=("resident", one.id),
            division_code=one.division_code,
            at=at,
            changes={"kept": kept.ref, "merged": other.ref},
            note=note,
        )


@transaction.atomic
def undo_merge(actor: Actor, *, merge_ref: str, at: datetime) -> Resident:
    """Part two records again, within 30 days. Returns the record that comes back.

    RuleBroken when it was undone already, is too long ago, or when the kept record was itself merged since.
    """
    require(actor, "resident.undo")
    row: Merge | None = visible_to(actor, Merge.objects.filter(ref=merge_ref)).select_for_update().first()
    if row is None:
        raise NotFound()
    if row.undone_at is not None:
        raise RuleBroken(N_("This merge has already been undone. Open both records to see them."))
    if at - row.at > UNDO_WITHIN:
        raise RuleBroken(
            N_("This merge is more than %(days)s days old. Add the second person anew instead."), days=UNDO_WITHIN.days
        )
    kept = Resident.objects.select_for_update().get(id=row.kept_id)
    other = Resident.objects.select_for_update().get(id=row.merged_id)
    if kept.merged_into_id is not None or other.merged_into_id != kept.id:
        raise RuleBroken(N_("The kept record was merged once more since. Undo that merge first."))
    _give_back_fields(actor, kept, row.moved["taken"], at)
    _point_back(row.moved, kept, other)
    _reopen(row.moved)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    _on_record(actor, "resident.undo", kept, other, at, "")
    return other


def _give_back_fields(actor: Actor, kept: Resident, taken: dict[str, str], at: datetime) -> None:
    """Restore what the kept record had, unless it was corrected since."""
    given: dict[str, Any] = {}
    for name, change_id in taken.items():
        change = Change.objects.get(id=change_id)
        old, new = sealed.open_change(change.old_value, change.new_value, change.id)
        if current(kept, name) == new:
            given[name] = typed(name, old)
            write_change(actor, kept, name, given[name], origin=change.provenance_before, note="", at=at, undoes=change)
    save(kept, given)


def _point_back(moved: dict[str, Any], kept: Resident, other: Resident) -> None:
    for table, (model, carries_community) in _FOLLOW.items():
        rows = model._default_manager.filter(pk__in=moved[table], resident=kept)
        rows.update(resident=other, **({"division_code": other.division_code} if carries_community else {}))
    Household.objects.filter(pk__in=moved["head"], head=kept).update(head=other)
    Resident.objects.filter(pk__in=moved["alias"], merged_into=kept).update(merged_into=other)
    other.merged_into = None
    other.version += 1
    other.save(update_fields=["merged_into", "version"])


def _reopen(moved: dict[str, Any]) -> None:
    """Open again what the merge ended, unless something new has been opened in its place."""
    living = [Residence.Kind.BOTH, Residence.Kind.LIVING]
    for home in Residence.objects.filter(pk__in=moved["closed"]["residence"]):
        if not Residence.objects.filter(resident=home.resident_id, to_on=None, kind__in=living).exists():
            _open_again(home)
    for member in HouseholdMember.objects.filter(pk__in=moved["closed"]["member"]).select_related("household"):
        same = HouseholdMember.objects.filter(
            resident=member.resident_id, to_on=None, household__kind=member.household.kind
        )
        if not same.exists() and member.household.to_on is None:
            _open_again(member)
    for trait in Trait.objects.filter(pk__in=moved["closed"]["trait"]):
        if not Trait.objects.filter(resident=trait.resident_id, kind=trait.kind, to_on=None).exists():
            _open_again(trait)


def _open_again(row: Any) -> None:
    row.to_on = None
    row.save(update_fields=["to_on"])
