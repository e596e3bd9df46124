"""What the pages of patches show."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from yimen.core.clock import local
from yimen.orgs import queries as orgs
from yimen.patches.models import Plan
from yimen.patches.queries.ground import Ground, Place, ground_of, stairwell_rows
from yimen.patches.queries.placing import division_on
from yimen.patches.queries.plans import officers_of, placed_of
from yimen.patches.queries.sizes import Sizes, sizes_on
from yimen.patches.queries.standing import Standing, patches_at
from yimen.patches.rules.picture import Picture, picture_of


@dataclass(frozen=True, slots=True)
class Holding:
    """What lies in a patch. `where` names its buildings, compound first."""

    stairwells: int = 0
    doors: int = 0
    households: int = 0
    vulnerable: int = 0
    visits: int = 0
    work: int = 0
    flag: str = ""  # Sizes.flag
    where: Sequence[tuple[str, Sequence[str]]] = ()


def holding(places: Sequence[Place], sizes: Sizes) -> Holding:
    """The sum over stairwells."""
    where: dict[str, dict[str, None]] = {}
    for one in places:
        where.setdefault(one.compound, {})[one.building] = None
    households = sum(one.households for one in places)
    return Holding(
        stairwells=len(places),
        doors=sum(one.doors for one in places),
        households=households,
        vulnerable=sum(one.vulnerable for one in places),
        visits=sum(one.visits for one in places),
        work=sum(one.work for one in places),
        flag=sizes.flag(households),
        where=[(compound, list(buildings)) for compound, buildings in where.items()],
    )


def holdings(ground: Ground, placed: Mapping[UUID, int], sizes: Sizes) -> dict[int, Holding]:
    """What lies in each patch of a division, by number."""
    own: dict[int, list[Place]] = {}
    for one in ground.places:
        if one.id in placed:
            own.setdefault(placed[one.id], []).append(one)
    return {number: holding(places, sizes) for number, places in sorted(own.items())}


@dataclass(frozen=True, slots=True)
class Station:
    """The patches of one community now."""

    rows: Sequence[tuple[Standing, Holding]]
    sizes: Sizes
    ground: Ground
    picture: Picture


def station_patches(division_code: str, *, at: datetime) -> Station:
    """Every patch of a community with what lies in it and who answers."""
    today = local(at).date()
    sizes, ground = sizes_on(today), ground_of(division_code, at=at)
    placed = division_on(division_code, on=today)
    held = holdings(ground, placed, sizes)
    rows = [(one, held.get(one.number, Holding())) for one in patches_at(division_code, at=at)]
    return Station(rows, sizes, ground, picture_of(stairwell_rows(ground.places), placed))


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """One community for the levels above: its patches, those without anybody who answers, households in one patch."""

    code: str
    name: str
    patches: int
    unanswered: int
    households: int


def community_rows(prefix: str, *, at: datetime) -> list[CommunityRow]:
    """The communities of a street."""
    standing: dict[str, list[Standing]] = {}
    for one in patches_at(prefix, at=at):
        standing.setdefault(one.division_code, []).append(one)
    with connection.cursor() as cursor:
        cursor.execute(
            "select division_id, households from orgs_station where division_id >= %s and division_id < %s",
            (prefix, prefix + "~"),
        )
        households = dict(cursor.fetchall())
    return [
        CommunityRow(
            row.code,
            orgs.division_name(row.code),
            len(standing.get(row.code, ())),
            sum(one.acting is None for one in standing.get(row.code, ())),
            households.get(row.code, 0),
        )
        for row in orgs.children_of(prefix, on=local(at).date())
    ]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One patch of a what-if beside the patch of the same number today. `arriving` households have another officer
    today."""

    number: int
    now: Holding
    then: Holding
    officers: Mapping[str, UUID]
    arriving: int
    pieces: int


@dataclass(frozen=True, slots=True)
class WellRow:
    """One stairwell in both divisions; `before` and `after` are officer A, "" where there is none; `is_handed` when
    they are two people, who may have one name."""

    place: Place
    today: int | None
    number: int | None
    before: str
    after: str
    is_handed: bool
    is_ticked: bool

    @property
    def moves(self) -> bool:
        """Whether it lies in another patch today."""
        return self.today is not None and self.number is not None and self.today != self.number


@dataclass(frozen=True, slots=True)
class Moved:
    """Doors of one stairwell that get another officer."""

    place: Place
    before: str
    after: str
    doors: Sequence[str]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Today's patches beside the proposal."""

    plan: Plan
    rows: Sequence[PlanRow]
    wells: Sequence[WellRow]
    moved: Sequence[Moved]
    moved_households: int
    unplaced: int
    before: Picture
    after: Picture
    workers: Sequence[orgs.Worker]
    sizes: Sizes
    ground: Ground


