"""Outlines of divisions from a GeoJSON file: told first, loaded on request, taken back by the batch."""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from yimen.core.actor import SYSTEM
from yimen.core.clock import local, now
from yimen.geo.rules.outlines import REFERENCES, Judged, judge, reference_of
from yimen.orgs import actions
from yimen.orgs.queries.outlines import box_of
from yimen.site.cli.surroundings import Refusal

_MOST = 50_000_000  # bytes


def run(parser: argparse.ArgumentParser, rest: Sequence[str]) -> int:
    """Judge a file and, with --load, bring it in; 1 when a feature has a problem."""
    parser.add_argument(
        "file", type=Path, nargs="?", help="GeoJSON; each feature has the division's code as id or code"
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
    collection = _read(arguments.file)
    reference = reference_of(collection, arguments.reference)
    on = arguments.on or local(at).date()
    codes = {str(one.get("id", ""))[:4] for one in collection["features"] if isinstance(one, dict)}
    found = judge(collection, reference, city=box_of(codes.pop(), on=on) if len(codes) == 1 else None)
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


def _read(path: Path | None) -> dict[str, list[object]]:
    if path is None or not path.is_file():
        raise Refusal("Name the GeoJSON file that holds the outlines.")
    if path.stat().st_size > _MOST:
        raise Refusal(f"The file is larger than {_MOST // 1_000_000} MB. Split it by district.")
    try:
        found: dict[str, list[object]] = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal("The file is no GeoJSON. Save it as GeoJSON in UTF-8.") from None
    return found


def _tell(one: Judged) -> None:
    said = [
        message % params if params else message for message, params in ([one.problem] if one.problem else one.notes)
    ]
    if said or one.problem:
        print(f"{one.code or '?':<13} {'PROBLEM ' if one.problem else ''}{' '.join(said)}")
