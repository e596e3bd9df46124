"""One stream of chance per community: the same bytes whether it is made alone or with the whole city."""

from bisect import bisect
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID, SafeUUID

from yimen.core.ids import ref_of, uuid7_value
from yimen.demo.reference import NOW

T = TypeVar("T")
_LOADED_MS = int(NOW.timestamp() * 1000)
_COUNTED = 24  # bits of an id that count; the others belong to the stream


class _Id(UUID):
    """An id that knows its text, which is written down wherever the row is named. Made in a quarter of the time of
    another: a city has a hundred million."""

    __slots__ = ("hex",)
    hex: str
    is_safe = SafeUUID.unknown  # type: ignore[misc]  # final in every other id: unknown to all of ours

    def __reduce__(self) -> tuple[type[UUID], tuple[str]]:
        """Before another process it is an id like any other."""
        return UUID, (self.hex,)


_new = _Id.__new__
_set_value: Callable[[UUID, int], None] = vars(UUID)["int"].__set__
_set_hex: Callable[[UUID, str], None] = vars(_Id)["hex"].__set__


def _id(value: int, text: str) -> UUID:
    made = _new(_Id)
    _set_value(made, value)
    _set_hex(made, text)
    return made


class Weighted(Generic[T]):
    """Things drawn by weight, many times."""

    def __init__(self, pairs: Sequence[tuple[T, float]]) -> None:
        self.things = [thing for thing, _ in pairs]
        self.sums = list(accumulate(weight for _, weight in pairs))


class Stream(Random):
    """A seeded generator that also makes identifiers. Forks are independent of how much was drawn before."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self._first = uuid7_value(_LOADED_MS, self.getrandbits(74)) >> _COUNTED << _COUNTED
        self._head = f"{self._first >> _COUNTED:026x}"
        self._count = 0

    def fork(self, name: str) -> "Stream":
        """A stream of its own for one part of the work."""
        return Stream(f"{self.name}/{name}")

    def uid(self, at: datetime | None = None) -> UUID:
        """A time-ordered id: of a moment, or the next of this stream, so that one community's lie together."""
        if at is None:
            self._count = count = self._count + 1
            return _id(self._first + count, f"{self._head}{count:06x}")
        value = uuid7_value(int(at.timestamp() * 1000), self.getrandbits(74))
        return _id(value, f"{value:032x}")

    def ref(self) -> str:
        """A public reference."""
        return ref_of(self.getrandbits(60))

    def draw(self, weighted: Weighted[T]) -> T:
        """One of the things, by weight."""
        sums = weighted.sums
        return weighted.things[bisect(sums, self.random() * sums[-1], 0, len(sums) - 1)]

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included; faster than randint."""
        return low + int(self.random() * (high - low + 1))

    def one(self, things: Sequence[T]) -> T:
        """One of the things, all alike."""
        return things[int(self.random() * len(things))]
