"""`python -m bench.patches`: all communities of the whole city divided into patches, and a sample by other libraries.

Balance is one over the mean share by which a patch is off the even share of its community; compactness one over the
mean squared distance of a household from the middle of its patch (metres squared). Both are taken over the whole
sample and given as ratio, ours to theirs: above one, ours is better. Theirs divide the same graph with the same
weights into the same number of patches: METIS as pymetis has it, by k ways and in one piece; five solvers of spopt, of
which the figures take the one that comes nearest to even, and the notes tell of the others. Spopt gets smaller
communities. Theirs run in an environment of their own; what took them too long is counted, named and left out.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.figures import RESULTS, Figure, figure, show, write
from yimen.patches.rules.drawing import BAND, Drawing, Stairwell, draw
from yimen.patches.rules.ground import ground_of

if TYPE_CHECKING:
    from yimen.demo.towns import Town

SEED = "yimen"
TARGET, TOLERANCE, MOST = 300, 0.2, 360
OCCUPIED = 0.92
EVERY = 12  # one community in so many is compared with METIS
SMALL, SMALL_EVERY = 0.25, 52  # of the quarter with fewest stairwells one in so many is compared with spopt
SOLVERS = ("ward", "k-means", "skater", "azp", "max-p")
LIMIT = 30  # seconds of processor for one community
OUTSIDE = RESULTS.with_name("patches_outside.json")
_THEIRS = Path(__file__).with_name("patches_theirs.py")


class Divided(NamedTuple):
    """One community, its drawing, and the seconds that took."""

    code: str
    stairwells: list[Stairwell]
    drawing: Drawing
    took: float


def figures_of(*, venv: Path | None = None) -> list[Figure]:
    """Every figure of drawing; what is outside the band is written down with its reasons."""
    _ready()
    places = range(len(_towns()))
    with ProcessPoolExecutor(2, initializer=_ready) as both:
        made = list(both.map(stairwells_of, places, chunksize=20))
        began = time.monotonic()
        found = list(both.map(_divided, made, chunksize=20))
        whole = time.monotonic() - began
    _write_outside(found)
    with tempfile.TemporaryDirectory(prefix="yimen-patches-") as folder:
        python = (venv or _environment(Path(folder))) / "bin" / "python"
        return [*_shares(found, whole), *_with_metis(found, python), *_with_spopt(found, python)]


def _shares(found: Sequence[Divided], whole: float) -> list[Figure]:
    patches = [(patch, _even(one)) for one in found for patch in one.drawing.patches]
    within = [abs(patch.households / even - 1) for patch, even in patches]
    single = sum(patch.households > MOST and len(patch.stairwells) > 1 for patch, _ in patches)
    slowest = max(found, key=lambda one: one.took)
    note = f"{len(found):,} communities, {len(patches):,} patches; the slowest community {slowest.took:.2f} s"
    return [
        figure("patches.balanced_share", [sum(off <= BAND for off in within) / len(within)], "", ">= 0.95"),
        figure("patches.balanced20_share", [sum(off <= 0.2 for off in within) / len(within)], "", ">= 0.995"),
        figure("patches.connected_share", [sum(one.is_connected for one, _ in patches) / len(patches)], "", ">= 1"),
        figure("patches.over_most", [single], "", "<= 0", note="patches over the maximum that are not one stairwell"),
        figure("patches.city_s", [whole], "s", "<= 90", note=note),
    ]


def _even(one: Divided) -> float:
    return sum(patch.households for patch in one.drawing.patches) / len(one.drawing.patches)


class _Against(NamedTuple):
    """Both sides on the communities that theirs finished: the share they are off, metres squared, seconds in all."""

    name: str
    off: tuple[float, float]
    square: tuple[float, float]
    took: tuple[float, float]
    compared: int
    unfinished: list[str]

    def words(self) -> str:
        """What a note says of it."""
        metres, each = (math.sqrt(one) for one in self.square), (took / self.compared for took in self.took)
        said = f"{self.name} off by {self.off[1]:.1%} (ours {self.off[0]:.1%}), "
        said += "{1:.0f} m from the middle ({0:.0f} m), ".format(*metres) + "{1:.3f} s each ({0:.3f} s)".format(*each)
        if self.unfinished:
            said += f", {len(self.unfinished)} not done in {LIMIT} s: {' '.join(self.unfinished)}"
        return said


def _with_metis(found: Sequence[Divided], python: Path) -> list[Figure]:
    return _ratios("metis", _against(found[::EVERY], "metis", python), "")


def _with_spopt(found: Sequence[Divided], python: Path) -> list[Figure]:
    small = sorted(found, key=lambda one: (len(one.stairwells), one.code))[: round(len(found) * SMALL)]
    tried = [_against(small[::SMALL_EVERY], solver, python) for solver in SOLVERS]
    best, *others = sorted((one for one in tried if one.compared), key=lambda one: one.off[1] / one.off[0])
    return _ratios("spopt", best, "; ".join(one.words() for one in others))


def _ratios(name: str, one: _Against, others: str) -> list[Figure]:
    note = f"{one.compared} communities: {one.words()}"
    ratios = one.off[1] / one.off[0], one.square[1] / one.square[0]
    return [
        figure(f"patches.balance_vs_{name}", [ratios[0]], "", ">= 1", note=note),
        figure(f"patches.compact_vs_{name}", [ratios[1]], "", ">= 1", note=others),
    ]


def _against(sample: Sequence[Divided], name: str, python: Path) -> _Against:
    grounds = [ground_of(one.stairwells) for one in sample]
    asked = [
        {
            "households": [stairwell.households for stairwell in ground.stairwells],
            "points": ground.points,
            "links": ground.links,
            "count": len(one.drawing.patches),
        }
        for one, ground in zip(sample, grounds, strict=True)
    ]
    done = subprocess.run(
        [python, _THEIRS, name, str(LIMIT)],
        input=json.dumps(asked),
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    both, took = [], [0.0, 0.0]
    for one, ground, question, labels, theirs in zip(sample, grounds, asked, told["labels"], told["took"], strict=True):
        if labels is None:
            continue
        number = {its: patch.number for patch in one.drawing.patches for its in patch.stairwells}
        mine = [number[stairwell.id] for stairwell in ground.stairwells]
        both.append([_quality(question["households"], question["points"], side) for side in (mine, labels)])
        took[0] += one.took
        took[1] += theirs
    off, square = (tuple(sum(pair[side][of] for pair in both) / max(1, len(both)) for side in (0, 1)) for of in (0, 1))
    unfinished = [one.code for one, labels in zip(sample, told["labels"], strict=True) if labels is None]
    return _Against(name, off, square, (took[0], took[1]), len(both), unfinished)


def _quality(
    households: Sequence[int], points: Sequence[Sequence[float]], labels: Sequence[int]
) -> tuple[float, float]:
    """The mean share by which patches are off, and the mean squared distance from their middles."""
    sizes, east, north = Counter[int](), defaultdict[int, float](float), defaultdict[int, float](float)
    for count, (x, y), label in zip(households, points, labels, strict=True):
        sizes[label] += count
        east[label] += count * x
        north[label] += count * y
    even = sum(households) / len(set(labels))
    square = 0.0
    for count, (x, y), label in zip(households, points, labels, strict=True):
        if count:
            square += count * ((x - east[label] / sizes[label]) ** 2 + (y - north[label] / sizes[label]) ** 2)
    return sum(abs(sizes[label] / even - 1) for label in set(labels)) / len(set(labels)), square / sum(households)


def _write_outside(found: Sequence[Divided]) -> None:
    rows = []
    for one in found:
        for patch in one.drawing.patches:
            if abs(patch.households / _even(one) - 1) > BAND:
                why = [reason for reason in one.drawing.reasons if reason.patch == patch.number]
                rows.append(
                    {
                        "community": one.code,
                        "patch": patch.number,
                        "households": patch.households,
                        "share": round(_even(one), 1),
                        "why": [f"{reason.why} {reason.figure}" for reason in why],
                    }
                )
    OUTSIDE.parent.mkdir(exist_ok=True)
    OUTSIDE.write_text("[\n" + ",\n".join(" " + json.dumps(row) for row in rows) + "\n]\n")


def _divided(made: tuple[str, list[Stairwell]]) -> Divided:
    began = time.perf_counter()
    drawing = draw(made[1], target=TARGET, tolerance=TOLERANCE, most=MOST)
    return Divided(*made, drawing, time.perf_counter() - began)


def _ready() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
    import django

    django.setup()


@cache
def _towns() -> "list[Town]":
    from yimen.demo.towns import towns

    return towns(SEED, "city")


def stairwells_of(place: int) -> tuple[str, list[Stairwell]]:
    """The stairwells of the n-th community of the city; one household in eight is vulnerable, by chance."""
    from yimen.demo.places import places_of
    from yimen.demo.stream import Stream

    town = _towns()[place]
    rows = places_of(town, Stream(f"{SEED}/{town.code}")).rows
    chance = Stream(f"{SEED}/{town.code}/patches")
    lived_in, weak = Counter[object](), Counter[object]()
    for dwelling in rows.dwellings:
        if chance.chance(OCCUPIED):
            lived_in[dwelling.stairwell_id] += 1
            weak[dwelling.stairwell_id] += chance.chance(0.125)
    buildings = {row.id: row for row in rows.buildings}
    made = []
    for row in rows.stairwells:
        building = buildings[row.building_id]
        at = building.longitude, building.latitude
        counts = lived_in[row.id], weak[row.id]
        made.append(Stairwell(row.id, building.id, building.compound_id, row.number, *at, *counts))
    return town.code, made


def _environment(folder: Path) -> Path:
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin" / "pip", "install", "--quiet", "pymetis", "spopt"], check=True)
    return venv


def main() -> None:
    """Measure, print and keep apart from the other figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--venv", type=Path, help="an environment that has pymetis and spopt")
    found = figures_of(venv=parser.parse_args().venv)
    write(found, RESULTS.with_name("patches.json"))
    show(found)


if __name__ == "__main__":
    main()
