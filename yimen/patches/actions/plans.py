"""What-ifs: another division of a community, tried on paper until it is published or dropped."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.patches import queries
from yimen.patches.models import Plan
from yimen.patches.queries.ground import stairwell_rows
from yimen.patches.queries.plans import officers_of, placed_of, written_officers, written_placed
from yimen.patches.rules import what_if
from yimen.patches.rules.drawing import Reason
from yimen.trail.record import record

COMMUNITY = 12  # digits of a community's code


@transaction.atomic
def start_plan(actor: Actor, *, division_code: str, from_on: date, as_is: bool = False, at: datetime) -> Plan:
    """Begin a what-if of a community: drawn by the norms with as few changes of officer as can be, or `as_is` the
    division in force, to be changed by hand. One community has one open what-if."""
    require(actor, "plan.start")
    community = orgs.division(division_code) if actor.reaches(division_code) else None
    if community is None or len(division_code) != COMMUNITY:
        raise NotFound()
    if Plan.objects.filter(division_code=division_code, state=Plan.State.OPEN).exists():
        raise Conflict(N_("A proposal for this community is open already. Go on with it, or drop it first."))
    ground = _ground(division_code, at)
    today = queries.division_on(division_code, on=max(from_on, local(at).date()))
    standing = queries.patches_at(division_code, at=at)
    placed, reasons = (dict(today), None) if as_is and today else _drawn(ground.places, today, at)
    plan = Plan(division_code=division_code, from_on=from_on, made_by=actor.name, made_at=at, changed_at=at)
    known = {
        one.number: {side: who.account_id for side, who in (("A", one.a), ("B", one.b)) if who and not who.has_left}
        for one in standing
    }
    _write(plan, placed, known, at, reasons=reasons)
    plan.save(force_insert=True)
    _record(actor, "plan.start", plan, at, patches=len(set(placed.values())))
    return plan


def _ground(division_code: str, at: datetime) -> queries.Ground:
    ground = queries.ground_of(division_code, at=at)
    if not ground.places:
        raise RuleBroken(N_("This community has no stairwell on record. Bring in its roster of buildings first."))
    if not ground.households:
        raise RuleBroken(N_("Nobody lives in this community on record. Bring in its roster of residents first."))
    return ground


def _drawn(
    places: Collection[queries.Place], keep: dict[UUID, int], at: datetime
) -> tuple[what_if.Placed, list[Reason]]:
    sizes = queries.sizes_on(local(at).date())
    found, reasons = what_if.drawn(
        stairwell_rows(places),
        target=sizes.households,
        tolerance=sizes.tolerance / 100,
        most=sizes.most,
        keep=keep,
    )
    if len(set(found.values())) > what_if.MOST_PATCHES:
        raise RuleBroken(N_("This makes more than %(most)s patches. Check the roster."), most=what_if.MOST_PATCHES)
    return found, list(reasons)


def _write(
    plan: Plan,
    placed: what_if.Placed,
    known: what_if.Officers,
    at: datetime,
    *,
    reasons: Iterable[Reason] | None = None,
) -> None:
    """Put a division into a what-if, with officers for patches that have none."""
    people = [one.account_id for one in orgs.workers(plan.division_code, at=at) if not one.is_head]
    plan.placed = written_placed(placed)
    plan.officers = written_officers(what_if.officers_for(set(placed.values()), known, people))
    if reasons is None:
        plan.notes = [note for note in plan.notes if note["patch"] is None]  # what was said of a patch holds no more
    else:
        plan.notes = [{**asdict(one), "stairwell": str(one.stairwell or "")} for one in reasons]
    plan.changed_at = at


def _record(actor: Actor, verb: str, plan: Plan, at: datetime, **changes: object) -> None:
    record(actor, verb, subject=("plan", plan.id), division_code=plan.division_code, at=at, changes=changes)


def locked_plan(actor: Actor, ref: str, edition: int) -> Plan:
    """An open what-if within reach, locked; refused when somebody changed it since it was looked at."""
    plan: Plan | None = visible_to(actor, Plan.objects.select_for_update()).filter(ref=ref).first()
    if plan is None:
        raise NotFound()
    if plan.state != Plan.State.OPEN:
        raise Conflict(N_("This proposal is closed already. Look at the patches as they are now."))
    if plan.edition != edition:
        raise Conflict(N_("Somebody changed this proposal in the meantime. Look at it again, then repeat your change."))
    return plan


def _save(
    actor: Actor,
    verb: str,
    plan: Plan,
    placed: what_if.Placed,
    at: datetime,
    *,
    reasons: Iterable[Reason] | None = None,
    **changes: object,
) -> None:
    _write(plan, placed, officers_of(plan), at, reasons=reasons)
    plan.edition += 1
    plan.save(update_fields=["placed", "officers", "notes", "edition", "changed_at"])
    _record(actor, verb, plan, at, **changes)


@transaction.atomic
def move_stairwells(
    actor: Actor, *, ref: str, edition: int, stairwells: Collection[UUID], number: int | None, at: datetime
) -> None:
    """Put stairwells into a patch of the what-if; None is a new one."""
    require(actor, "plan.move")
    plan = locked_plan(actor, ref, edition)
    placed = placed_of(plan)
    wells = {place.id for place in _ground(plan.division_code, at).places}
    if not stairwells:
        raise RuleBroken(N_("No stairwell is ticked. Tick those that move, then choose the patch."), field="stairwell")
    if not wells.issuperset(stairwells):
        raise NotFound()
    if number is None:
        number = _next(plan, placed)
    elif number not in placed.values():
        raise RuleBroken(
            N_("There is no patch %(number)s here. Choose one of the list."), field="number", number=number
        )
    placed.update(dict.fromkeys(stairwells, number))
    _save(actor, "plan.move", plan, placed, at, stairwells=len(stairwells), number=number)


def _next(plan: Plan, placed: what_if.Placed) -> int:
    """A number the community never gave."""
    return max([0, *queries.patch_numbers(plan.division_code), *placed.values()]) + 1


@transaction.atomic
def split_patch(actor: Actor, *, ref: str, edition: int, number: int, at: datetime) -> None:
    """Make two of one patch; the larger half keeps the number."""
    require(actor, "plan.split")
    plan = locked_plan(actor, ref, edition)
    placed = placed_of(plan)
    own = [place for place in _ground(plan.division_code, at).places if placed.get(place.id) == number]
    parts = what_if.halves(stairwell_rows(own))
    if len(parts) < 2:
        raise RuleBroken(
            N_("Patch %(number)s cannot be split: a stairwell stays whole. Move stairwells by hand instead."),
            number=number,
        )
    size = {place.id: place.households for place in own}
    for part in sorted(parts, key=lambda one: -sum(size[well] for well in one))[1:]:
        placed.update(dict.fromkeys(part, _next(plan, placed)))
    _save(actor, "plan.split", plan, placed, at, number=number)


@transaction.atomic
def merge_patches(actor: Actor, *, ref: str, edition: int, number: int, into: int, at: datetime) -> None:
    """Put all stairwells of one patch into another."""
    require(actor, "plan.merge")
    plan = locked_plan(actor, ref, edition)
    placed = placed_of(plan)
    if number == into or not {number, into} <= set(placed.values()):
        raise RuleBroken(N_("Choose two different patches of the list."), field="into")
    placed = {well: into if had == number else had for well, had in placed.items()}
    _save(actor, "plan.merge", plan, placed, at, number=number, into=into)


@transaction.atomic
def redraw_plan(
    actor: Actor, *, ref: str, edition: int, numbers: Collection[int] = (), afresh: bool = False, at: datetime
) -> bool:
    """Draw anew by the norms: all patches, or only the stairwells of some. `afresh` forgets who answers today. False
    when every stairwell stays where it is; nothing is kept or recorded then."""
    require(actor, "plan.redraw")
    plan = locked_plan(actor, ref, edition)
    placed, ground = placed_of(plan), _ground(plan.division_code, at)
    own = [place for place in ground.places if not numbers or placed.get(place.id) in numbers]
    if not own:
        raise RuleBroken(N_("Choose two different patches of the list."), field="number")
    old = {place.id: placed[place.id] for place in own if place.id in placed}
    if not numbers:
        old = queries.division_on(plan.division_code, on=plan.from_on) or old
    made, reasons = _drawn(own, {} if afresh else old, at)
    taken = {*queries.patch_numbers(plan.division_code), *placed.values()}
    before = placed
    placed = {well: number for well, number in placed.items() if numbers and number not in numbers}
    placed |= what_if.relabelled(made, old, taken)
    if placed == before:
        return False
    said = None if numbers else reasons
    _save(actor, "plan.redraw", plan, placed, at, reasons=said, numbers=sorted(numbers))
    return True


@transaction.atomic
def name_in_plan(actor: Actor, *, ref: str, edition: int, number: int, people: Mapping[str, str], at: datetime) -> None:
    """Choose officer ("A") and deputy ("B") of a patch of the what-if: side -> ref of an account, "" for nobody yet."""
    require(actor, "plan.name_officer")
    plan = locked_plan(actor, ref, edition)
    officers = officers_of(plan)
    if number not in officers:
        raise NotFound()
    here = {one.ref: one.account_id for one in orgs.workers(plan.division_code, at=at)}
    if not {who for who in people.values() if who} <= set(here):
        raise RuleBroken(N_("Nobody of that name works in this station. Choose a person from the list."), field="A")
    chosen = officers[number] | {side: here[who] for side, who in people.items() if who}
    officers[number] = {side: who for side, who in chosen.items() if people.get(side, who)}
    if len(set(officers[number].values())) < len(officers[number]):
        raise RuleBroken(
            N_("Officer and deputy of patch %(number)s are the same. Choose two."), field="B", number=number
        )
    plan.officers = written_officers(officers)
    plan.edition, plan.changed_at = plan.edition + 1, at
    plan.save(update_fields=["officers", "edition", "changed_at"])
    _record(actor, "plan.name_officer", plan, at, number=number, sides=sorted(people))


@transaction.atomic
def drop_plan(actor: Actor, *, ref: str, edition: int, at: datetime) -> None:
    """Throw a what-if away; the patches stay as they are."""
    require(actor, "plan.drop")
    plan = locked_plan(actor, ref, edition)
    plan.state, plan.changed_at = Plan.State.DROPPED, at
    plan.save(update_fields=["state", "changed_at"])
    _record(actor, "plan.drop", plan, at)
