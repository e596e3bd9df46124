"""Judge rows of a file against the register and the staff, a thousand at a time. Nothing is written."""

from collections.abc import Sequence

from yimen.exchange.actions.compounds import place_in_compounds
from yimen.exchange.actions.doors import propose_doors
from yimen.exchange.actions.people import judge_people
from yimen.exchange.actions.places import judge_households, judge_places
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.actions.staff import judge_staff
from yimen.exchange.rules.imports import SAME


def judge_rows(run: Run, rows: Sequence[Row]) -> None:
    """Give each row its verdict, with differences or the reason; those refused by their cells have theirs already."""
    place_in_compounds(run, rows)
    propose_doors(run, rows)
    judge_places(run, rows)
    judge_people(run, rows)
    judge_households(run, rows)
    judge_staff(run, rows)
    for row in rows:
        row.verdict = row.verdict or SAME
