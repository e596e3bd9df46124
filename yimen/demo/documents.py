"""Identity numbers and phones that cannot be anybody's, unique over the whole city without asking the neighbours.

A number carries a region code that was never assigned. Each region, day and sex has 500 serials; a community may use
every fifth day only, and two serials on it, so 1,245 communities never meet. Phones are a shuffled counter.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from yimen.core.identity import check_character
from yimen.demo.reference import REFERENCE, years_before
from yimen.demo.stream import Stream

LOCAL_REGION = "320299"
_DAYS = 5  # a community uses every fifth day
_SERIALS = 2  # and two serials of each sex on it
_OF_A_DAY = 500  # serials of each sex on a day in one region
_STEP = 193  # turns the places from day to day, so that the ends of a community's numbers differ
_PHONES = 16384  # of one community
_SPREAD = 76_543_217  # odd and no multiple of 5, so multiplying by it shuffles the eight digits


def region_of(province: str) -> str:
    """The never assigned region code for a province ("34" gives "349999")."""
    return f"{province}9999"


def number_of(region: str, birth_on: date, serial: int) -> str:
    """The eighteen characters (GB 11643-1999)."""
    body = f"{region}{str(birth_on).replace('-', '')}{serial:03d}"
    return body + check_character(body)


@dataclass(slots=True)
class Registrar:
    """Hands out numbers and phones in one community, the `ordinal`-th of the city; never those in `reserved`."""

    stream: Stream
    ordinal: int
    reserved: frozenset[str] = frozenset()
    _given: set[tuple[str, int, int]] = field(default_factory=set)
    _phones: int = 0
    _others: int = 0

    def number(self, age: int, sex: str, region: str) -> tuple[str, date]:
        """A number and the birth date in it, of somebody that many full years old on the reference date."""
        first = years_before(REFERENCE, age + 1).toordinal() + 1
        last = years_before(REFERENCE, age).toordinal()
        return self._in_span(first, last, sex, region)

    def number_after(self, first_on: date, sex: str, region: str) -> tuple[str, date]:
        """The same for somebody born on a day or as soon after it as a number is free."""
        return self._in_span(first_on.toordinal(), REFERENCE.toordinal(), sex, region)

    def _in_span(self, first: int, last: int, sex: str, region: str) -> tuple[str, date]:
        first += (-first - self.ordinal) % _DAYS
        count = (last - first) // _DAYS + 1
        start = self.stream.between(0, count - 1)
        for step in range(count):
            day = first + _DAYS * ((start + step) % count)
            for slot in range(_SERIALS):
                key = (region, day, slot * 2 + int(sex == "1"))
                if key in self._given:
                    continue
                self._given.add(key)
                place = (self.ordinal // _DAYS * _SERIALS + slot + day * _STEP) % _OF_A_DAY
                serial = place * 2 + int(sex == "1")
                birth_on = date.fromordinal(day)
                number = number_of(region, birth_on, serial)
                if number not in self.reserved:
                    return number, birth_on
        return self._in_span(first - 365 * _DAYS, first - 1, sex, region)  # a crowded year: a little older

    def mobile(self) -> str:
        """A mobile number of the unassigned prefix 154."""
        counter = self.ordinal * _PHONES + self._phones
        self._phones += 1
        return f"154{counter * _SPREAD % 100_000_000:08d}"

    def landline(self) -> str:
        """A landline whose local part begins with 0, as none does."""
        counter = self.ordinal * _PHONES + self._phones
        self._phones += 1
        return f"0510-0{counter * 7_654_321 % 10_000_000:07d}"

    def permit(self, kind: str) -> str:
        """A passport ("414"), Hong Kong and Macao permit ("516") or Taiwan permit ("511") of no real series."""
        self._others += 1
        serial = f"{self.ordinal:04d}{self._others % 1000:03d}"
        return {"414": "X0", "516": "H9", "511": "9"}[kind] + serial


def days_old(birth_on: date, days: int) -> date:
    """The day somebody was that many days old, at the latest the reference date."""
    return min(birth_on + timedelta(days=days), REFERENCE)
