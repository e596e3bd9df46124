"""How often somebody has looked at whole numbers."""

import time as clockwork
from datetime import date, datetime, time
from typing import Any

from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.orgs.queries import numbers_on
from yimen.registry.rules.reveal import HOUR, PACE, Pace, Quota, check_pace, names_of
from yimen.trail.queries import times_done

WHOLE = ("resident.reveal", "contact.reveal", "finding.reveal")  # the verbs that show a whole number


def seen_today(actor: Actor, at: datetime) -> tuple[int, int]:
    """How many numbers this person has looked at within the hour and on this day: residents', callers', heard ones."""
    midnight = datetime.combine(local(at).date(), time(), tzinfo=local(at).tzinfo)
    hour, day = times_done(actor.person, *WHOLE, since=(at - HOUR, midnight))
    return hour, day


def quota_of(actor: Actor, at: datetime) -> Quota:
    """What holds for this role on this day."""
    names = names_of(str(actor.role))
    said, default = numbers_on(local(at).date(), names), Quota()
    return Quota(
        said.get(names[0], default.hour), said.get(names[1], default.day), said.get(names[2], default.unproved)
    )


_KEPT_FOR = 60.0  # seconds a page goes on telling the same limit; an act asks anew
_told: dict[tuple[str, date], tuple[float, int]] = {}


def most_a_day(actor: Actor, at: datetime) -> int:
    """The limit of the day, for a page to tell."""
    key = (str(actor.role), local(at).date())
    since, most = _told.get(key, (float("-inf"), 0))
    if clockwork.monotonic() - since > _KEPT_FOR:
        _told.clear()
        most = quota_of(actor, at).day
        _told[key] = (clockwork.monotonic(), most)
    return most


ABOVE = (Role.STREET, Role.DISTRICT, Role.CITY)
_paces: dict[date, tuple[float, Pace]] = {}


def pace_of(at: datetime) -> Pace:
    """How many residents somebody above the stations may open; asked anew every minute."""
    day = local(at).date()
    since, pace = _paces.get(day, (float("-inf"), Pace()))
    if clockwork.monotonic() - since > _KEPT_FOR:
        _paces.clear()
        said, default = numbers_on(day, PACE), Pace()
        pace = Pace(said.get(PACE[0], default.hour), said.get(PACE[1], default.day))
        _paces[day] = (clockwork.monotonic(), pace)
    return pace


def forget_pace() -> None:
    """Ask anew at once, as another process would."""
    _paces.clear()


def pace_values(actor: Actor, at: datetime) -> dict[str, Any]:
    """The values of `trail.queries.OPENED_ABOVE`."""
    pace, midnight = pace_of(at), datetime.combine(local(at).date(), time(), tzinfo=local(at).tzinfo)
    bounds = {"hour": at - HOUR, "midnight": midnight, "account": actor.account_id}
    return {**bounds, "most_hour": pace.hour, "most_day": pace.day}


def refuse_haste(actor: Actor, at: datetime) -> None:
    """RuleBroken when this person has opened as many residents as somebody above the stations may."""
    midnight = datetime.combine(local(at).date(), time(), tzinfo=local(at).tzinfo)
    hour, day = times_done(actor.person, "resident.read", since=(at - HOUR, midnight))
    check_pace(hour, day, pace_of(at))
