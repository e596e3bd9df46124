"""Messy rosters to try the import with, and how well it does."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from yimen.core.clock import local, now
from yimen.exchange.messy.marking import score_file
from yimen.exchange.messy.people import words
from yimen.exchange.messy.rosters import KINDS
from yimen.exchange.messy.writing import write_messy
from yimen.exchange.rules.scoring import Score
from yimen.site.cli.surroundings import Refusal

_SHOWN = 20  # of each list


def run(parser: argparse.ArgumentParser, rest: Sequence[str]) -> int:
    """Write a roster, or score one; 1 when anything was missed, wrongly refused or misread."""
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--messy", type=Path, metavar="OUT", help="write a messy roster (.xlsx, or .csv in GBK)")
    chosen.add_argument("--score", type=Path, metavar="FILE", help="read a messy roster and mark what was found")
    parser.add_argument("--seed", type=int, default=1, help="which one: the same seed writes the same roster")
    parser.add_argument("--rows", type=int, default=500, help="how many rows (default 500)")
    parser.add_argument("--kind", choices=KINDS, default="residents")
    parser.add_argument(
        "--community",
        action="append",
        default=[],
        metavar="NAME",
        help="where its people live, by name, once or more often (default: the community of the demonstration's head)",
    )
    parser.add_argument("--key", type=Path, help="the key, where it does not lie beside the roster")
    arguments = parser.parse_args(rest)
    if arguments.messy:
        if arguments.rows < 1:
            raise Refusal("A roster has at least one row. Give --rows a number above zero.")
        names = arguments.community
        key = write_messy(
            arguments.messy, kind=arguments.kind, rows=arguments.rows, seed=arguments.seed, communities=names
        )
        where = ", ".join(names or [words()["communities"][0]])
        print(f"{arguments.messy}: {arguments.rows} rows and more of {where}; the key is {key}.")
        return 0
    if not arguments.score.is_file():
        raise Refusal(f"There is no file {arguments.score}. Write one with --messy.")
    return _tell(score_file(arguments.score, key=arguments.key, today=local(now()).date()))


def _tell(score: Score) -> int:
    print(f"rows             {score.rows:>7}")
    print(f"found            {len(score.found):>7}")
    for title, lines in (
        ("missed", score.missed),
        ("wrongly refused", score.wrongly_refused),
        ("misread", score.misread),
    ):
        print(f"{title:<16} {len(lines):>7}")
        for line in lines[:_SHOWN]:
            print(f"  {line}")
    return 0 if score.is_perfect else 1
