"""Where the marks of a chart stand: numbers for the SVG in the template, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from yimen.cases.queries.figures import Week

LEFT, WIDTH, BASE, HEIGHT = 34, 310, 140, 120


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `mark` names its colour class."""

    x: float
    y: float
    width: float
    height: float
    mark: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A line across and its number."""

    y: float
    value: int


def week_bars(weeks: Sequence[Week]) -> tuple[list[Bar], list[Axis], list[float]]:
    """Two bars for each week (taken, closed), the lines across, and the middle of each week."""
    top = nice_top(max((count for week in weeks for count in (week.taken, week.closed)), default=0))
    step = WIDTH / max(1, len(weeks))
    bars, middles = [], []
    for place, week in enumerate(weeks):
        x = LEFT + place * step
        middles.append(round(x + step / 2, 1))
        for side, (count, mark) in enumerate(((week.taken, "bar-b"), (week.closed, "bar-a"))):
            height = round(HEIGHT * count / top, 1)
            bars.append(
                Bar(round(x + step * (0.12 + 0.38 * side), 1), BASE - height, round(step * 0.36, 1), height, mark)
            )
    return bars, [Axis(BASE - HEIGHT * part / 2, top * part // 2) for part in (0, 1, 2)], middles


def nice_top(most: int) -> int:
    """A round even number not below the highest bar."""
    top = 4
    while top < most:
        top = {1: 2, 2: 5, 5: 10}[int(str(top)[0])] * 10 ** (len(str(top)) - 1) if str(top)[0] in "125" else top + 6
    return top


@dataclass(frozen=True, slots=True)
class Stack:
    """One line of a stacked chart: a name, three counts, and their bars."""

    name: str
    counts: tuple[int, ...]
    bars: tuple[Bar, ...]
    y: float
    end: float

    @property
    def total(self) -> int:
        return sum(self.counts)


def stacks(lines: Sequence[tuple[str, tuple[int, ...]]], *, left: int) -> list[Stack]:
    """The lines, longest first, their parts one after the other."""
    top = max((sum(counts) for _name, counts in lines), default=0) or 1
    room = 310 - left
    found = []
    for place, (name, counts) in enumerate(sorted(lines, key=lambda line: -sum(line[1]))):
        x, y = float(left), 4 + place * 24
        bars = []
        for count, mark in zip(counts, ("bar-c", "bar-a", "bar-b"), strict=False):
            width = round(room * count / top, 1)
            bars.append(Bar(x, y, width, 13, mark))
            x = round(x + width, 1)
        found.append(Stack(name, counts, tuple(bars), y + 11, x + 6))
    return found
