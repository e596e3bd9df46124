"""Checking a submitted form against a matter's field definitions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from yimen.catalogue.rules.kinds import FieldType
from yimen.catalogue.rules.shapes import Field
from yimen.core.errors import N_

MAX_TEXT = 200
MAX_LONGTEXT = 2000
MAX_INT = 1_000_000
MAX_MONEY = Decimal("999999999.99")

REQUIRED = N_("Please fill this in.")
TOO_LONG = N_("This is too long; please shorten it.")
NOT_A_NUMBER = N_("Write a whole number with digits only, such as 3.")
NOT_MONEY = N_("Write an amount in yuan with at most two decimals, such as 120.50.")
NOT_A_DATE = N_("This is not a date of the calendar; write it as 2011-05-31.")
NOT_A_PHONE = N_("Write a phone number with digits only, such as 051012345678.")
NOT_A_CHOICE = N_("Choose one of the answers in the list.")
NOT_YES_OR_NO = N_("Answer yes or no.")


class FieldError(NamedTuple):
    """The key of a field and the message id of what is wrong with it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class FormResult:
    """What was understood (JSON values, under the keys of the fields) and what was not."""

    values: dict[str, object]
    errors: list[FieldError]


class _Refused(Exception):
    """A value that cannot be understood; the argument is the message id."""


def form_values(fields: Iterable[Field], submitted: Mapping[str, object]) -> FormResult:
    """The values of a submitted form.

    Numbers become int, money a decimal string with two places, dates ISO text, booleans true or false; an
    empty optional field becomes None. Keys that are no field of the form are dropped.
    """
    values: dict[str, object] = {}
    errors: list[FieldError] = []
    for each in fields:
        try:
            values[each.key] = _value(each, submitted.get(each.key))
        except _Refused as refused:
            errors.append(FieldError(each.key, str(refused)))
    return FormResult(values, errors)


def _value(wanted: Field, raw: object) -> object:
    text = "" if raw is None else str(raw).strip()
    if not text or (wanted.type is FieldType.BOOL and wanted.required and text.lower() in _NO):
        # A required yes/no is a consent: a "no" there is an answer that cannot be filed.
        if wanted.required:
            raise _Refused(REQUIRED)
        return False if text else None
    if wanted.type is FieldType.CHOICE:
        if text not in {option.key for option in wanted.options}:
            raise _Refused(NOT_A_CHOICE)
        return text
    return _READ[wanted.type](text)


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def narrow(text: str) -> str:
    """Full-width digits and signs as the plain ones they stand for."""
    return text.translate(_FULL_WIDTH).strip()


def _limited(length: int) -> Callable[[str], object]:
    def read(text: str) -> object:
        if len(text) > length:
            raise _Refused(TOO_LONG)
        return text

    return read


def _whole(text: str) -> object:
    text = narrow(text)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= MAX_INT):
        raise _Refused(NOT_A_NUMBER)
    return int(text)


def _money(text: str) -> object:
    try:
        amount = Decimal(narrow(text).replace(",", ""))
    except InvalidOperation:
        raise _Refused(NOT_MONEY) from None
    if not amount.is_finite() or not 0 <= amount <= MAX_MONEY:
        raise _Refused(NOT_MONEY)
    rounded = amount.quantize(Decimal("0.01"))
    if rounded != amount:
        raise _Refused(NOT_MONEY)
    return str(abs(rounded))


def _date(text: str) -> object:
    parts = narrow(text).replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts if part.isascii() and part.isdigit())
        if not 1800 <= year <= 2200:
            raise _Refused(NOT_A_DATE)
        return date(year, month, day).isoformat()
    except ValueError:
        raise _Refused(NOT_A_DATE) from None


def _phone(text: str) -> object:
    text = narrow(text)
    digits = text.translate(str.maketrans("", "", " -()"))
    bare = digits.removeprefix("+")
    if not (bare.isascii() and bare.isdigit() and 5 <= len(bare) <= 15):
        raise _Refused(NOT_A_PHONE)
    return digits


_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})


def _yes_or_no(text: str) -> object:
    word = text.lower()
    if word not in _YES | _NO:
        raise _Refused(NOT_YES_OR_NO)
    return word in _YES


_READ: dict[FieldType, Callable[[str], object]] = {
    FieldType.TEXT: _limited(MAX_TEXT),
    FieldType.LONGTEXT: _limited(MAX_LONGTEXT),
    FieldType.INT: _whole,
    FieldType.MONEY: _money,
    FieldType.DATE: _date,
    FieldType.BOOL: _yes_or_no,
    FieldType.PHONE: _phone,
}
