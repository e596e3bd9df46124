"""Identity numbers as people bring them: what they are, what they say, and what to do when wrong.

Source: GB 11643-1999 for resident numbers; the other documents by their known form only. A number is a
strong hint and never a key: unknown regions, duplicates and wrongly issued numbers exist.
"""

import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import mul
from typing import NoReturn

from stdnum import numdb

from yimen.core.errors import N_
from yimen.core.phones import inspect_phone as inspect_phone

OLDEST_YEARS = 150  # no living person is older; the two sentences below say so
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = " -\t\r\n\u00a0\u2002\u2003\u2009\u200b\u2010\u2011\u2013\u2014\u2212\u3000\ufeff"
_SEPARATORS = dict.fromkeys(map(ord, _INVISIBLE))
_TOO_LONG = 64
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ZEROS = sum(_WEIGHTS) * ord("0")
_CHECK_CHARACTERS = "10X98765432"  # by the remainder
_DEMO_REGION = re.compile(r"320299|(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])9999")


class DocumentKind(StrEnum):
    """What kind of document a number belongs to. Mapped to outside code tables at the border."""

    RESIDENT = "resident"  # 居民身份证, 18 digits, or 15 before 1999
    PORT_RESIDENCE = "port_residence"  # 港澳台居民居住证
    FOREIGN_RESIDENCE = "foreign_residence"  # 外国人永久居留身份证
    PORT_PERMIT = "port_permit"  # 港澳居民来往内地通行证
    TAIWAN_PERMIT = "taiwan_permit"  # 台湾居民来往大陆通行证
    PASSPORT = "passport"  # 护照
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a number says. `reason` is "" when it is valid, else an English msgid for `params`.

    `number` is normalised: half-width, no separators, upper case. `sex` is "1", "2" or "" (GB/T 2261.1).
    `upgraded` is the 18-digit proposal for an old number, for a person to confirm. `demo`: the region was
    never assigned, so the number is made up. `warnings` are msgids that do not stop anybody.
    """

    valid: bool
    reason: str
    params: dict[str, str]
    kind: DocumentKind
    number: str
    birth_on: date | None = None
    sex: str = ""
    region_code: str = ""
    upgraded: str = ""
    demo: bool = False
    warnings: tuple[str, ...] = ()


class _Refused(Exception):
    def __init__(self, reason: str, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def check_character(first17: str) -> str:
    """The last character for 17 digits: ISO 7064 MOD 11-2 (GB 11643-1999)."""
    return _CHECK_CHARACTERS[(sum(map(mul, _WEIGHTS, first17.encode())) - _ZEROS) % 11]


def age_on(birth: date, day: date) -> int:
    """Full years of age (周岁), from the birthday on. Born on 29 February: on the 28th in common years."""
    month, last = birth.month, birth.day
    if (month, last) == (2, 29) and not isleap(day.year):
        last = 28
    return day.year - birth.year - ((day.month, day.day) < (month, last))


def inspect(number: str, *, today: date) -> Inspection:
    """What the number on a document says, as typed or pasted. Never raises."""
    plain, warnings = _normalised(number[: _TOO_LONG * 2])
    kind = _kind_of(plain)
    try:
        if kind is DocumentKind.UNKNOWN:
            _refuse_unknown(plain)
        found = _READERS[kind](plain, today)
    except _Refused as refused:
        return Inspection(False, refused.reason, refused.params, kind, plain, warnings=warnings)
    return replace(found, warnings=warnings + found.warnings)


def _normalised(number: str) -> tuple[str, tuple[str, ...]]:
    """Half-width, upper case, without separators; and a warning when the text was not typed plainly."""
    half = number.translate(_FULL_WIDTH)
    plain = half.translate(_SEPARATORS).upper().lstrip("'")  # a spreadsheet marks text with an apostrophe
    if re.fullmatch(r"[HM0-9][0-9]{7,11}\([0-9A-Z]+\)", plain):
        plain = plain.replace("(", "").replace(")", "")
    return plain, () if half == number else (_FULL_WIDTH_CHANGED,)


_FORMS: tuple[tuple[re.Pattern[str], DocumentKind], ...] = (
    (re.compile(r"8[123]0000[0-9]{11}[0-9X]"), DocumentKind.PORT_RESIDENCE),
    (re.compile(r"9[0-9]{16}[0-9X]|[A-Z]{3}[0-9]{12}"), DocumentKind.FOREIGN_RESIDENCE),
    (re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]"), DocumentKind.RESIDENT),
    (re.compile(r"[HM](?:[0-9]{8}|[0-9]{10})"), DocumentKind.PORT_PERMIT),
    (re.compile(r"[0-9]{8}|[0-9]{10}[A-Z]"), DocumentKind.TAIWAN_PERMIT),
    (re.compile(r"[A-Z][0-9]{6,8}|[A-Z]{2}[0-9]{6,7}|[0-9]{9}"), DocumentKind.PASSPORT),
)


def _kind_of(plain: str) -> DocumentKind:
    return next((kind for form, kind in _FORMS if form.fullmatch(plain)), DocumentKind.UNKNOWN)


def _refuse_unknown(plain: str) -> NoReturn:
    """Say what is wrong with a text that has no known form."""
    if not plain:
        raise _Refused(N_("The number is empty. Type the number on the document."))
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,2}", plain):
        raise _Refused(N_("A spreadsheet has shortened this number. Type it again from the card."))
    if re.fullmatch(r"[0-9OIL]{14,17}[0-9OILX]{1,2}", plain) and re.search(r"[OIL]", plain):
        raise _Refused(N_("The number holds a letter O, I or L. Type the digits 0 and 1 instead."))
    if re.fullmatch(r"[0-9X]{18}", plain):
        raise _Refused(N_("X can only be the last character. Compare the number with the card."))
    if re.fullmatch(r"[0-9]{1,64}X?", plain):
        raise _Refused(_WRONG_LENGTH, count=str(len(plain)))
    raise _Refused(_NO_FORM)


def _read_resident(plain: str, today: date) -> Inspection:
    region = plain[:6]
    demo = _DEMO_REGION.fullmatch(region) is not None
    warnings = () if demo or _region_known(region) else (_UNKNOWN_REGION,)
    if len(plain) == 15:
        return replace(_read_old_resident(plain, today, warnings), demo=demo)
    birth_on = _birth(plain[6:14], today, _NO_DATE)
    if check_character(plain[:17]) != plain[17]:
        raise _Refused(_ROUNDED if plain.endswith("000") else _CHECK_FAILED)
    return Inspection(
        True,
        "",
        {},
        DocumentKind.RESIDENT,
        plain,
        birth_on,
        _sex(plain[16]),
        region,
        demo=demo,
        warnings=warnings,
    )


def _read_old_resident(plain: str, today: date, warnings: tuple[str, ...]) -> Inspection:
    """Fifteen digits, years 19xx. The longer form is only proposed; 996 to 999 may be older still."""
    longer = plain[:6] + "19" + plain[6:]
    birth_on = _birth(longer[6:14], today, _NO_OLD_DATE)
    return Inspection(
        True,
        "",
        {},
        DocumentKind.RESIDENT,
        plain,
        birth_on,
        _sex(plain[14]),
        plain[:6],
        upgraded=longer + check_character(longer),
        warnings=(*warnings, _OLD_NUMBER, *((_OLD_CENTURY,) if plain[12:] >= "996" else ())),
    )


def _read_port_residence(plain: str, today: date) -> Inspection:
    birth_on = _birth(plain[6:14], today, _NO_DATE)
    if check_character(plain[:17]) != plain[17]:
        raise _Refused(_CHECK_FAILED)
    kind, sex = DocumentKind.PORT_RESIDENCE, _sex(plain[16])
    return Inspection(True, "", {}, kind, plain, birth_on, sex, plain[:6])


def _read_foreign_residence(plain: str, today: date) -> Inspection:
    """The card of 2023 has 18 digits and, as far as known, the same check: a mismatch only warns."""
    kind = DocumentKind.FOREIGN_RESIDENCE
    if len(plain) == 15:  # the old card gives the year of birth without its century, so the date stays open
        if not any(_date_of(century + plain[7:13]) for century in ("19", "20")):
            raise _Refused(_NO_FOREIGN_DATE, text=plain[7:13])
        return Inspection(True, "", {}, kind, plain)
    birth_on = _birth(plain[6:14], today, _NO_DATE)
    warnings = () if check_character(plain[:17]) == plain[17] else (_CHECK_FAILED,)
    return Inspection(True, "", {}, kind, plain, birth_on, _sex(plain[16]), warnings=warnings)


def _read_port_permit(plain: str, _today: date) -> Inspection:
    return Inspection(True, "", {}, DocumentKind.PORT_PERMIT, plain)


def _read_taiwan_permit(plain: str, _today: date) -> Inspection:
    warnings = (_MAYBE_TAIWAN,) if len(plain) == 8 else ()
    return Inspection(True, "", {}, DocumentKind.TAIWAN_PERMIT, plain, warnings=warnings)


def _read_passport(plain: str, _today: date) -> Inspection:
    warnings = (_MAYBE_PASSPORT,) if plain.isdigit() else ()
    return Inspection(True, "", {}, DocumentKind.PASSPORT, plain, warnings=warnings)


_READERS: dict[DocumentKind, Callable[[str, date], Inspection]] = {
    DocumentKind.RESIDENT: _read_resident,
    DocumentKind.PORT_RESIDENCE: _read_port_residence,
    DocumentKind.FOREIGN_RESIDENCE: _read_foreign_residence,
    DocumentKind.PORT_PERMIT: _read_port_permit,
    DocumentKind.TAIWAN_PERMIT: _read_taiwan_permit,
    DocumentKind.PASSPORT: _read_passport,
}


def _birth(text: str, today: date, no_date: str) -> date:
    birth_on = _date_of(text)
    if birth_on is None:
        raise _Refused(no_date, text=text)
    if birth_on > today:
        raise _Refused(_FUTURE, date=birth_on.isoformat())
    if age_on(birth_on, today) > OLDEST_YEARS:
        raise _Refused(_TOO_OLD, date=birth_on.isoformat())
    return birth_on


def _date_of(text: str) -> date | None:
    """The date of eight digits, if there is one."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _sex(digit: str) -> str:
    return "1" if int(digit) % 2 else "2"


