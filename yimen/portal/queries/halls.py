"""Halls as residents ask for them: where, when open, which number to call."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import translation
from django.utils.translation import gettext as _

from yimen.core import formats
from yimen.core.clock import local
from yimen.orgs import queries as orgs
from yimen.portal.kept import Kept

_stations: Kept[str, orgs.StationFacts | None] = Kept(60)
_below: Kept[tuple[str, date], list[str]] = Kept(60)


def with_halls(code: str, *, on: date) -> list[str]:
    """The divisions directly below one that have halls in them."""
    return _below.get((code, on), lambda: list(orgs.with_stations(code, on=on)))


@dataclass(frozen=True, slots=True)
class Hall:
    """The hall of one community at a moment. `next_open` is today while it opens or is open today."""

    code: str
    name: str
    address: str
    phone: str
    opens_at: time
    closes_at: time
    today: date
    is_open: bool
    next_open: date

    @property
    def dial(self) -> str:
        """The number as a phone dials it, "" where none is known."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @property
    def hours(self) -> str:
        """The hours of a working day."""
        return f"{self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    @property
    def open_words(self) -> str:
        """Whether it is open now, and until or from when."""
        if self.is_open:
            return _("open now, until %(time)s") % {"time": f"{self.closes_at:%H:%M}"}
        if self.next_open == self.today:
            return _("opens today at %(time)s") % {"time": f"{self.opens_at:%H:%M}"}
        day = formats.format_date(self.next_open, "day", language=translation.get_language() or "zh-hans")
        return _("closed now, opens %(day)s at %(time)s") % {"day": day, "time": f"{self.opens_at:%H:%M}"}

    @property
    def help_words(self) -> str:
        """One sentence for the foot of every page."""
        return _("Service hall of %(place)s: %(open)s.") % {"place": self.name, "open": self.open_words}


def hall(code: str, *, at: datetime) -> Hall | None:
    """The hall of a community; None where there is none."""
    found = _stations.get(code, lambda: orgs.station(code, at=at))
    if found is None:
        return None
    calendar, now = orgs.working_calendar(), local(at)
    today = now.date()
    works = calendar.is_working(today)
    still = works and now.time() < found.closes_at
    return Hall(
        code=code,
        name=orgs.division_name(code),
        address=found.address,
        phone=formats.format_phone(found.phone),
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        today=today,
        is_open=still and now.time() >= found.opens_at,
        next_open=today if still else calendar.next_working(today),
    )
