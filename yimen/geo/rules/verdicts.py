"""A whole file judged in one reference system, as plain values that can go from one process to another."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypedDict
from uuid import UUID

from yimen.core.ground import Point
from yimen.geo.rules.files import MOST_ROWS
from yimen.geo.rules.naming import division_finder
from yimen.geo.rules.outlines import STRANGE, Box, judge
from yimen.geo.rules.picture import Area, Spot, picture_of
from yimen.geo.rules.places import JudgedPlace, Known, doubt_of_places, judge_places
from yimen.geo.rules.references import REFERENCES, likelier
from yimen.geo.rules.shapes import Polygons, middle_of

_MOST_MEASURED = 200  # outlines or places by which a shift is noticed
Features = Sequence[Mapping[str, Any]]


class Verdict(TypedDict):
    """`doubt` is the system that would fit better, "" when the one said fits; `rows` are as the file has them, each
    with its `number` there, `label`, `code`, `problem` and `notes` (message and values), `km2`, `replaces`, and what is
    written when it has no problem: `polygons`, or `building` and `place`. `picture` is what its page draws."""

    doubt: str
    rows: list[dict[str, Any]]
    picture: dict[str, Any]


def judge_outlines(
    features: Features, reference: str, *, known: Mapping[str, str], city: Box | None, today: Mapping[str, Polygons]
) -> Verdict:
    """Outlines of divisions; `known` are those of the reach (code → name), `today` what is in force, by code."""
    found = judge({"features": features}, reference, city=city, parents=today, code_of=division_finder(known))
    for one in found:
        if one.problem is not None:
            one.problem = (one.problem[0], _with_names(one.problem[1], known))
        elif one.code and one.code not in known:
            one.problem = (STRANGE, {"code": one.code})
    pairs = [
        (middle_of(one.polygons), middle_of(today[one.code]))
        for one in found
        if one.polygons and one.code in today and today[one.code]
    ]
    rows = [
        {
            "number": number,
            "label": known.get(one.code, ""),
            "code": one.code,
            "problem": one.problem,
            "notes": one.notes,
            "km2": round(one.square_km, 4) if one.polygons else None,
            "replaces": one.code in today,
            "polygons": one.polygons,
        }
        for number, one in enumerate(found, 1)
    ]
    areas = [
        Area(known.get(one.code, one.code), one.polygons, one.problem is not None) for one in found if one.polygons
    ]
    return {
        "doubt": likelier(pairs[:_MOST_MEASURED], reference),
        "rows": rows,
        "picture": picture_of(areas, (), today.values()),
    }


def _with_names(values: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """The values of a sentence, with the names of divisions instead of their codes."""
    return {key: known.get(value, value) if key in ("other", "parent") else value for key, value in values.items()}


def judge_buildings(
    features: Features, reference: str, *, known: Sequence[Known], city: Box | None, today: Mapping[str, Polygons]
) -> Verdict:
    """Places of buildings; `known` are those on record under the names in the file, `today` the outlines of their
    communities."""

    def again(other: str) -> list[JudgedPlace]:
        return judge_places(features[:_MOST_MEASURED], other, known, city=city, outlines=today)

    found = judge_places(features, reference, known, city=city, outlines=today)
    rows = [
        {
            "number": number,
            "label": one.label,
            "code": "",
            "problem": one.problem,
            "notes": one.notes,
            "km2": None,
            "replaces": bool(one.building and one.building.place),
            "building": str(one.building.id) if one.building else "",
            "place": one.place,
        }
        for number, one in enumerate(found, 1)
    ]
    spots = [
        Spot(one.label, one.place, one.building.place if one.building else None, one.problem is not None)
        for one in found
        if one.place
    ]
    others = [other for other in REFERENCES if other != reference]
    return {
        "doubt": doubt_of_places(found, reference, again, others),
        "rows": rows,
        "picture": picture_of((), spots, today.values()),
    }


def plain(known: Sequence[Known]) -> list[dict[str, Any]]:
    """Buildings on record on their way to another process."""
    return [asdict(one) | {"id": str(one.id)} for one in known]


def known_again(rows: Sequence[Mapping[str, Any]]) -> list[Known]:
    """The same where they arrive."""
    return [Known(**{**row, "id": UUID(row["id"]), "place": _point(row["place"])}) for row in rows]


def _point(place: Sequence[float] | None) -> Point | None:
    return None if place is None else (place[0], place[1])


def shown(verdict: Verdict) -> dict[str, Any]:
    """What a page needs of a verdict: counts, the first rows, those with a problem first, and the picture."""
    rows = sorted(verdict["rows"], key=lambda row: row["problem"] is None)
    sound = sum(row["problem"] is None for row in rows)
    kept = ("number", "label", "code", "problem", "notes", "km2", "replaces")
    return {
        "doubt": verdict["doubt"],
        "count": len(rows),
        "sound": sound,
        "noted": sum(bool(row["notes"]) for row in rows if row["problem"] is None),
        "replaces": sum(row["problem"] is None and row["replaces"] for row in rows),
        "rows": [{key: row[key] for key in kept} for row in rows[:MOST_ROWS]],
        "picture": verdict["picture"],
    }
