"""Outlines of divisions from a file: told first, loaded on request, taken back by the batch."""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from yimen.core.actor import SYSTEM
from yimen.core.clock import local, now
from yimen.core.errors import RuleBroken
from yimen.geo.reading import read_ground
from yimen.geo.rules.naming import division_finder
from yimen.geo.rules.outlines import Judged, judge, reference_of
from yimen.geo.rules.references import REFERENCES
from yimen.orgs import actions
from yimen.orgs.queries.outlines import box_of, names_under, polygons_on
from yimen.site.cli.surroundings import Refusal


def run(parser: argparse.ArgumentParser, rest: Sequence[str]) -> int:
    """Judge a file and, with --load, bring it in; 1 when a feature has a problem."""
    parser.add_argument(
        "file", type=Path, nargs="?", help="GeoJSON, zipped Shapefile or GeoPackage with a code or name in each feature"
    )
    parser.add_argument("--reference", default="", metavar="R", help=f"{', '.join(REFERENCES)}; asked, never guessed")
    parser.add_argument("--source", default="", help="who made the outlines, and by which document")
    parser.add_argument("--on", type=date.fromisoformat, help="the day from which they hold (default today)")
    parser.add_argument("--load", action="store_true", help="bring them in; without it they are only told")
    parser.add_argument("--undo", type=UUID, metavar="BATCH", help="take back what was loaded")
    arguments = parser.parse_args(rest)
    at = now()
    if arguments.undo:
        print(f"{actions.undo_outlines(SYSTEM, batch=arguments.undo, at=at)} outlines taken back.")
        return 0
    collection = _read(arguments.file, arguments.reference)
    reference = reference_of(collection, arguments.reference)
    on = arguments.on or local(at).date()
    known = names_under("", on=on)
    find = division_finder(known)
    codes = {find(one) for one in collection["features"]}
    cities = {code[:4] for code in codes}
    above = {code[:digits] for code in codes for digits in (9, 6, 4) if digits < len(code)}
    found = judge(
        collection,
        reference,
        city=box_of(cities.pop(), on=on) if len(cities) == 1 else None,
        parents=polygons_on(above, on=on),
        code_of=find,
    )
    for one in found:
        _tell(one)
    if any(one.problem for one in found):
        print("Nothing is loaded while a feature has a problem.")
        return 1
    if not arguments.load:
        print(f"{len(found)} outlines in {reference} are sound. Say --load and --source to bring them in.")
        return 0
    if not arguments.source:
        raise Refusal("Say with --source who made the outlines: whoever sees them will ask.")
    rows = [actions.OutlineRow(one.code, one.polygons) for one in found]
    batch = actions.load_outlines(SYSTEM, rows=rows, source=arguments.source, reference=reference, on=on, at=at)
    print(f"{len(rows)} outlines hold from {on}. To take them back: yimen outlines --undo {batch}")
    return 0


def _read(path: Path | None, chosen: str) -> dict[str, Any]:
    """The features of a file with one layer, and the system they are in. RuleBroken while what the file declares cannot
    be and nobody chose another."""
    if path is None or not path.is_file():
        raise Refusal("Name the file that holds the outlines.")
    layers = read_ground(path)
    if len(layers) > 1:
        raise Refusal(
            f"The file has {len(layers)} layers: {', '.join(one.name for one in layers)}. Save one by itself."
        )
    [layer] = layers
    if layer.question and not chosen:
        raise RuleBroken(layer.question["message"], **layer.question["params"])
    said = {"crs": {"properties": {"name": layer.reference}}} if layer.reference else {}
    return {"features": layer.features, **said}


def _tell(one: Judged) -> None:
    said = [
        message % params if params else message for message, params in ([one.problem] if one.problem else one.notes)
    ]
    if said or one.problem:
        print(f"{one.code or '?':<13} {'PROBLEM ' if one.problem else ''}{' '.join(said)}")
