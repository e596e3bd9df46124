"""Put a division into force, in one transaction; take it back by another."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from yimen.access import queries as access
from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.patches import queries
from yimen.patches.actions.lines import as_it_comes, officers_on, refuse_overwriting, write_officers
from yimen.patches.actions.plans import locked_plan
from yimen.patches.models import Beginning, Patch, Placement, Plan, Publication
from yimen.patches.queries.coming import changes_to_come, of_publications, rows_of
from yimen.patches.queries.ground import stairwell_rows
from yimen.patches.queries.plans import (
    officers_of,
    placed_of,
    read_officers,
    waiting,
    written_officers,
    written_placed,
)
from yimen.patches.rules.what_if import Officers, Placed, cut_patches
from yimen.trail.record import record

AHEAD = timedelta(days=366)


@transaction.atomic
def publish_plan(
    actor: Actor,
    *,
    ref: str,
    edition: int,
    from_on: date,
    reason: str = "",
    replacing: Collection[str] = (),
    is_same_meant: bool = False,
    is_cut_meant: bool = False,
    at: datetime,
) -> Publication:
    """Put a what-if into force from a day on: today or later; the first division of a community may reach back to the
    day the community began. Every stairwell lies in one patch, and every patch has an officer.

    A publication that waits for that day or a later one is replaced, and a change of officer that was named for a day
    to come is written over, only where its ref is among `replacing`; what changes nothing is published only when it
    `is_same_meant`, and patches that lie in several pieces only when it `is_cut_meant`."""
    require(actor, "plan.publish")
    plan = locked_plan(actor, ref, edition)
    code, today = plan.division_code, local(at).date()
    lock(code)
    began = Beginning.objects.filter(pk=code).first()
    _refuse_day(code, from_on, today, is_first=began is None)
    _refuse_unseen(code, from_on, today, replacing)
    placed, officers = _checked(plan, from_on, at)
    coming = changes_to_come(code, waiting(code, on=today), on=today)
    on_day = officers_on(code, from_on)
    officers = as_it_comes(officers, officers_on(code, today), coming, from_on)
    refuse_overwriting(officers, on_day, coming, replacing, from_on)
    if not (is_same_meant or replacing) and placed == queries.division_on(code, on=from_on) and officers == on_day:
        raise RuleBroken(
            N_(
                "This proposal changes nothing. Change something, drop it, or tick that it is to be published as it is."
            ),
            field="same",
        )
    if not is_cut_meant:
        _refuse_cut(code, placed, at)
    made = put_in_force(
        actor, code, placed, officers, from_on=from_on, at=at, plan=plan, reason=reason, gone=rows_of(replacing)
    )
    if began is None:
        Beginning.objects.create(division_code=plan.division_code, from_on=from_on)
    plan.state, plan.from_on, plan.changed_at = Plan.State.PUBLISHED, from_on, at
    plan.save(update_fields=["state", "from_on", "changed_at"])
    _record(actor, "plan.publish", made, len(set(placed.values())), at)
    return made


def lock(division_code: str) -> None:
    """Wait for whoever divides this community or adds stairwells to it, and keep others waiting."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('yimen.patches.' || %s, 0))", (division_code,))


def _refuse_day(division_code: str, from_on: date, today: date, *, is_first: bool) -> None:
    community = orgs.division(division_code)
    least = community.from_on if is_first and community else today
    if from_on < least:
        raise RuleBroken(
            N_("A division holds from %(day)s at the earliest. Choose that day or a later one."),
            field="from_on",
            day=least.isoformat(),
        )
    if from_on > today + AHEAD:
        raise RuleBroken(N_("This day is more than a year ahead. Choose an earlier one."), field="from_on")


def _refuse_unseen(division_code: str, from_on: date, today: date, replacing: Collection[str]) -> None:
    for one in waiting(division_code, on=today):
        if one.from_on >= from_on and one.ref not in replacing:
            raise RuleBroken(
                N_(
                    "From %(day)s a division published on %(published)s by %(name)s is waiting; publishing this one "
                    "replaces it. Tick it to replace it, or choose a later day."
                ),
                field="replacing",
                day=one.from_on.isoformat(),
                published=local(one.at).date().isoformat(),
                name=one.by_name,
            )


