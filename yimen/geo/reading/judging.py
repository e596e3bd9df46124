"""The child's side for judging: `python -m yimen.geo.reading.judging`. Shapes of a stranger may be as many and as
tangled as the file allows, so comparing them has a limit of memory and time too."""

import json
import sys
from pathlib import Path
from typing import Any

from yimen.core.files.confined import Limits, confined
from yimen.geo.rules.verdicts import judge_buildings, judge_outlines, known_again


def answer(path: Path, _limits: Limits, _folder: Path) -> dict[str, Any]:
    """The verdict on what the file at `path` asks."""
    asked = json.loads(path.read_text(encoding="utf-8"))
    features, reference, today = asked["features"], asked["reference"], asked["today"]
    city = tuple(asked["city"]) if asked["city"] else None
    if asked["kind"] == "buildings":
        known = known_again(asked["known"])
        return {**judge_buildings(features, reference, known=known, city=city, today=today)}
    return {**judge_outlines(features, reference, known=asked["known"], city=city, today=today)}


if __name__ == "__main__":
    sys.exit(confined(answer, Limits))
