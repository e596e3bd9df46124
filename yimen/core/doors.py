"""Doors as people write them: building, stairwell (unit) and room."""

import re
from dataclasses import dataclass
from functools import lru_cache

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc/"), "-")
_HAN_DIGITS = {han: str(digit) for digit, han in enumerate("〇一二三四五六七八九")} | {"零": "0", "两": "2"}
_HAN = "[〇零一二两三四五六七八九十]{1,3}"
_HAN_ROOM = "[〇零一二三四五六七八九]{3,4}"  # figure by figure, as a room is read out
_DOOR = re.compile(
    rf"(?P<building>[0-9]{{1,3}}[A-Z]?|[A-Z][0-9]{{0,2}}|{_HAN})(?:(?:号楼|号门|幢|栋|座|楼|号|#)-?|-)"
    rf"(?:(?P<unit>[0-9]{{1,2}}|[A-Z]|{_HAN})(?:(?:单元|号门|门|梯)-?|-))?"
    rf"(?:(?P<room>[A-Z]?[0-9]{{2,4}}[A-Z]?|{_HAN_ROOM})(?:室|房|号|户)?|(?P<short>[0-9][A-Z]?)(?:室|房|户))"
)


@dataclass(frozen=True, slots=True)
class Door:
    """One door within a compound; `unit` is "" where a building has a single stairwell."""

    building: str
    unit: str
    room: str

    @property
    def key(self) -> str:
        """ "3-502" or "3-2-502"."""
        return door_label(self.building, self.unit, self.room)


def parse_door(text: str) -> Door | None:
    """The door of "3-502", "12栋301", "3号楼2单元502室", "三号楼五〇二"; None when it is not a whole door."""
    found = _DOOR.fullmatch(_plain(text[:64]))
    if found is None:
        return None
    return Door(_part(found["building"]), _part(found["unit"] or ""), _part(found["room"] or found["short"]))


def door_label(building: str, unit: str, room: str) -> str:
    """The compact key of a door, the same however its parts were written; empty parts are left out."""
    return "-".join([part for part in map(_label, (building, unit, room)) if part])


@lru_cache(maxsize=4096)  # a city is loaded with a few thousand different ones, three million times
def _label(text: str) -> str:
    return _part(re.sub("(?:号楼|幢|栋|座|楼|单元|门|梯|室|房|号|户|#)$", "", _plain(text)))


def _plain(text: str) -> str:
    """Half-width, upper case, one kind of dash, no spaces."""
    return "".join(text.translate(_FULL_WIDTH).translate(_DASHES).upper().split())


def _part(text: str) -> str:
    """A part in its shortest form: Han numerals as digits, no leading zeros."""
    if text and re.fullmatch(f"{_HAN}|{_HAN_ROOM}", text):
        text = _han_number(text)
    return re.sub(r"^([A-Z]?)0+(?=[0-9])", r"\1", text)


def _han_number(text: str) -> str:
    """十二 is 12, 二十 is 20, 二〇三 is 203."""
    if "十" not in text:
        return "".join(_HAN_DIGITS[char] for char in text)
    tens, _, ones = text.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return text
    return _HAN_DIGITS.get(tens, "1") + _HAN_DIGITS.get(ones, "0")
