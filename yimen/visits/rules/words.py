"""The few words a visit is written down with: outcomes, topics, what it found, why a household was not reached."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from yimen.core.errors import N_, RuleBroken
from yimen.core.masking import mask_phone, mask_words
from yimen.core.phones import inspect_phone

OUTCOMES = {
    "met": N_("at home"),
    "not_home": N_("not at home"),
    "phone": N_("spoke by phone"),
    "declined": N_("declined"),
}
TOPICS = {
    "fine": N_("all is well"),
    "health": N_("health"),
    "money": N_("hard to make ends meet"),
    "repair": N_("repairs"),
    "neighbour": N_("neighbours"),
    "policy": N_("asked about a policy"),
    "safety": N_("a danger"),
    "job": N_("looking for work"),
}
# What somebody else decides. Content (sealed JSON) by kind: phone {"phone"}, moved_out {"on", "words"},
# new_tenant {"name", "phone", "words"}, turned_away and need {"words"}; keys may be missing.
FINDINGS = {
    "phone": N_("a new phone number"),
    "moved_out": N_("moved out"),
    "new_tenant": N_("somebody new lives here"),
    "turned_away": N_("turned away somewhere"),
    "need": N_("needs something"),
}
CONTENT = {
    "phone": ("phone",),
    "moved_out": ("on", "words"),
    "new_tenant": ("name", "phone", "words"),
    "turned_away": ("words",),
    "need": ("words",),
}
GAPS = {
    "hospital": N_("in hospital"),
    "away": N_("away for a while"),
    "family": N_("lives with family elsewhere"),
    "empty": N_("nobody lives there"),
    "declines": N_("does not want visits"),
    "other": N_("another reason, in words"),
}
LONGEST_NOTE = 500
LONGEST_MARK = timedelta(days=366)  # of a household by hand
EDITED_WITHIN = timedelta(hours=72)  # after that a correction is an entry of its own, and says so


def said_faults(outcome: str, topics: Iterable[str], note: str) -> list[RuleBroken]:
    """All that is not in the lists above or longer than a note may be, each naming its field."""
    found = []
    if outcome not in OUTCOMES:
        found.append(RuleBroken(N_("Say whether you met somebody. Choose one of the four."), field="outcome"))
    if set(topics) - TOPICS.keys():
        found.append(RuleBroken(N_("This topic is not in the list. Choose from it."), field="topics"))
    if len(note) > LONGEST_NOTE:
        words = N_("The note is too long. Keep it under %(limit)s characters.")
        found.append(RuleBroken(words, field="note", limit=LONGEST_NOTE))
    return found


def check_said(outcome: str, topics: Iterable[str], note: str) -> None:
    """Refuse the first of these."""
    for fault in said_faults(outcome, topics, note):
        raise fault


def mark_faults(reason: str, until: date | None, *, today: date) -> list[RuleBroken]:
    """All that is missing or wrong in a mark by hand, each naming its field."""
    found = []
    if not reason.strip():
        found.append(RuleBroken(N_("Say why this household is to be seen every month."), field="reason"))
    if until is None or not today < until <= today + LONGEST_MARK:
        found.append(RuleBroken(N_("The mark ends after today and within a year. Choose the day."), field="until"))
    return found


def check_gap(reason: str, note: str) -> None:
    """A gap has a reason of the list; "other" says it in words."""
    if reason not in GAPS:
        raise RuleBroken(N_("Say why this household was not reached. Choose a reason."), field="reason")
    if reason == "other" and not note.strip():
        raise RuleBroken(N_("Say the reason in a few words."), field="note")


def clean_content(kind: str, values: Mapping[str, str]) -> dict[str, str]:
    """The content of a finding: the keys its kind has, trimmed, without empty ones. RuleBroken for another kind, and
    for a number that can be none or is missing."""
    if kind not in FINDINGS:
        raise RuleBroken(N_("This is not something a visit can find. Choose from the list."), field="finding")
    kept = {key: text for key in CONTENT[kind] if (text := values.get(key, "").strip()[:200])}
    if "phone" in kept:
        kept["phone"], reason = inspect_phone(kept["phone"])
        if reason:
            raise RuleBroken(reason, field=f"{kind}-phone")
    elif kind == "phone":
        raise RuleBroken(N_("Write the new number, or take the tick away."), field="phone-phone")
    return kept


def shown_content(content: Mapping[str, str]) -> dict[str, str]:
    """The content of a finding as pages show it: numbers masked, those that stand in its words too."""
    return {key: mask_phone(text) if key == "phone" else mask_words(text) for key, text in content.items()}


def is_late(on: date, received_on: date) -> bool:
    """Whether a record was written down after the day it tells of: then both dates are shown."""
    return received_on > on
