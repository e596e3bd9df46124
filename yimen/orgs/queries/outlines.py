"""Outlines of divisions on a day: public geography, no personal data; the caller says whose reach."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST
from yimen.orgs.models import Division, Outline

Box = tuple[float, float, float, float]  # west, south, east, north
Polygons = Sequence[Sequence[Sequence[Sequence[float]]]]  # of rings, the outer one first
_LENGTHS = {"city": 4, "district": 6, "street": 9, "community": 12}


@dataclass(frozen=True, slots=True)
class Lying:
    """One outline without its corners; households as the station's last fold says (None above stations)."""

    id: UUID
    division_code: str
    box: Box
    households: int | None


_WITHIN = """
select o.id, o.division_code, o.west, o.south, o.east, o.north, s.households
from orgs_outline o left join orgs_station s on s.division_id = o.division_code
where o.division_code >= %(low)s and o.division_code < %(high)s and length(o.division_code) = %(length)s
  and o.from_on <= %(on)s and (o.to_on is null or o.to_on > %(on)s)
  and o.west <= %(east)s and o.east >= %(west)s and o.south <= %(north)s and o.north >= %(south)s
order by o.division_code
"""


def outlines_in(reach: str, level: str, box: Box, *, on: date) -> list[Lying]:
    """The outlines of one level under a division that touch a box on a day. Their corners: `polygons_of`."""
    values = dict(zip(("west", "south", "east", "north"), box, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN, {**values, "low": reach, "high": reach + LAST, "length": _LENGTHS[level], "on": on})
        return [Lying(row[0], row[1], row[2:6], row[6]) for row in cursor.fetchall()]


def polygons_of(ids: Iterable[UUID]) -> dict[UUID, Polygons]:
    """The corners of outlines; an outline never changes, so they may be kept."""
    return dict(Outline.objects.filter(id__in=list(ids)).values_list("id", "polygons"))


def box_of(reach: str, *, on: date) -> Box | None:
    """The box round a division's outline on a day, or round the outlines above it where it has none of its own."""
    for length in (12, 9, 6, 4):
        rows = Outline.objects.filter(division_code=reach[:length], from_on__lte=on).exclude(to_on__lte=on)
        found = rows.values_list("west", "south", "east", "north").first()
        if found is not None:
            return found
    return None


def polygons_on(codes: Iterable[str], *, on: date) -> dict[str, Polygons]:
    """The corners of the outlines of divisions on a day, by code; those without one are absent."""
    rows = Outline.objects.filter(division_code__in=list(codes), from_on__lte=on).exclude(to_on__lte=on)
    return dict(rows.values_list("division_code", "polygons"))


def outline_id(code: str, *, on: date) -> UUID | None:
    """The outline of a division on a day, None where nobody drew it."""
    rows = Outline.objects.filter(division_code=code, from_on__lte=on).exclude(to_on__lte=on)
    return rows.values_list("id", flat=True).first()


def names_under(reach: str, *, on: date) -> dict[str, str]:
    """The divisions under one that exist on a day, itself among them, by code with their names."""
    rows = Division.objects.filter(code__gte=reach, code__lt=reach + LAST, from_on__lte=on).exclude(to_on__lte=on)
    return dict(rows.values_list("code", "name"))