def _refuse_cut(division_code: str, placed: Placed, at: datetime) -> None:
    if cut := cut_patches(stairwell_rows(queries.ground_of(division_code, at=at).places), placed):
        raise RuleBroken(
            N_(
                "In this proposal not every patch is one piece on the ground (patch %(numbers)s): its officer walks"
                " across others. Change it, or tick that it is to be so."
            ),
            field="cut",
            numbers=", ".join(map(str, cut)),
        )


def _checked(plan: Plan, from_on: date, at: datetime) -> tuple[Placed, Officers]:
    placed, officers = placed_of(plan), officers_of(plan)
    wells = {place.id for place in queries.ground_of(plan.division_code, at=at).places}
    if missing := len(wells - set(placed)):
        raise Conflict(
            N_("%(count)s stairwells were added since this proposal was made. Place them, then publish again."),
            count=missing,
        )
    placed = {well: number for well, number in placed.items() if well in wells}
    here = _seated(plan.division_code, from_on)
    for number in sorted(set(placed.values())):
        if officers.get(number, {}).get("A") not in here:
            raise RuleBroken(N_("Patch %(number)s has no officer. Choose one, then publish again."), number=number)
    return placed, {number: officers[number] for number in set(placed.values())}


def _seated(division_code: str, on: date) -> set[UUID]:
    seats = access.seats_held(division_code, first=on, last=on, roles=orgs.STATION_ROLES)
    return {seat.account_id for seat in seats if seat.division_code == division_code}


def put_in_force(
    actor: Actor,
    division_code: str,
    placed: Placed,
    officers: Officers,
    *,
    from_on: date,
    at: datetime,
    plan: Plan | None = None,
    undoes: Publication | None = None,
    reason: str = "",
    gone: Collection[UUID] = (),
) -> Publication:
    """Write a division that holds from a day on over whatever was to hold then; what held before stays on record.
    `gone` are rows of officers that were to come and do not."""
    before = queries.division_on(division_code, on=from_on)
    officers_before = officers_on(division_code, from_on)
    replaced = [one for one in waiting(division_code, on=local(at).date()) if one.from_on >= from_on]
    patches = _patches(division_code, set(placed.values()), from_on)
    _place(division_code, placed, patches, from_on)
    gone = {*gone, *of_publications(division_code, replaced)}
    write_officers(division_code, officers, patches, from_on, gone)
    _close(division_code, set(placed.values()), from_on)
    doors = {place.id: place.doors for place in queries.ground_of(division_code, at=at).places}
    return Publication.objects.create(
        division_code=division_code,
        plan=plan,
        from_on=from_on,
        at=at,
        by_name=actor.name,
        by_account=actor.account_id,
        reason=reason,
        before=written_placed(before),
        officers_before=written_officers(officers_before),
        moved=sum(doors.get(well, 0) for well, number in placed.items() if before.get(well) != number),
        undoes=undoes,
    )


def _patches(division_code: str, numbers: Collection[int], from_on: date) -> dict[int, Patch]:
    """A patch for every number; one that had ended goes on, a new number is a new patch."""
    found = {one.number: one for one in Patch.objects.filter(division_code=division_code)}
    for number in sorted(numbers):
        known = found.get(number)
        if known is None:
            found[number] = Patch.objects.create(
                division_code=division_code,
                code=f"{division_code}{number:03}",
                number=number,
                from_on=from_on,
            )
        elif known.to_on is not None or known.from_on > from_on:
            known.to_on, known.from_on = None, min(known.from_on, from_on)
            known.save(update_fields=["to_on", "from_on"])
    return found


