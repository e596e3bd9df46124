"""Judge rows of a file against the register and the staff, a thousand at a time. Nothing is written."""

from collections.abc import Iterable, Iterator, Sequence

from yimen.exchange.actions.compounds import place_in_compounds
from yimen.exchange.actions.doors import propose_doors, waiting_for_doors
from yimen.exchange.actions.people import judge_people
from yimen.exchange.actions.places import judge_households, judge_places
from yimen.exchange.actions.run import Row, Run
from yimen.exchange.actions.staff import judge_staff
from yimen.exchange.rules.imports import SAME


def judged(run: Run, batches: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """The same rows with their verdicts. Those whose building a later row may confirm come with a later batch, so that
    it says nothing where a batch happens to end."""
    waiting: list[Row] = []
    for batch in batches:
        place_in_compounds(run, batch)
        rows = [*waiting, *batch]
        waiting = waiting_for_doors(run, rows)
        late = {row.place for row in waiting}
        rows = [row for row in rows if row.place not in late]
        _judge(run, rows)
        yield rows
    if waiting:
        _judge(run, waiting)
        yield waiting


def _judge(run: Run, rows: Sequence[Row]) -> None:
    """Give each row its verdict, with differences or the reason; those refused by their cells have theirs already."""
    propose_doors(run, rows)
    judge_places(run, rows)
    judge_people(run, rows)
    judge_households(run, rows)
    judge_staff(run, rows)
    for row in rows:
        row.verdict = row.verdict or SAME
