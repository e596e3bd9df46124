"""Files of ground as their pages show them: what each would do, judged anew each time it is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import NotFound, RuleBroken
from yimen.geo.models import GroundFile
from yimen.geo.rules.naming import division_finder, told
from yimen.geo.rules.outlines import STRANGE, Judged, judge, reference_of
from yimen.geo.rules.places import JudgedPlace, Known, doubt_of_places, judge_places
from yimen.geo.rules.references import REFERENCES, likelier
from yimen.geo.rules.shapes import Polygons, middle_of
from yimen.orgs.queries.outlines import box_of, names_under, polygons_on
from yimen.registry.queries.spots import buildings_named

PAGE = 50
_CITY, _COMMUNITY = 4, 12
_MOST_MEASURED = 200  # outlines or places by which a shift is noticed


@dataclass(frozen=True, slots=True)
class Preview:
    """A file judged in one reference system, "" while nobody said which: then nothing is judged. `doubt` is the system
    that would fit better; `problem` what is wrong with the choice itself. One of `outlines`, `places` is filled."""

    file: GroundFile
    reference: str
    doubt: str
    problem: RuleBroken | None
    outlines: Sequence[Judged]
    places: Sequence[JudgedPlace]
    today: Mapping[str, Polygons]  # outlines in force, by code

    @property
    def rows(self) -> Sequence[Judged | JudgedPlace]:
        """Whatever was judged."""
        return self.outlines or self.places

    @property
    def sound(self) -> int:
        """How many have no problem."""
        return sum(one.problem is None for one in self.rows)


def files(actor: Actor, *, after: str = "") -> tuple[list[GroundFile], str]:
    """The files brought within reach, newest first, and the key of the next page."""
    require(actor, "ground.read")
    rows = visible_to(actor, GroundFile.objects.defer("features", "before")).order_by("-at", "-id")
    if after and (last := rows.filter(ref=after).values_list("at", "id").first()):
        rows = rows.filter(at__lte=last[0]).exclude(at=last[0], id__gte=last[1])
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].ref if len(found) > PAGE else ""


def preview(actor: Actor, ref: str, *, chosen: str, on: date) -> Preview:
    """What a file would do, measured as somebody says. NotFound out of reach."""
    require(actor, "ground.read")
    file = visible_to(actor, GroundFile.objects.all()).filter(ref=ref).first()
    if file is None:
        raise NotFound()
    return judged(actor, file, chosen=chosen, on=on)


def judged(actor: Actor, file: GroundFile, *, chosen: str, on: date) -> Preview:
    """The same of a file at hand."""
    try:
        reference = chosen if chosen in REFERENCES else reference_of(_collection(file), chosen)
    except RuleBroken as problem:
        return Preview(file, "", "", problem if chosen or file.said else None, (), (), {})
    if file.kind == GroundFile.Kind.BUILDINGS:
        return _places(actor, file, reference, on)
    return _outlines(actor, file, reference, on)


def _collection(file: GroundFile) -> dict[str, Any]:
    said = {"crs": {"properties": {"name": file.said}}} if file.said else {}
    return {"features": file.features, **said}


def _outlines(actor: Actor, file: GroundFile, reference: str, on: date) -> Preview:
    known = names_under(actor.reach, on=on)
    find = division_finder(known)
    codes = {find(one) for one in file.features}
    above = {code[:digits] for code in codes for digits in (9, 6, 4) if digits < len(code)}
    today = polygons_on(codes | above, on=on)
    found = judge(_collection(file), reference, city=box_of(actor.reach[:_CITY], on=on), parents=today, code_of=find)
    for one in found:
        if one.code and one.code not in known and one.problem is None:
            one.problem = (STRANGE, {"code": one.code})
    pairs = [(middle_of(one.polygons), middle_of(today[one.code])) for one in found
             if one.polygons and one.code in today][:_MOST_MEASURED]  # fmt: skip
    return Preview(file, reference, likelier(pairs, reference), None, found, (), today)


def _places(actor: Actor, file: GroundFile, reference: str, on: date) -> Preview:
    rows = buildings_named(actor.reach, (told(one, "compound") for one in file.features))
    known = [
        Known(
            row.id,
            row.division_code,
            row.compound,
            row.number,
            (row.longitude, row.latitude) if row.longitude is not None and row.latitude is not None else None,
        )
        for row in rows
    ]
    today = polygons_on({one.division_code for one in known}, on=on)
    city = box_of(actor.reach[:_CITY], on=on)

    def again(other: str) -> list[JudgedPlace]:
        return judge_places(file.features[:_MOST_MEASURED], other, known, city=city, outlines=today)

    found = judge_places(file.features, reference, known, city=city, outlines=today)
    doubt = doubt_of_places(found, reference, again, [other for other in REFERENCES if other != reference])
    return Preview(file, reference, doubt, None, (), found, today)