def _place(division_code: str, placed: Placed, patches: dict[int, Patch], from_on: date) -> None:
    runs = Placement.objects.filter(division_code=division_code)
    runs.filter(from_on__gte=from_on).delete()
    runs.filter(to_on__gt=from_on).update(to_on=None)
    stays = dict(runs.filter(to_on=None).values_list("stairwell_id", "patch_id"))
    moved = [well for well, number in placed.items() if stays.get(well) != patches[number].id]
    runs.filter(to_on=None, stairwell__in=moved).update(to_on=from_on)
    Placement.objects.bulk_create(
        Placement(
            division_code=division_code,
            stairwell_id=well,
            patch=patches[placed[well]],
            from_on=from_on,
        )
        for well in sorted(moved)
    )


def _close(division_code: str, numbers: Collection[int], from_on: date) -> None:
    """Patches without a stairwell end; one that never came to be holds for no day but its first."""
    for patch in Patch.objects.filter(division_code=division_code, to_on=None).exclude(number__in=numbers):
        patch.to_on = max(from_on, patch.from_on + timedelta(days=1))
        patch.save(update_fields=["to_on"])


@transaction.atomic
def undo_publication(actor: Actor, *, ref: str, at: datetime) -> Publication:
    """Publish again what held before the last publication: from today, or from its own day where that is to come.
    What waited for a day to come and was replaced by it is published again for its day."""
    require(actor, "publication.undo")
    found = visible_to(actor, Publication.objects.all()).filter(ref=ref).first()
    if found is None:
        raise NotFound()
    lock(found.division_code)
    latest = Publication.objects.filter(division_code=found.division_code).order_by("-at", "-id").first()
    if latest is None or latest.id != found.id:
        raise Conflict(N_("Only the last publication can be undone. Undo the later ones first, or publish another."))
    before = {UUID(well): number for well, number in found.before.items()}
    if not before:
        raise RuleBroken(
            N_("The first division cannot be undone: every door would be without a patch. Publish another instead.")
        )
    from_on = max(found.from_on, local(at).date())
    placed = _as_before(found.division_code, before, from_on, at)
    officers = _still_here(found.division_code, read_officers(found.officers_before), placed, from_on)
    made = put_in_force(actor, found.division_code, placed, officers, from_on=from_on, at=at, undoes=found)
    _record(actor, "publication.undo", made, len(set(placed.values())), at)
    _bring_back(actor, found, local(at).date(), at)
    return made


def _bring_back(actor: Actor, undone: Publication, today: date, at: datetime) -> None:
    """What waited before a publication and was replaced by it waits again, each a moment after the one before."""
    replaced = [one for one in waiting(undone.division_code, on=today, before=undone) if one.from_on >= undone.from_on]
    for place, one in enumerate(replaced, 1):
        if one.plan is None:
            continue
        placed = _as_before(one.division_code, placed_of(one.plan), one.from_on, at)
        officers = _still_here(one.division_code, officers_of(one.plan), placed, one.from_on)
        put_in_force(
            actor,
            one.division_code,
            placed,
            officers,
            from_on=one.from_on,
            at=at + timedelta(microseconds=place),
            plan=one.plan,
            reason=one.reason,
        )


def _still_here(division_code: str, officers: Officers, placed: Placed, on: date) -> Officers:
    """Of the officers of a division those who sit in the station on a day."""
    here, numbers = _seated(division_code, on), set(placed.values())
    return {
        number: {side: who for side, who in sides.items() if who in here}
        for number, sides in officers.items()
        if number in numbers
    }


def _as_before(division_code: str, before: Placed, from_on: date, at: datetime) -> Placed:
    """The old division of the stairwells there are now; later ones lie where their neighbours lay."""
    now = queries.division_on(division_code, on=from_on)
    places = queries.ground_of(division_code, at=at).places
    beside = {place.building_id: before[place.id] for place in places if place.id in before}
    first = min(before.values())
    return {place.id: before.get(place.id, beside.get(place.building_id, now.get(place.id, first))) for place in places}


def _record(actor: Actor, verb: str, made: Publication, patches: int, at: datetime) -> None:
    changes = {"from": made.from_on.isoformat(), "patches": patches, "moved": made.moved}
    code = made.division_code
    record(actor, verb, subject=("publication", made.id), division_code=code, at=at, changes=changes)
