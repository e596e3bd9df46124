"""Which building and stairwell a sheet's name, its title or a row of its own gives to the rows below it."""

from typing import NamedTuple

from yimen.exchange.rules.words import half_width, pattern

_LONGEST = 30  # characters of a row that names a part of the roster


class Section(NamedTuple):
    """A building and a stairwell as they are written, "" where nothing is said."""

    building: str = ""
    unit: str = ""

    def within(self, above: "Section") -> "Section":
        """The section with the building of the one above, where it names a stairwell only."""
        return Section(self.building or above.building, self.unit)


NOWHERE = Section()


def section_of(text: str) -> Section | None:
    """The section that a text names ("3号楼", "3幢2单元(共12户)"); None when it names none."""
    bare = half_width(text).replace(" ", "")
    found = pattern("section").fullmatch(bare) if len(bare) <= _LONGEST else None
    if found is None or not (found["building"] or found["unit"]):
        return None
    return Section(found["building"] or "", found["unit"] or "")


def is_heading(text: str) -> bool:
    """Whether a text that stands alone in its row divides a roster ("第二居民小组", "二、流动人口") or ends it."""
    bare = half_width(text).replace(" ", "")
    return len(bare) <= _LONGEST and pattern("heading").fullmatch(bare) is not None
