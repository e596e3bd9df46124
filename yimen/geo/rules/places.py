"""Where buildings stand as a file says it, judged before anything is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import shapely

from yimen.core.errors import N_
from yimen.core.ground import Point, metres_between
from yimen.geo.rules.naming import building_number, columns_of, told
from yimen.geo.rules.outlines import Box, Problem, not_in, outside_city
from yimen.geo.rules.references import METRIC, REFERENCES, inside_most, likelier
from yimen.geo.rules.shapes import Polygons, within

NO_PLACE = N_("This is neither a point nor an area. Give the building a place.")
NO_NAME = N_("Compound and number of the building are not said. Add both as columns.")
TWICE = N_("This building is in the file twice. Leave one of them.")
NO_NAME_AMONG = N_("None of its columns (%(columns)s) is read as a compound or a number. Add both.")
UNKNOWN = N_("No building of this compound and number is on record in your reach. Correct its name, or add it first.")
SEVERAL = N_("Several buildings have this compound and number. Add the code of the community.")
OUTSIDE_OWN = N_("This lies outside the outline of its community. Correct the place or the outline.")
MOVED = N_("It moves %(metres)s metres.")
_TOLD_FROM = 5  # metres


@dataclass(frozen=True, slots=True)
class Known:
    """A building on record; its place in CGCS2000 degrees, None while nobody put it on the map."""

    id: UUID
    division_code: str
    compound: str
    number: str
    place: Point | None


@dataclass(slots=True)
class JudgedPlace:
    """One building of a file in CGCS2000 degrees. With a `problem` it is not placed; `notes` are only told."""

    label: str
    building: Known | None = None
    place: Point | None = None
    problem: Problem | None = None
    notes: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)


def judge_places(
    features: Iterable[Any],
    reference: str,
    known: Sequence[Known],
    *,
    city: Box | None,
    outlines: Mapping[str, Polygons],
) -> list[JudgedPlace]:
    """Every feature of a file, in its order; `outlines` are those of communities, by code."""
    byname: dict[tuple[str, str], list[Known]] = {}
    for building in known:
        byname.setdefault((building.compound, building.number), []).append(building)
    found = [_judged(one if isinstance(one, dict) else {}, reference, byname, city, outlines) for one in features]
    times = Counter(one.building.id for one in found if one.building)
    for one in found:
        if one.building and times[one.building.id] > 1:
            one.problem = (TWICE, {})
    return found


def _judged(
    feature: Mapping[str, Any],
    reference: str,
    byname: Mapping[tuple[str, str], list[Known]],
    city: Box | None,
    outlines: Mapping[str, Polygons],
) -> JudgedPlace:
    compound, number, code = told(feature, "compound"), building_number(feature), told(feature, "code")
    one = JudgedPlace(" ".join(part for part in (compound, number) if part))
    fitting = [known for known in byname.get((compound, number), ()) if known.division_code.startswith(code)]
    raw = place_in(feature.get("geometry"))
    if not (compound and number):
        columns = [] if compound or number else columns_of(feature)
        one.problem = (NO_NAME_AMONG, {"columns": ", ".join(columns)}) if columns else (NO_NAME, {})
    elif len(fitting) != 1:
        one.problem = (SEVERAL if fitting else UNKNOWN, {})
    elif raw is None:
        one.problem = (NO_PLACE, {})
    elif wrong := not_in(reference, [raw]):
        one.problem = wrong
    else:
        _place(one, fitting[0], REFERENCES[reference](raw), city, outlines)
    return one


def _place(one: JudgedPlace, building: Known, place: Point, city: Box | None, outlines: Mapping[str, Polygons]) -> None:
    one.building, one.place = building, place
    own = outlines.get(building.division_code)
    one.problem = outside_city((*place, *place), city)
    if one.problem is None and own is not None and not within(place, own):
        one.problem = (OUTSIDE_OWN, {})
    if building.place is not None:
        metres = round(metres_between(place, building.place))
        if metres >= _TOLD_FROM:
            one.notes.append((MOVED, {"metres": str(metres)}))


def place_in(geometry: Any) -> Point | None:
    """The point of a geometry, or one within its area; None when it has neither."""
    try:
        shape = shapely.geometry.shape(geometry)
        spot = shape if shape.geom_type == "Point" else shapely.make_valid(shape).representative_point()
        return None if spot.is_empty else (float(spot.x), float(spot.y))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return None


def doubt_of_places(
    judged: Sequence[JudgedPlace], reference: str, again: Callable[[str], Sequence[JudgedPlace]], others: Sequence[str]
) -> str:
    """The system that fits better than the one said: by where the buildings stand so far, else by their communities'
    outlines; "" when it fits. `again` judges the file in another system."""
    pairs = [(one.place, one.building.place) for one in judged if one.place and one.building and one.building.place]
    if pairs:
        return likelier(pairs, reference)
    shares = {code: _inside(again(code)) for code in (reference, *others) if code not in METRIC}
    return inside_most(shares, reference)


def _inside(judged: Sequence[JudgedPlace]) -> float:
    known = [one for one in judged if one.building]
    return sum(one.problem is None for one in known) / len(known) if known else 0.0
