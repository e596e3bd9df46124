"""Identity numbers and phones."""

import re

from yimen.core.errors import N_, RuleBroken
from yimen.core.phones import inspect_phone
from yimen.exchange.rules.cells.tidy import LOST, LOST_PHONE, change, is_shortened, tidy
from yimen.exchange.rules.cells.verdicts import Context, Verdict, fixable, noted, ok, refused
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import pattern
from yimen.registry.rules.numbers import read_number

_SAME = re.compile(r"([0-9])\1{7,}[0-9Xx]?")
_COUNTED = "01234567890123456789"
_PHONE_OF_NOBODY = re.compile(r"1[0-9]{2}([0-9])\1{7}|([0-9])\2{6,}")
_SEVERAL = re.compile(r"[/,;|\u3001\uff0c\uff1b\n]|\s{1,}(?=1[3-9])|\s(?=0[0-9]{2,3})")
_MASKED = N_("The number is masked with stars. Import the roster with whole numbers.")
_MASKED_PHONE = N_("The phone is masked with stars. Import the roster with whole numbers.")
_SEVERAL_SAID = N_("Several phones stand in one cell; the first was taken. Put the others into a column of their own.")


def clean_number(cell: Cell, raw: str, context: Context) -> Verdict:
    """An identity number. Digits that a spreadsheet dropped are said to be lost and never guessed."""
    digits = raw.replace(" ", "")
    if is_shortened(digits) or (cell.text and not cell.text.isdigit() and len(digits) > 15):
        return refused(raw, LOST)
    if cell.text and len(digits) > 15 and digits.endswith("000"):
        return refused(raw, LOST)
    if _SAME.fullmatch(digits) or (len(digits) > 7 and digits in _COUNTED):
        return fixable("", raw, "placeholder")
    if inner := _of_disability(raw, context):
        return fixable(inner, raw, "disability_number")
    if inner := _without_words(raw, context):
        return fixable(inner, raw, "words_off")
    if "*" in tidy(raw):
        return refused(raw, _MASKED)
    try:
        seen = read_number(raw, today=context.today, made_up=context.made_up)
    except RuleBroken as broken:
        return refused(raw, broken.message, **{name: str(value) for name, value in broken.params.items()})
    if seen.upgraded:
        return fixable(seen.upgraded, raw, "longer_number", seen.warnings[-1])
    if seen.number != raw.upper():
        return fixable(seen.number, raw, change(raw, tidy(raw)) or "spaces")
    return noted(seen.number, raw, seen.warnings[0]) if seen.warnings else ok(seen.number, raw)


def _without_words(raw: str, context: Context) -> str:
    """The one number that stands among words or remarks, or ends in a mark for X; "" where it is not sound."""
    text = tidy(raw).replace(" ", "")
    if text.isascii() and not text.endswith("*"):
        return ""
    found = pattern("number_inside").fullmatch(text)
    if found is None:
        return ""
    number = found[1] if found[1][-1].isascii() and found[1][-1].isalnum() else f"{found[1][:-1]}X"
    return _sound(number, context)


def _of_disability(raw: str, context: Context) -> str:
    """The identity number with which the number of a disability certificate begins: kind and level follow it."""
    found = pattern("disability_number").fullmatch(tidy(raw).replace(" ", ""))
    return _sound(found[1].upper(), context) if found else ""


def _sound(number: str, context: Context) -> str:
    """The number in the form it is kept in; "" where it is not sound."""
    try:
        seen = read_number(number, today=context.today, made_up=context.made_up)
    except RuleBroken:
        return ""
    return "" if seen.upgraded else seen.number


def clean_phone(raw: str, context: Context) -> Verdict:
    """A phone; of several in one cell the first is proposed."""
    text = tidy(raw)
    if is_shortened(text.replace(" ", "")):
        return refused(raw, LOST_PHONE)
    kept, reason = inspect_phone(text)
    if reason and "*" in text:
        return refused(raw, _MASKED_PHONE)
    if reason and (first := _first(text)):
        return fixable(first, raw, "first_phone", _SEVERAL_SAID)
    if reason and (inner := _inside(text)):
        return fixable(
            inner[0], raw, "first_phone" if len(inner) > 1 else "words_off", _SEVERAL_SAID * (len(inner) > 1)
        )
    if _PHONE_OF_NOBODY.fullmatch(kept or text):
        return fixable("", raw, "placeholder")
    if reason and context.area_code and re.fullmatch(r"[2-9][0-9]{6,7}", text.replace("-", "")):
        return fixable(f"{context.area_code}-{text.replace('-', '')}", raw, "area_code")
    if reason:
        return refused(raw, reason)
    return ok(kept, raw) if kept == raw else fixable(kept, raw, "phone_form")


def _inside(text: str) -> list[str]:
    """The phones that stand among words: whose they are, what they are called."""
    found = pattern("phones_inside").findall(text) if not text.isdigit() else []
    return [kept for part in found if (kept := inspect_phone(part)[0])]


def _first(text: str) -> str:
    parts = [part for part in _SEVERAL.split(text) if part and part.strip()]
    found = [kept for part in parts if (kept := inspect_phone(part)[0])]
    return found[0] if len(parts) > 1 and found else ""
