"""How large patches are to be, on a day."""

from dataclasses import dataclass
from datetime import date

from yimen.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of the city in force on a day; tolerance and margin in percent."""

    households: int = 300  # of one patch
    tolerance: int = 10  # off the even share of the community, when patches are drawn
    margin: int = 20  # off the norm, before a patch is flagged
    most: int = 450  # households no patch may exceed, unless one stairwell does

    def flag(self, households: int) -> str:
        """ "over" above the most, "high" or "low" outside the margin, "" within it."""
        off = self.households * self.margin / 100
        if households > self.most:
            return "over"
        if households > self.households + off:
            return "high"
        return "low" if households < self.households - off else ""


_NAMES = {
    "households_per_patch": "households",
    "patch_tolerance": "tolerance",
    "patch_margin": "margin",
    "patch_most": "most",
}


def sizes_on(day: date) -> Sizes:
    """The numbers in force on a day."""
    said = orgs.numbers_on(day, list(_NAMES))
    return Sizes(**{_NAMES[name]: value for name, value in said.items()})
