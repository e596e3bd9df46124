"""The words in which a cell is judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from yimen.core.errors import N_


class State(StrEnum):
    """The same words everywhere: in cells, rows, previews and reports."""

    OK = "ok"
    NOTED = "noted"  # taken as it stands, and something is said about it
    FIXABLE = "fixable"  # not taken until a person accepts the proposal
    REFUSED = "refused"  # cannot be right


# Every fix by its name, as it is offered: "apply to all similar" groups cells by (field, fix).
FIXES: Mapping[str, str] = {
    "width": N_("Full-width characters made ordinary"),
    "spaces": N_("Spaces and invisible characters removed"),
    "date_form": N_("Date written as year-month-day"),
    "serial_date": N_("Number of a spreadsheet read as a date"),
    "whole_month": N_("Month taken from its first day, or to its last"),
    "door_form": N_("Door written in the usual form"),
    "community_name": N_("Community named as on record"),
    "longer_number": N_("Old 15-digit number made 18 digits long"),
    "from_number": N_("Taken from the identity number"),
    "from_above": N_("Taken from the head's row above"),
    "cell_above": N_("Taken from the row above, which names it"),
    "code": N_("Words read as the code of the list"),
    "placeholder": N_("Placeholder left empty"),
    "phone_form": N_("Phone written in the usual form"),
    "first_phone": N_("First of several phones taken"),
    "area_code": N_("Area code put before the phone"),
    "name_note": N_("Remark in brackets taken off the name"),
    "disability_number": N_("Identity number taken from the number of the disability certificate"),
    "words_off": N_("Words beside the number taken off"),
    "one_compound": N_("Put into the only compound that has such a building"),
    "new_door": N_("Door of a building not on record: added with its residents"),
    "lone_door": N_("Lone door of a building not on record, perhaps a slip: added with its residents"),
    "new_head": N_("Head not on record: added as a resident with name and number of the row"),
    "head_named": N_("Name of the head taken for the row"),
}

# The same once it is done, where it changed what is on record.
DONE: Mapping[str, str] = {
    "new_door": N_("Building or door not on record before: added with its residents"),
    "lone_door": N_("Building or door not on record before: added with its residents"),
    "new_head": N_("Head not on record before: added as a resident with name and number of the row"),
}
# And once it was taken back.
UNDONE: Mapping[str, str] = {
    "new_door": N_("Building or door not on record before: it was added with its residents, and the import undone"),
    "lone_door": N_("Building or door not on record before: it was added with its residents, and the import undone"),
    "new_head": N_("Head not on record before: added as a resident of the row, and the import undone"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a cell. `value` is the text to keep, in the form of the field: ISO dates, codes, plain numbers.

    For a fixable cell `value` is the proposal and `fix` its name: accepting (field, fix) accepts all similar ones.
    For a refused one `value` is "". `message` is an English msgid for `params`; "" when nothing is to be said.
    """

    state: State
    value: str
    raw: str = ""
    fix: str = ""
    message: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


def ok(value: str, raw: str) -> Verdict:
    """Taken as it stands."""
    return Verdict(State.OK, value, raw)


def noted(value: str, raw: str, message: str, **params: str) -> Verdict:
    """Taken, with a word to the person."""
    return Verdict(State.NOTED, value, raw, "", message, params)


def fixable(value: str, raw: str, fix: str, message: str = "", **params: str) -> Verdict:
    """A proposal; it speaks for itself unless a message is given."""
    return Verdict(State.FIXABLE, value, raw, fix, message or FIXES[fix], params)


def refused(raw: str, message: str, **params: str) -> Verdict:
    """Cannot be right."""
    return Verdict(State.REFUSED, "", raw, "", message, params)


@dataclass(frozen=True)
class Context:
    """What cleaning needs to know.

    `communities`: division code by every name of a community in reach, official and spoken; empty means that names
    are kept as they stand. `made_up`: identity numbers of regions that were never assigned are accepted
    (demonstration, tests). `area_code` goes before landlines written without one ("0510"), "" to ask instead.
    """

    today: date
    made_up: bool = True
    communities: Mapping[str, str] = field(default_factory=dict)
    area_code: str = ""
