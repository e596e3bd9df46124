"""What a file would do: gathered from what is in force, judged by a child."""

from datetime import date
from typing import Any

from yimen.core.actor import Actor
from yimen.geo.models import GroundFile
from yimen.geo.reading import judge_ground
from yimen.geo.rules.naming import division_finder, told
from yimen.geo.rules.places import Known
from yimen.geo.rules.verdicts import Verdict, plain
from yimen.orgs.queries.outlines import box_of, names_under, polygons_on
from yimen.registry.queries.spots import buildings_named

_CITY = 4  # digits


def judged(actor: Actor, file: GroundFile, *, on: date) -> Verdict:
    """The verdict on a file in its reference system, against the outlines and buildings of a day. Unreadable when its
    shapes cost more than those of a city should."""
    asked = {
        "kind": file.kind,
        "features": file.features,
        "reference": file.reference,
        "city": box_of(actor.reach[:_CITY], on=on),
    }
    if file.kind == GroundFile.Kind.BUILDINGS:
        return judge_ground(asked | _buildings(actor, file, on))
    return judge_ground(asked | _divisions(actor, file, on))


def _divisions(actor: Actor, file: GroundFile, on: date) -> dict[str, Any]:
    known = names_under(actor.reach, on=on)
    find = division_finder(known)
    codes = {find(one) for one in file.features}
    above = {code[:digits] for code in codes for digits in (9, 6, 4) if digits < len(code)}
    return {"known": dict(known), "today": dict(polygons_on(codes | above, on=on))}


def _buildings(actor: Actor, file: GroundFile, on: date) -> dict[str, Any]:
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
    return {"known": plain(known), "today": dict(polygons_on({one.division_code for one in known}, on=on))}
