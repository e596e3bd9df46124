"""How identity numbers and phones stand in their columns: sealed, found by exact hash and by salted tail."""

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from yimen.core.cipher import cipher
from yimen.core.masking import tail_of
from yimen.registry.rules.traits import is_sealed

_ID = "registry_resident.id_number"
_PHONE = "registry_resident.phone"
_OLD = "registry_change.old_value"
_NEW = "registry_change.new_value"

_TRAIT = "registry_trait.value"
_MARK = "sealed:"  # before the base64 of a sealed text in a column of JSON

Blob = bytes | memoryview


class NumberCells(NamedTuple):
    """The four columns of an identity number; all None without one."""

    id_number: bytes | None
    id_hash: bytes | None
    id_tail4: int | None
    id_tail6: int | None


class PhoneCells(NamedTuple):
    """The three columns of a phone number; all None without one."""

    phone: bytes | None
    phone_hash: bytes | None
    phone_tail4: int | None


def number_cells(number: str, *, community: str, row: UUID) -> NumberCells:
    """The columns for a normalised number ("" for none) of the resident `row` served by `community`."""
    if not number:
        return NumberCells(None, None, None, None)
    key, four, six = cipher(), tail_of(number, 4), tail_of(number, 6)
    return NumberCells(
        key.seal(number, place=_ID, row=row),
        key.blind("id", number),
        key.tail("id4", community, four) if four else None,
        key.tail("id6", community, six) if six else None,
    )


def phone_cells(phone: str, *, community: str, row: UUID) -> PhoneCells:
    """The columns for a phone number as `core.identity.inspect_phone` gives it ("" for none)."""
    if not phone:
        return PhoneCells(None, None, None)
    key, four = cipher(), tail_of(phone, 4)
    return PhoneCells(
        key.seal(phone, place=_PHONE, row=row),
        key.blind("phone", phone),
        key.tail("phone4", community, four) if four else None,
    )


def number_hash(number: str) -> bytes:
    """What stands in the row of an exact identity number. To find it, ask for `number_hashes`."""
    return cipher().blind("id", number)


def number_hashes(number: str) -> list[bytes]:
    """All that an exact identity number may be found by: two while keys are rotated."""
    return list(cipher().blinds("id", number))


def phone_hash(phone: str) -> bytes:
    """What stands in the row of an exact phone number. To find it, ask for `phone_hashes`."""
    return cipher().blind("phone", phone)


def phone_hashes(phone: str) -> list[bytes]:
    """All that an exact phone number may be found by."""
    return list(cipher().blinds("phone", phone))


def number_tail(tail: str, community: str) -> int | None:
    """What stands in a row for the last four or six characters of a number in one community."""
    return cipher().tail(f"id{len(tail)}", community, tail) if tail else None


def number_tails(tail: str, communities: Sequence[str]) -> list[tuple[str, int]]:
    """All that the last four or six characters of a number may be found by, each with the community it is meant for."""
    key, field = cipher(), f"id{len(tail)}"
    return [(code, one) for code in communities for one in key.tails(field, code, tail)]


def phone_tail(tail: str, community: str) -> int | None:
    """What stands in a row for the last four digits of a phone in one community."""
    return cipher().tail("phone4", community, tail) if tail else None


def phone_tails(tail: str, communities: Sequence[str]) -> list[tuple[str, int]]:
    """All that the last four digits of a phone may be found by, each with the community it is meant for."""
    key = cipher()
    return [(code, one) for code in communities for one in key.tails("phone4", code, tail)]


def open_number(blob: Blob | None, row: UUID) -> str:
    """The identity number of a resident, "" when there is none."""
    return cipher().open(blob, place=_ID, row=row) if blob is not None else ""


def open_phone(blob: Blob | None, row: UUID) -> str:
    """The phone of a resident, "" when there is none."""
    return cipher().open(blob, place=_PHONE, row=row) if blob is not None else ""


def seal_trait(kind: str, value: object, row: UUID) -> object:
    """A trait's value as its column keeps it: words and numbers of people sealed, yes, no and amounts as they are."""
    if not (is_sealed(kind) and isinstance(value, str)):
        return value
    return _MARK + b64encode(cipher().seal(value, place=_TRAIT, row=row)).decode()


def open_trait(value: object, row: UUID) -> object:
    """A trait's value again."""
    if not (isinstance(value, str) and value.startswith(_MARK)):
        return value
    return cipher().open(b64decode(value.removeprefix(_MARK)), place=_TRAIT, row=row)


def seal_change(old: str, new: str, row: UUID) -> tuple[bytes, bytes]:
    """Old and new value of the change `row`."""
    return cipher().seal(old, place=_OLD, row=row), cipher().seal(new, place=_NEW, row=row)


def open_change(old: Blob | None, new: Blob | None, row: UUID) -> tuple[str, str]:
    """Old and new value of a change again."""
    return (
        cipher().open(old, place=_OLD, row=row) if old is not None else "",
        cipher().open(new, place=_NEW, row=row) if new is not None else "",
    )


def found_by(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns a resident is found by, for the opened number and phone (None for none) and the community."""
    number, phone, community = row["id_number"] or "", row["phone"] or "", row["division_code"]
    return {
        "id_hash": number_hash(number) if number else None,
        "id_tail4": number_tail(tail_of(number, 4), community) if number else None,
        "id_tail6": number_tail(tail_of(number, 6), community) if number else None,
        "phone_hash": phone_hash(phone) if phone else None,
        "phone_tail4": phone_tail(tail_of(phone, 4), community) if phone else None,
    }


# place of each sealed column, for whoever rotates keys
RESIDENT = {"id_number": _ID, "phone": _PHONE}
TRAIT = {"value": _TRAIT}
TRAIT_MARK = _MARK
CHANGE = {"old_value": _OLD, "new_value": _NEW}
