"""Who lives behind one door: sizes and ages of households, modelled to meet the census totals of the city."""

from collections.abc import Callable
from typing import NamedTuple

from yimen.demo.stream import Stream, Weighted


class Slot(NamedTuple):
    """One person to be: relation to the head (GB/T 4761), sex (GB/T 2261.1), full years, and whose surname.

    `line` is "head" or "other": the surname of the head's family, or another.
    """

    relation: str
    sex: str
    age: int
    line: str = "other"


Family = list[Slot]
_OWNED_SIZES = Weighted([(1, 21), (2, 33), (3, 21), (4, 13), (5, 8), (6, 4)])
_RENTED_SIZES = Weighted([(1, 23), (2, 28), (3, 20), (4, 15), (5, 8), (6, 4), (7, 2)])
_HEAD, _SPOUSE, _SON, _DAUGHTER, _MATE = "02", "10", "20", "30", "99"


def family(stream: Stream, *, rented: bool) -> Family:
    """The people of one household, the head first."""
    if rented:
        return _tenants(stream, stream.draw(_RENTED_SIZES))
    return _OWNERS[stream.draw(_OWNED_SIZES)](stream)


def _spread(stream: Stream, low: int, high: int) -> int:
    """An age, likelier in the middle."""
    return low + int((stream.random() + stream.random()) / 2 * (high - low + 1))


def _couple(stream: Stream, low: int, high: int) -> Family:
    age = _spread(stream, low, high)
    other = max(20, age - stream.between(-1, 4))
    if stream.chance(0.78):
        return [Slot(_HEAD, "1", age, "head"), Slot(_SPOUSE, "2", other)]
    return [Slot(_HEAD, "2", other, "head"), Slot(_SPOUSE, "1", age)]


def _children(stream: Stream, parents: Family, count: int, oldest: int = 30) -> Family:
    """Children of the couple; they carry the surname of the man."""
    mother = next((slot.age for slot in parents if slot.sex == "2"), parents[0].age)
    line = "head" if parents[0].sex == "1" or len(parents) == 1 else "spouse"
    age = min(oldest, max(0, mother - stream.between(23, 32)))
    slots = []
    for _ in range(count):
        sex = "1" if stream.chance(0.52) else "2"
        slots.append(Slot(_SON if sex == "1" else _DAUGHTER, sex, age, line))
        age = max(0, age - stream.between(2, 7))
    return slots


def _parents(stream: Stream, head: Slot, count: int) -> Family:
    """Father and mother of the head; when only one is left, mostly the mother."""
    age = min(97, head.age + stream.between(23, 30))
    father = Slot("51", "1", age, "head")
    mother = Slot("52", "2", max(head.age + 19, age - stream.between(0, 4)))
    if count == 2:
        return [father, mother]
    return [mother if stream.chance(0.7) else father]


def _alone(stream: Stream) -> Family:
    roll = stream.random()
    low, high = (60, 93) if roll < 0.62 else (36, 60) if roll < 0.84 else (23, 36)
    sex = "1" if stream.chance(0.42 if low == 60 else 0.6) else "2"
    return [Slot(_HEAD, sex, stream.between(low, high), "head")]


def _pair(stream: Stream) -> Family:
    roll = stream.random()
    if roll < 0.4:
        return _couple(stream, 58, 78)
    if roll < 0.62:
        return _couple(stream, 64, 94)
    if roll < 0.77:
        return _couple(stream, 46, 62)
    if roll < 0.86:
        return _couple(stream, 25, 37)
    head = Slot(_HEAD, "2" if stream.chance(0.75) else "1", _spread(stream, 32, 56), "head")
    if roll < 0.94:
        return [head, *_children(stream, [head], 1)]
    return [head, *_parents(stream, head, 1)]


def _three(stream: Stream) -> Family:
    roll = stream.random()
    if roll < 0.62:
        couple = _couple(stream, 29, 62)
        return couple + _children(stream, couple, 1)
    if roll < 0.82:
        couple = _couple(stream, 55, 78)
        return couple + _children(stream, couple, 1, oldest=48)
    couple = _couple(stream, 48, 70)
    return couple + _parents(stream, couple[0], 1)


def _four(stream: Stream) -> Family:
    if stream.chance(0.25):
        couple = _couple(stream, 29, 48)
        return couple + _children(stream, couple, 2, oldest=20)
    couple = _couple(stream, 32, 64)
    return couple + _children(stream, couple, 1) + _parents(stream, couple[0], 1)


def _five(stream: Stream) -> Family:
    couple = _couple(stream, 34, 62)
    if stream.chance(0.8):
        return couple + _children(stream, couple, 1) + _parents(stream, couple[0], 2)
    return couple + _children(stream, couple, 2, oldest=18) + _parents(stream, couple[0], 1)


def _six(stream: Stream) -> Family:
    couple = _couple(stream, 33, 50)
    return couple + _children(stream, couple, 2, oldest=16) + _parents(stream, couple[0], 2)


_OWNERS: dict[int, Callable[[Stream], Family]] = {1: _alone, 2: _pair, 3: _three, 4: _four, 5: _five, 6: _six}


def _tenants(stream: Stream, size: int) -> Family:
    """People from elsewhere: younger, couples with children, or people of one workshop sharing a flat."""
    if size == 1 or size > 4 or stream.chance(0.28):
        return [
            Slot(_HEAD if not place else _MATE, "1" if stream.chance(0.57) else "2", _spread(stream, 18, 50), "own")
            for place in range(size)
        ]
    couple = _couple(stream, 22, 52 if size == 2 else 48)
    children = min(size - 2, 2 if size > 3 and stream.chance(0.7) else 1)
    slots = couple + (_children(stream, couple, children, oldest=17) if size > 2 else [])
    return slots + _parents(stream, couple[0], size - len(slots)) if len(slots) < size else slots
