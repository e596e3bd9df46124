"""What can be wrong with a row, each with what a reader must say of it.

Expected states: "refused" and "fixable" of the cell (or, with field "", of the row), "noted", and "read": no word is
said, and the value is understood all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yimen.core.identity import check_character
from yimen.exchange.messy.entries import sex_word
from yimen.exchange.messy.people import Entry, words

_WIDE = {ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789X-"}
Planted = tuple[object, str | None]  # the cell now, and the truth a reader must find; None: as before, "": nothing

Spoil = Callable[[Random, Entry], Planted | None]  # None: this entry does not lend itself


@dataclass(frozen=True)
class Fault:
    """One way to spoil a cell. `typed`: needs cells that are numbers or dates, which text files have not."""

    name: str
    field: str
    state: str
    spoil: Spoil
    typed: bool = False


def _text(entry: Entry, field: str) -> str:
    return str(entry.cells[field])


def _wrong_check(random: Random, entry: Entry) -> Planted | None:
    number = _text(entry, "id_number")
    last = random.choice([each for each in "0123456789X" if each != number[-1]])
    wrong = number[:17] + last
    return (wrong, "") if not wrong.endswith("000") else None


def _rounded(_random: Random, entry: Entry) -> Planted | None:
    number = _text(entry, "id_number")[:15] + "000"
    return None if check_character(number[:17]) == "0" else (number, "")


def _fifteen(_random: Random, entry: Entry) -> Planted | None:
    number = _text(entry, "id_number")
    return (number[:6] + number[8:17], None) if number[6:8] == "19" and number[14:17] < "996" else None


def _missing_digit(_random: Random, entry: Entry) -> Planted:
    number = _text(entry, "id_number")
    return number[:9] + number[10:], ""


def _contradicting_birth(_random: Random, entry: Entry) -> Planted:
    birth = date.fromisoformat(entry.truth["birth_on"])
    return (birth + timedelta(days=1)).isoformat(), None


def _birth(entry: Entry) -> date:
    return date.fromisoformat(entry.truth["birth_on"])


def _han_date(_random: Random, entry: Entry) -> Planted:
    birth = _birth(entry)
    return words()["spelled"]["date"].format(birth), None


def _spaced_name(_random: Random, entry: Entry) -> Planted | None:
    name = _text(entry, "name")
    return (f"{name[0]} {name[1:]}", None) if len(name) > 1 else None


def _door(spelling: str) -> Spoil:
    def spoil(_random: Random, entry: Entry) -> Planted:
        building, unit, room = entry.truth["door"].split("-")
        return words()["spelled"][spelling].format(b=building, u=unit, r=room), None

    return spoil


def _lost(field: str) -> Spoil:
    return lambda _random, _entry: (words()["lost"][field], "")


def _wide(field: str) -> Spoil:
    return lambda _random, entry: (_text(entry, field).translate(_WIDE), None)


def _spelled(field: str, key: str) -> Spoil:
    """The cell in another of the spellings that are kept with the words."""
    return lambda _random, entry: (words()["spelled"][key].format(entry.cells[field]), None)


def _cut(field: str, length: int) -> Spoil:
    return lambda _random, entry: (_text(entry, field)[:length], "")


def _apart(field: str, *ends: int) -> Spoil:
    """Blanks after so many characters."""

    def spoil(_random: Random, entry: Entry) -> Planted:
        text, starts = _text(entry, field), (0, *ends)
        return " ".join(text[start:end] for start, end in zip(starts, (*ends, len(text)), strict=True)), None

    return spoil


def _shortened(field: str, digits: int) -> Spoil:
    """As a spreadsheet shows a long number: 3.2E+17."""
    return lambda _random, entry: (f"{float(_text(entry, field).replace('X', '0')):.{digits}E}", "")


def _birth_as(form: str) -> Spoil:
    return lambda _random, entry: (form.format(_birth(entry)), None)


def _nothing(_random: Random, _entry: Entry) -> Planted:
    return None, ""


def _unless(field: str, spoil: Spoil) -> Spoil:
    """Only where the roster has another column."""
    return lambda random, entry: spoil(random, entry) if field in entry.cells else None


def _no_phone(_random: Random, entry: Entry) -> Planted | None:
    return (None, "") if _birth(entry).year < 2008 else None


def _as_float(_random: Random, entry: Entry) -> Planted:
    return float(_text(entry, "id_number")[:17] + "0"), ""


def _masked(_random: Random, entry: Entry) -> Planted:
    number = _text(entry, "id_number")
    return number[:4] + "*" * 10 + number[14:], ""


def _other_sex(_random: Random, entry: Entry) -> Planted:
    return sex_word("2" if entry.truth["sex"] == "1" else "1"), None


def _wrong_head(_random: Random, entry: Entry) -> Planted:
    number = _text(entry, "head_number")
    return number[:17] + ("1" if number[17] != "1" else "2"), ""


def _serial(_random: Random, entry: Entry) -> Planted:
    return (_birth(entry) - date(1899, 12, 30)).days, None


FAULTS: tuple[Fault, ...] = (
    Fault("wrong check digit", "id_number", "refused", _wrong_check),
    Fault("shortened by a spreadsheet", "id_number", "refused", _as_float, True),
    Fault("shortened in a text", "id_number", "refused", _shortened("id_number", 5)),
    Fault("rounded to zeros", "id_number", "refused", _rounded),
    Fault("a digit is missing", "id_number", "refused", _missing_digit),
    Fault("masked", "id_number", "refused", _masked),
    Fault("full-width digits", "id_number", "fixable", _wide("id_number")),
    Fault("spaces within", "id_number", "fixable", _apart("id_number", 6, 14)),
    Fault("invisible character", "id_number", "fixable", lambda _, e: ("\u200b" + _text(e, "id_number"), None)),
    Fault("fifteen digits", "id_number", "fixable", _fifteen),
    Fault("ones for nothing", "id_number", "fixable", lambda _, e: ("1" * 18, "")),
    Fault("number is missing", "id_number", "noted", _nothing),
    Fault("phone is missing", "phone", "noted", _no_phone),
    Fault("phone too short", "phone", "refused", _cut("phone", 10)),
    Fault("phone shortened", "phone", "refused", _shortened("phone", 4)),
    Fault("phone with spaces", "phone", "fixable", _apart("phone", 3, 7)),
    Fault("phone in full width", "phone", "fixable", _wide("phone")),
    Fault("two phones", "phone", "fixable", _spelled("phone", "two_phones")),
    Fault("phone as a number", "phone", "read", lambda _, e: (int(_text(e, "phone")), None), True),
    Fault("date of a spreadsheet", "birth_on", "read", lambda _, e: (_birth(e), None), True),
    Fault("serial number of a date", "birth_on", "fixable", _serial),
    Fault("date with slashes", "birth_on", "fixable", _birth_as("{0.year}/{0.month}/{0.day}")),
    Fault("date with points", "birth_on", "fixable", _birth_as("{:%Y.%m.%d}")),
    Fault("date in eight digits", "birth_on", "fixable", _birth_as("{:%Y%m%d}")),
    Fault("date in words", "birth_on", "fixable", _han_date),
    Fault("31 February", "birth_on", "refused", _birth_as("{:%Y}-02-31")),
    Fault("birth to come", "birth_on", "refused", lambda _, e: ("2099-01-01", None)),
    Fault("birth other than the number's", "birth_on", "fixable", _contradicting_birth),
    Fault("sex other than the number's", "sex", "fixable", _other_sex),
    Fault("sex as a code", "sex", "read", lambda _, e: (e.truth["sex"], None)),
    Fault("sex as a letter", "sex", "read", lambda _, e: ("MF"[int(e.truth["sex"]) - 1], None)),
    Fault("no sex at all", "sex", "refused", _lost("sex")),
    Fault("unknown people", "ethnic", "refused", _lost("ethnic")),
    Fault("unknown schooling", "education", "refused", _lost("education")),
    Fault("name with a space", "name", "fixable", _spaced_name),
    Fault("name with a remark", "name", "fixable", _spelled("name", "remark")),
    Fault("two people in a cell", "name", "refused", _spelled("name", "two_names")),
    Fault("name is missing", "name", "gone", _nothing),
    Fault("door in words", "door", "fixable", _door("door_in_words")),
    Fault("door with another word", "door", "fixable", _door("door_otherwise")),
    Fault("door with a cross", "door", "fixable", _door("door_with_cross")),
    Fault("door in full width", "door", "fixable", _wide("door")),
    Fault("door that became a date", "door", "refused", lambda _, e: (date(2026, 3, 2), ""), True),
    Fault("half a door", "door", "refused", lambda _, e: (_text(e, "door").split("-")[0], "")),
    Fault("community named in full", "community", "fixable", _spelled("community", "committee")),
    Fault("committee named in short", "community", "fixable", _spelled("community", "short_committee")),
    Fault("another city's community", "community", "refused", _lost("community")),
    Fault("area in words", "area", "refused", _lost("area")),
    Fault("area with its unit", "area", "read", _spelled("area", "area")),
    Fault("owner's phone too short", "owner_phone", "refused", _cut("owner_phone", 9)),
    Fault("room is missing", "room", "gone", _unless("area", _nothing)),
    Fault("building with its word", "building", "read", _spelled("building", "building")),
    Fault("building is missing", "building", "gone", _unless("floors", _nothing)),
    Fault("head's number is wrong", "head_number", "refused", _wrong_head),
    Fault("floors with their unit", "floors", "read", _spelled("floors", "floors")),
    Fault("owner nobody knows", "owner_key", "noted", _unless("room", lambda _, e: ("999999", None))),
)


def plant(random: Random, entry: Entry, fault: Fault) -> bool:
    """Spoil an entry; False when it does not lend itself."""
    planted = fault.spoil(random, entry)
    if planted is None:
        return False
    cell, truth = planted
    entry.cells[fault.field] = cell
    if truth is not None:
        entry.truth[fault.field] = truth
    entry.faults.append((fault.name, "" if fault.state == "gone" else fault.field, fault.state))
    return True
