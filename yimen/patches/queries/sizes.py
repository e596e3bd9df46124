"""How large patches are to be, on a day."""

from dataclasses import dataclass
from datetime import date

from yimen.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of the city in force on a day; the tolerance in percent."""

    households: int = 300  # of one patch
    tolerance: int = 20  # that a patch may be off that
    most: int = 400  # households no patch may exceed, unless one stairwell does

    def flag(self, households: int) -> str:
        """ "over" above the most, "high" or "low" outside the tolerance, "" within it."""
        off = self.households * self.tolerance / 100
        if households > self.most:
            return "over"
        if households > self.households + off:
            return "high"
        return "low" if households < self.households - off else ""


_NAMES = {
    "households_per_patch": "households",
    "patch_tolerance": "tolerance",
    "patch_most": "most",
}


def sizes_on(day: date) -> Sizes:
    """The numbers in force on a day."""
    said = orgs.numbers_on(day, list(_NAMES))
    return Sizes(**{_NAMES[name]: value for name, value in said.items()})
