"""`make prove`: show on real processes that nothing acknowledged is lost and nothing doubled, and write it down."""

import argparse
from pathlib import Path

from bench import figures
from bench.prove import faults
from bench.prove.house import new_house

RESULTS = Path(__file__).resolve().parents[1] / "results" / "prove.json"


def main() -> None:
    """Every proof, or the chosen ones at the chosen length."""
    parser = argparse.ArgumentParser(prog="make prove", description=__doc__)
    parser.add_argument("--only", default="", help="comma-separated: kills, stops")
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--stops", type=int, default=8)
    parser.add_argument("--scale", default="street", help="the city worked in: street or community")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    chosen = set(options.only.split(",")) if options.only else {"kills", "stops"}
    found: list[figures.Figure] = []
    with new_house(options.scale) as house:
        if "kills" in chosen:
            found += faults.kills(house, options.kills, seed=options.seed)
        if "stops" in chosen:
            found += faults.stops(house, options.stops, seed=options.seed + 1)
    figures.write(found, options.out)


if __name__ == "__main__":
    main()
