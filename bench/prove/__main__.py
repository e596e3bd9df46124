"""`make prove`: show on real processes that nothing acknowledged is lost and nothing doubled, and write it down."""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import figures
from bench.figures import Figure
from bench.prove import faults, restoring, soak, tampers
from bench.prove.house import House, new_house

RESULTS = Path(__file__).resolve().parents[1] / "results" / "prove.json"
PROOFS = {
    "kills": "web and worker ended at random points while people work",
    "stops": "the database stopped hard under load",
    "restore": "backups brought back to random seconds, and checked",
    "tampers": "the trail changed by somebody with every right, and found",
    "soak": "an hour of requests: memory and errors",
}


def main() -> None:
    """Every proof, or the chosen ones at the chosen length. What was not run keeps its last figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.prove",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"{__doc__}\n\nIt builds a house of its own in a folder that goes when it is done; the soak wants "
        "the machine to itself.\n`make prove PROVE='--only kills --kills 20'` passes these options.",
        epilog="\n".join(["proofs:", *(f"  {name:<8} {what}" for name, what in PROOFS.items())]),
    )
    parser.add_argument("--only", type=_proofs, default=tuple(PROOFS), help="some of the proofs below, with commas")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--stops", type=int, default=8)
    parser.add_argument("--points", type=int, default=3, help="random seconds to restore to")
    parser.add_argument("--tampers", type=int, default=1000)
    parser.add_argument("--soak", type=float, default=3600, help="seconds")
    parser.add_argument("--short", action="store_true", help="all of it, in some minutes: for trying the proofs out")
    parser.add_argument("--scale", default="street", help="the city worked in: street or community")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    if options.short:
        options.kills, options.stops, options.points, options.tampers, options.soak = 10, 2, 1, 20, 20.0
        options.scale = "community"
    seed = options.seed
    proofs: dict[str, Callable[[House], list[Figure]]] = {
        "kills": lambda house: faults.kills(house, options.kills, seed=seed),
        "stops": lambda house: faults.stops(house, options.stops, seed=seed + 1),
        "restore": lambda house: restoring.restores(house, options.points, seed=seed + 2),
        "tampers": lambda house: tampers.tampers(house, options.tampers, seed=seed + 3),
        "soak": lambda house: soak.soak(house, options.soak, seed=seed + 4),
    }
    chosen = [name for name in PROOFS if name in options.only]
    found: list[Figure] = []
    with (
        tempfile.TemporaryDirectory(prefix="yimen-backups-") as backups,
        new_house(options.scale, extra={"YIMEN_BACKUPS": backups}) as house,
    ):
        for name in chosen:
            found += proofs[name](house)
            figures.write(_with_the_rest(found, options.out), options.out)


def _proofs(text: str) -> tuple[str, ...]:
    """The proofs of a list with commas."""
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in PROOFS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no proof {', '.join(unknown)}; the proofs are {', '.join(PROOFS)}")
    return names


def _with_the_rest(found: Sequence[Figure], out: Path) -> list[Figure]:
    """The new figures, and the last ones of proofs that were not run now."""
    try:
        last = [Figure(**one) for one in json.loads(out.read_text())["figures"]]
    except (OSError, ValueError, KeyError, TypeError):
        last = []
    new = {one.name for one in found}
    heads = ("kills.", "stops.", "drill.", "pitr.", "audit.", "soak.")
    both = [*found, *(one for one in last if one.name not in new)]
    return sorted(both, key=lambda one: next((n for n, head in enumerate(heads) if one.name.startswith(head)), 9))


if __name__ == "__main__":
    main()
