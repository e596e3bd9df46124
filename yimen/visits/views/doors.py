"""The doors of a walk in the reader's words, alike on the server's pages and in a phone's pack."""

from datetime import date
from typing import TypedDict

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yimen.core.clock import local
from yimen.core.formats import format_short
from yimen.visits.queries.households import Counts, Door, Stop
from yimen.visits.rules.words import OUTCOMES, TOPICS
from yimen.visits.views.words import kind_words


class DoorWords(TypedDict):
    """A door as a phone shows it."""

    ref: str
    no: str
    name: str
    place: str
    must: str
    line: str
    last: str
    done: str
    missed: int
    version: int | None


class StopWords(TypedDict):
    """A stairwell of a walk."""

    place: str
    doors: list[DoorWords]


def place_words(building: str, stairwell: str) -> str:
    """Building and stairwell."""
    return _("Building %(building)s, stairwell %(stairwell)s") % {"building": building, "stairwell": stairwell}


def stop_words(stop: Stop, today: date) -> StopWords:
    """A stairwell with its doors."""
    return {
        "place": place_words(stop.building, stop.stairwell),
        "doors": [door_words(door, today) for door in stop.doors],
    }


def door_words(door: Door, today: date) -> DoorWords:
    """A door; `done` is what came of today's visit, "" for none."""
    return {
        "ref": door.ref,
        "no": door.room,
        "name": _("Household %(surname)s") % {"surname": door.surname} if door.surname else _("Nobody registered"),
        "place": place_words(door.building, door.stairwell),
        "must": _("must visit, %(kinds)s") % {"kinds": kind_words(door.kinds)} if door.kinds else "",
        "line": _line(door, today),
        "last": _last(door, today),
        "done": _done(door),
        "missed": door.missed,
        "version": door.version,
    }


def count_words(stop: StopWords) -> str:
    """How many doors, and how many of them were walked to today."""
    count, done = len(stop["doors"]), sum(bool(door["done"]) for door in stop["doors"])
    words = ngettext("%(count)s door", "%(count)s doors", count) % {"count": count}
    return words + _(", %(done)s done") % {"done": done} if done else words


def counts_words(counts: Counts) -> dict[str, int]:
    """The month's counts against its goal."""
    return {
        "reached": counts.reached,
        "goal": counts.goal,
        "must": counts.must,
        "must_reached": counts.must_reached,
    }


def _line(door: Door, today: date) -> str:
    if not door.people and not door.surname:
        return _("empty; see whether somebody lives there")
    parts = [ngettext("%(count)s person", "%(count)s people", door.people) % {"count": door.people}]
    if door.needs:
        parts.append(ngettext("%(count)s request open", "%(count)s requests open", door.needs) % {"count": door.needs})
    elif door.seen_on:
        parts.append(_("last seen %(day)s") % {"day": _day(door.seen_on, today)})
    return _(", ").join(parts)


def _last(door: Door, today: date) -> str:
    if door.last_on is None:
        return _("Not visited before.")
    said = [_(TOPICS[topic]) for topic in door.last_topics if topic in TOPICS]
    words = _("Last time %(day)s: %(outcome)s") % {
        "day": _day(door.last_on, today),
        "outcome": _(OUTCOMES[door.last_outcome]),
    }
    return _(", ").join([words, *said])


def _done(door: Door) -> str:
    if not door.today or door.today_at is None:
        return ""
    return f"{_(OUTCOMES[door.today])} {local(door.today_at):%H:%M}"


def _day(day: date, today: date) -> str:
    return format_short(day, language=get_language() or "", today=today)
