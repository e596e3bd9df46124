"""Where patches lie on the ground. Drawn once in a process for each division of a community, since that costs more than
asking whether it is still the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.orgs.queries.outlines import polygons_of
from yimen.patches.rules.ground import Stairwell
from yimen.patches.rules.outlines import Rings, outlines_of

_MOST_KEPT = 400  # communities


@dataclass(frozen=True, slots=True)
class PatchOutline:
    """One patch as the map draws it, in CGCS2000 degrees."""

    ref: str
    code: str
    number: int
    polygons: tuple[Rings, ...]

    @property
    def middle(self) -> tuple[float, float]:
        """Where its number stands: the middle of its largest part's box."""
        largest = max((rings[0] for rings in self.polygons), key=len)
        xs, ys = [x for x, _ in largest], [y for _, y in largest]
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


_Print = tuple[object, ...]
_kept: dict[str, tuple[_Print, list[PatchOutline]]] = {}

# What an outline depends on, in few words: the placements of the day and where buildings stand.
_PRINTS = """
select c.code, l.many, l.latest, b.many, b.sum
from unnest(%(codes)s::text[]) c(code)
cross join lateral (
  select count(*) many, max(x.id::text) latest from patches_placement x
  where x.division_code = c.code and x.from_on <= %(on)s and (x.to_on is null or x.to_on > %(on)s)
) l
cross join lateral (
  select count(x.longitude) many, sum(x.longitude * 3 + x.latitude) sum
  from registry_compound k join registry_building x on x.compound_id = k.id where k.division_code = c.code
) b
where l.many > 0
"""
_WELLS = """
select s.id, b.id, b.compound_id, s.number, b.longitude, b.latitude, p.number, p.ref, p.code
from patches_placement l
join patches_patch p on p.id = l.patch_id
join registry_stairwell s on s.id = l.stairwell_id
join registry_building b on b.id = s.building_id
where l.division_code = %(code)s and l.from_on <= %(on)s and (l.to_on is null or l.to_on > %(on)s)
"""


def patch_outlines(communities: Mapping[str, UUID | None], *, on: date) -> list[PatchOutline]:
    """The outlines of the patches of communities on a day; each community with the id of its own outline, None where
    nobody drew one. Public geography: the caller says whose reach."""
    found: list[PatchOutline] = []
    for code, *rest in _asked(_PRINTS, {"codes": list(communities), "on": on}):
        print_ = (*rest, communities[code])
        kept = _kept.get(code)
        if kept is None or kept[0] != print_:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            kept = _kept[code] = print_, _drawn(code, communities[code], on)
        found += kept[1]
    return found


def _drawn(code: str, outline: UUID | None, on: date) -> list[PatchOutline]:
    rows = _asked(_WELLS, {"code": code, "on": on})
    wells = [Stairwell._make((*row[:6], 0, 0)) for row in rows]
    names = {row[6]: (row[7], row[8]) for row in rows}
    within: Any = polygons_of([outline]).get(outline, ()) if outline else ()
    shapes = outlines_of(wells, {row[0]: row[6] for row in rows}, within)
    return [PatchOutline(*names[number], number, polygons) for number, polygons in shapes.items() if polygons]


def _asked(sql: str, values: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
