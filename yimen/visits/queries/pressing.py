"""The month of a patch in short, for the workbench: its figures and the doors that press most, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from yimen.patches import queries as patches
from yimen.registry.queries.lived_in import LIVED_IN
from yimen.visits.queries.patch import REACHED, STAIRS
from yimen.visits.queries.vulnerable import HOLDS
from yimen.visits.rules.months import first_of, last_of, months_before
from yimen.visits.rules.planning import Household, Why, plan


@dataclass(frozen=True, slots=True)
class Pressing:
    """A door to be seen before all others. `seen_on`: last reached, None for never."""

    ref: str
    door: str
    compound: str
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class Short:
    """Households reached in the month, must-visit ones of them, and the doors that press most."""

    reached: int
    must: int
    must_reached: int
    pressing: Sequence[Pressing]


def _in_order(text: str) -> str:
    """SQL: numbers in order of size, 3 before 12, as `rules.planning.place_of` has it."""
    number = "lpad(part[1], greatest(6, length(part[1])), '0')"
    return (
        f"(select string_agg(case when part[1] ~ '[0-9]' then {number} else part[1] end, '' order by n)"
        f" from regexp_matches({text}, '[0-9]+|[^0-9]+', 'g') with ordinality m(part, n)) collate \"C\""
    )


# Doors of one stairwell that press as equally as the last one wanted come too: their order is the plan's to say.
_SHORT = f"""
with stair as materialized (
  select *, {_in_order("s.building")} building_place, {_in_order("s.number")} stairwell_place from ({STAIRS}) s
), door as materialized (
  select d.id, d.ref, d.door, s.compound, s.building, s.number stairwell, d.floor, d.room, s.since_on,
    s.building_place, s.stairwell_place,
    (select max(v."on") from visits_visit v where v.dwelling_id = d.id and {REACHED} and v."on" <= %(day)s) reached_on,
    exists (select from visits_vulnerablehousehold v where v.dwelling_id = d.id and {HOLDS}) is_must
  from stair s join registry_dwelling d on d.stairwell_id = s.id where {LIVED_IN}
), due as materialized (
  select *, reached_on is not null and reached_on >= %(first)s is_reached,
    coalesce(reached_on, since_on) waits_since from door
), asked as materialized (
  select *, not is_reached and (is_must or waits_since < %(long)s)
    and not exists (select from visits_gap g where g.dwelling_id = due.id and g.month = %(first)s) is_pressing from due
)
select count(*) filter (where is_reached) over (), count(*) filter (where is_must) over (),
  count(*) filter (where is_must and is_reached) over (),
  is_pressing, id, ref, door, compound, building, stairwell, floor, room, since_on, reached_on, is_must
from asked order by is_pressing desc, is_must desc, waits_since, building_place, stairwell_place
fetch first %(most)s rows with ties
"""


def pressing_of(standing: patches.Standing, *, day: date, unseen_months: int, most: int) -> Short:
    """The first `most` doors of the month's plan that are must-visits or unseen for too long, and the figures."""
    first = first_of(day)
    values: dict[str, Any] = {
        **{"patch": standing.id, "day": day, "first": first, "most": most},
        "long": months_before(last_of(first), unseen_months),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, values)
        rows = cursor.fetchall()
    reached, must, must_reached = rows[0][:3] if rows else (0, 0, 0)
    doors = dict(_due(row[4:]) for row in rows if row[3])
    dues = plan(doors, goal=0, first=first, unseen_months=unseen_months)
    pressing = [doors[due.household] for due in dues if due.why <= Why.TOO_LONG]
    return Short(reached, must, must_reached, pressing[:most])


def _due(row: tuple[Any, ...]) -> tuple[Household, Pressing]:
    ident, ref, door, compound, building, stairwell, floor, room, since, reached, is_must = row
    home = Household(ident, building, stairwell, floor, room, since_on=since, seen_on=reached, is_must=is_must)
    return home, Pressing(ref, door, compound, reached)