def what_if(plan: Plan, ticked: Collection[UUID], *, at: datetime) -> WhatIf:
    """Everything the page of a what-if shows."""
    today_on = local(at).date()
    sizes, ground = sizes_on(today_on), ground_of(plan.division_code, at=at)
    today, placed, officers = division_on(plan.division_code, on=today_on), placed_of(plan), officers_of(plan)
    standing = {one.number: one for one in patches_at(plan.division_code, at=at)}
    workers = orgs.workers(plan.division_code, at=at)
    names = {one.account_id: one.name for one in workers}
    wells = [_well(one, today, placed, standing, officers, names, ticked) for one in ground.places]
    changed = [well for well in wells if well.today is not None and well.is_handed]
    arriving: Counter[int | None] = Counter()
    for well in changed:
        arriving[well.number] += well.place.households
    stairwells = stairwell_rows(ground.places)
    after = picture_of(stairwells, placed)
    loose = {lot.number: lot.pieces for lot in after.lots}
    now, then = holdings(ground, today, sizes), holdings(ground, placed, sizes)
    rows = [
        PlanRow(number, now.get(number, Holding()), then.get(number, Holding()), officers.get(number, {}),
                arriving[number], loose.get(number, 0))
        for number in sorted({*now, *then})
    ]  # fmt: skip
    doors = _doors([well.place.id for well in changed])
    return WhatIf(
        plan=plan,
        rows=rows,
        wells=wells,
        moved=[Moved(well.place, well.before, well.after, doors.get(well.place.id, ())) for well in changed],
        moved_households=sum(well.place.households for well in changed),
        unplaced=sum(well.number is None for well in wells),
        before=picture_of(stairwells, today),
        after=after,
        workers=workers,
        sizes=sizes,
        ground=ground,
    )


def _well(
    place: Place,
    today: Mapping[UUID, int],
    placed: Mapping[UUID, int],
    standing: Mapping[int, Standing],
    officers: Mapping[int, Mapping[str, UUID]],
    names: Mapping[UUID, str],
    ticked: Collection[UUID],
) -> WellRow:
    was, is_in = today.get(place.id), placed.get(place.id)
    had = standing.get(was) if was is not None else None
    gets = officers.get(is_in, {}).get("A") if is_in is not None else None
    officer = had.a if had else None
    before, after = officer.name if officer else "", names.get(gets, "") if gets else ""
    is_handed = (officer.account_id if officer else None) != (gets if after else None)
    return WellRow(place, was, is_in, before, after, is_handed, place.id in ticked)


def _doors(stairwells: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The rooms of stairwells behind which somebody lives, by floor and room."""
    found: dict[UUID, list[str]] = {}
    if stairwells:
        with connection.cursor() as cursor:
            cursor.execute(
                "select d.stairwell_id, d.room from registry_dwelling d where d.stairwell_id = any(%s) and exists ("
                "select from registry_residence r where r.dwelling_id = d.id and r.to_on is null "
                "and r.kind in ('both', 'living')) order by d.floor, length(d.room), d.room",
                (list(stairwells),),
            )
            for stairwell, room in cursor.fetchall():
                found.setdefault(stairwell, []).append(room)
    return found


@dataclass(frozen=True, slots=True)
class Replacing:
    """What still names another officer: boards on walls and cards at doors."""

    boards: int
    cards: int


def to_replace(standing: Standing, *, at: datetime) -> Replacing:
    """Boards to hang anew and cards to give again in a patch, because the officer or deputy on them is another."""
    values = {
        "patch": standing.id,
        "account": standing.named[0],
        "deputy": standing.named[1],
        "on": local(at).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, values)
        return Replacing(*cursor.fetchone())


_REPLACE = """
with own as (
  select l.stairwell_id id from patches_placement l
  where l.patch_id = %(patch)s and l.from_on <= %(on)s and (l.to_on is null or l.to_on > %(on)s)
)
select (select count(*) from patches_board b join own on own.id = b.stairwell_id
    where b.removed_on is null and (b.account_id is distinct from %(account)s
      or b.deputy_id is distinct from %(deputy)s or b.patch_id <> %(patch)s)),
  (select count(*) from own join registry_dwelling d on d.stairwell_id = own.id
    join patches_card c on c.dwelling_id = d.id
    where c.replaced_on is null and (c.account_id is distinct from %(account)s
      or c.deputy_id is distinct from %(deputy)s or c.patch_id <> %(patch)s))
"""
