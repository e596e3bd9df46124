"""Why and how often somebody may see a full number."""

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
# A default of the house, not of any rule: enough for a busy counter, too few for copying a register.
PER_HOUR = 60
PER_DAY = 300
HOUR = timedelta(hours=1)


def check_reason(reason: str, note: str, case_number: str) -> str:
    """What goes on record: the reason's code, with the words or the case number. RuleBroken without either."""
    if case_number:
        return f"case {case_number}"
    if reason not in REASONS:
        raise RuleBroken(N_("Say why you need the number. Choose a reason."), field="reason")
    if reason == "other" and not note:
        raise RuleBroken(N_("Say in a few words why you need the number."), field="note")
    return f"{reason}: {note}" if note else reason


def check_quota(hour: int, day: int) -> None:
    """Refuse when this person has looked too often, saying from when it works again."""
    if hour >= PER_HOUR:
        raise RuleBroken(
            N_("You have looked at %(count)s numbers within an hour. Wait a little, or ask the station head."),
            count=hour,
        )
    if day >= PER_DAY:
        raise RuleBroken(
            N_("You have looked at %(count)s numbers today. Ask the station head, who can look for you."), count=day
        )
