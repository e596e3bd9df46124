"""Identity numbers as the register keeps them."""

from datetime import date

from yimen.core.errors import N_, RuleBroken
from yimen.core.identity import DocumentKind, Inspection, check_character, inspect, inspect_phone

# GA/T 517 codes of the documents whose numbers we read.
DOCUMENT_CODES = {
    DocumentKind.RESIDENT: "111",
    DocumentKind.PORT_RESIDENCE: "990",
    DocumentKind.FOREIGN_RESIDENCE: "553",
    DocumentKind.PORT_PERMIT: "516",
    DocumentKind.TAIWAN_PERMIT: "511",
    DocumentKind.PASSPORT: "414",
    DocumentKind.UNKNOWN: "990",
}


def read_number(number: str, *, today: date, made_up: bool = True) -> Inspection:
    """The inspected number; RuleBroken with its sentence when it cannot be right.

    Without `made_up`, a number of a region that was never assigned is refused too: no card bears it.
    """
    seen = inspect(number, today=today)
    if not seen.valid:
        raise RuleBroken(seen.reason, field="number", **seen.params)
    if seen.demo and not made_up:
        raise RuleBroken(_MADE_UP, field="number")
    return seen


_MADE_UP = N_("The first six digits were never given to any place, so no card bears them. Type the number on the card.")


def read_phone(phone: str) -> str:
    """The phone as kept, "" for none; RuleBroken with its sentence when it cannot be right."""
    if not phone.strip():
        return ""
    kept, reason = inspect_phone(phone)
    if reason:
        raise RuleBroken(reason, field="phone")
    return kept


def forms_of(number: str) -> tuple[str, ...]:
    """A resident number in its own and in its other length, so that one is found by the other.

    Fifteen digits are the years 19xx without the century and the check character (GB 11643-1999).
    """
    if len(number) == 15 and number.isdigit():
        longer = number[:6] + "19" + number[6:]
        return number, longer + check_character(longer)
    if len(number) == 18 and number[:17].isdigit() and number[6:8] == "19":
        return number, number[:6] + number[8:17]
    return (number,)
