"""Cleans one cell for one field: what it says, what it probably means, or why it cannot be right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from yimen.core.errors import N_
from yimen.core.identity import inspect
from yimen.core.names import normalise_name
from yimen.core.phones import inspect_phone
from yimen.exchange.rules.fields import Field
from yimen.exchange.rules.sheets import Cell, shown


class State(StrEnum):
    """The same words everywhere: in cells, rows, previews and reports."""

    OK = "ok"
    NOTED = "noted"  # taken as it stands, and something is said about it
    FIXABLE = "fixable"  # not taken until a person accepts the proposal
    REFUSED = "refused"  # cannot be right


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


@dataclass(frozen=True)
class Context:
    """What cleaning needs to know. `communities`: division code by every name of a community in reach.

    `made_up`: identity numbers of regions that were never assigned are accepted (demonstration, tests).
    """

    today: date
    made_up: bool = True
    communities: Mapping[str, str] = field(default_factory=dict)


def clean(of: Field, cell: Cell, context: Context) -> Verdict:
    """The verdict over one cell."""
    raw = shown(cell).strip()
    if not raw:
        return Verdict(State.OK, "")
    if of.type == "number":
        seen = inspect(raw, today=context.today)
        if not seen.valid:
            return Verdict(State.REFUSED, "", raw, message=seen.reason, params=seen.params)
        return Verdict(State.OK, seen.number, raw)
    if of.type == "phone":
        kept, reason = inspect_phone(raw)
        return Verdict(State.REFUSED, "", raw, message=reason) if reason else Verdict(State.OK, kept, raw)
    if of.type == "name":
        return Verdict(State.OK, normalise_name(raw), raw)
    return Verdict(State.OK, raw, raw)


# Every fix by its name, as it is offered: "apply to all similar" groups cells by (field, fix).
FIXES: Mapping[str, str] = {
    "width": N_("Full-width characters made ordinary"),
    "spaces": N_("Spaces and invisible characters removed"),
    "date_form": N_("Date written as year-month-day"),
    "serial_date": N_("Number of a spreadsheet read as a date"),
    "door_form": N_("Door written in the usual form"),
    "community_name": N_("Community named as on record"),
    "longer_number": N_("Old 15-digit number made 18 digits long"),
    "code": N_("Words read as the code of the list"),
    "placeholder": N_("Placeholder left empty"),
    "phone_form": N_("Phone written in the usual form"),
}