@lru_cache(maxsize=8192)
def _region_known(region: str) -> bool:
    """Whether the division exists or ever existed."""
    parts = numdb.get("cn/loc").info(region)
    return any("county" in properties for _, properties in parts)


_FULL_WIDTH_CHANGED = N_("Full-width characters were changed to ordinary ones. Compare the number with the card.")
_WRONG_LENGTH = N_("A resident number has 18 characters, this one %(count)s. Compare it with the card.")
_NO_FORM = N_("No document we know has a number of this form. Compare it with the document.")
_NO_DATE = N_("Digits 7 to 14 (%(text)s) are not a real date. Compare them with the birth date on the card.")
_NO_OLD_DATE = N_("Digits 7 to 12 do not make a real date (%(text)s). Compare them with the card.")
_NO_FOREIGN_DATE = N_("Characters 8 to 13 (%(text)s) are not a real date. Compare them with the card.")
_FUTURE = N_("The birth date %(date)s lies in the future. Compare digits 7 to 14 with the card.")
_TOO_OLD = N_("The birth date %(date)s is more than 150 years ago. Compare digits 7 to 14 with the card.")
_CHECK_FAILED = N_("The last character does not match the rest of the number. Compare digits 17 and 18 with the card.")
_ROUNDED = N_("The last three digits look rounded by a spreadsheet. Type the number again from the card.")
_UNKNOWN_REGION = N_("The first six digits are not a division we know. Compare them with the card.")
_OLD_NUMBER = N_("This is an old number of 15 digits. Ask for the card and confirm the 18-digit number.")
_OLD_CENTURY = N_("An ending from 996 to 999 may mean a birth before 1900. Check the year of birth.")
_MAYBE_TAIWAN = N_("Eight digits can be a Taiwan permit. For a resident card, type all 18 characters.")
_MAYBE_PASSPORT = N_("Nine digits can be a passport. For a resident card, type all 18 characters.")
