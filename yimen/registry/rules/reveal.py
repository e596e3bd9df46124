"""Why and how often somebody may see a full number."""

from dataclasses import dataclass
from datetime import timedelta

from yimen.core.errors import N_, RuleBroken

SHOWN_FOR = 60  # seconds, then masked again
REASONS = {
    "verify": N_("Check the person at the counter"),
    "call": N_("Call or visit"),
    "submit": N_("Send to a department"),
    "other": N_("Other, in words"),
}
FIELDS = {"id": N_("identity number"), "phone": N_("phone number")}
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many whole numbers one person may look at. The norms of the city say so (`orgs.Norm`), by role and day; these
    are the defaults where it said nothing, ours and of no rule: enough for a busy counter, too few to copy a register.
    """

    hour: int = 60
    day: int = 300
    unproved: int = 20  # of the day, until the password is asked for again


def names_of(role: str) -> tuple[str, str, str]:
    """The norms that hold for a role: of the hour, of the day, before a proof."""
    return "reveals_an_hour", f"reveals_a_day_{role}", "reveals_before_proof"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many residents somebody above the stations may open. Their work comes to them as cases, so opening one
    person after the other is none of it; a counter has no such limit, its day is judged at night (yimen.oversight)."""

    hour: int = 60
    day: int = 300


PACE = ("opened_above_an_hour", "opened_above_a_day")  # the norms that say otherwise


def check_pace(hour: int, day: int, pace: Pace) -> None:
    """Refuse when too many were opened, saying who may raise it."""
    if hour >= pace.hour:
        raise RuleBroken(
            N_("You have opened %(count)s residents within an hour. Wait a little, or have the city raise the number."),
            count=hour,
        )
    if day >= pace.day:
        raise RuleBroken(
            N_("You have opened %(count)s residents today. Go on tomorrow, or have the city raise the number."),
            count=day,
        )


def check_reason(reason: str, note: str, case_number: str) -> str:
    """What goes on record: the reason's code, with the words or the case number. RuleBroken without either. Whether
    there is such a case of this resident, the caller asks."""
    if case_number:
        return f"case {case_number}"
    if reason not in REASONS:
        raise RuleBroken(N_("Say why you need the number. Choose a reason."), field="reason")
    if reason == "other" and not note:
        raise RuleBroken(N_("Say in a few words why you need the number."), field="note")
    return f"{reason}: {note}" if note else reason


def check_quota(hour: int, day: int, quota: Quota, *, proved: bool) -> None:
    """Refuse when this person has looked too often, saying from when it works again; beyond the first of a day, until
    the password has been given again."""
    if hour >= quota.hour:
        raise RuleBroken(
            N_("You have looked at %(count)s numbers within an hour. Wait a little, or ask the station head."),
            count=hour,
        )
    if day >= quota.day:
        raise RuleBroken(
            N_("You have looked at %(count)s numbers today. Ask the station head, who can look for you."), count=day
        )
    if day >= quota.unproved and not proved:
        raise RuleBroken(
            N_("You have looked at %(count)s numbers today. Type your password to look at more."),
            field="password",
            count=day,
        )
