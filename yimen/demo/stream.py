"""One stream of chance per community: the same bytes whether it is made alone or with the whole city."""

from bisect import bisect
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID, SafeUUID

from yimen.core.ids import ref_of, uuid7
from yimen.demo.reference import NOW

T = TypeVar("T")
_LOADED_MS = int(NOW.timestamp() * 1000)
_COUNTED = 24  # bits of an id that count; the others belong to the stream
_new = object.__new__
_set = object.__setattr__


def _uuid(value: int) -> UUID:
    """What UUID(int=value) makes, in a third of the time: a city has a hundred million."""
    made = _new(UUID)
    _set(made, "int", value)
    _set(made, "is_safe", SafeUUID.unknown)
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
        self._last = uuid7(_LOADED_MS, self.getrandbits(74)).int >> _COUNTED << _COUNTED

    def fork(self, name: str) -> "Stream":
        """A stream of its own for one part of the work."""
        return Stream(f"{self.name}/{name}")

    def uid(self, at: datetime | None = None) -> UUID:
        """A time-ordered id: of a moment, or the next of this stream, so that one community's lie together."""
        if at is None:
            self._last += 1
            return _uuid(self._last)
        return uuid7(int(at.timestamp() * 1000), self.getrandbits(74))

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
