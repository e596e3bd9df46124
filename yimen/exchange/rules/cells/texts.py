"""Names, counts and plain texts."""

import re
from decimal import Decimal, InvalidOperation

from yimen.core.errors import N_
from yimen.core.names import normalise_name
from yimen.core.surnames import COMPOUNDS, SURNAMES
from yimen.exchange.rules.cells.tidy import change, tidy
from yimen.exchange.rules.cells.verdicts import Verdict, fixable, noted, ok, refused
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import codes_of, half_width, pattern, plain, word_list, words_of

_REMARK = re.compile(r"^([^()\[\]{}\u3010\u3011]+)[(\[{\u3010][^()]*[)\]}\u3011]$")
_IN_BRACKETS = re.compile(r"[(\[{\u3010][^()\[\]{}\u3010\u3011]*[)\]}\u3011]")
_MARKS = re.compile(r"[,;/|&+\u3001\n\r]+")
_NOT_HAN = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff\u00b7]+")
_NO_NAME = N_("%(text)s is not a name. Type the name as on the document.")
_A_BODY = N_("%(text)s is not a person. Name the person who lives there, or leave the name empty.")
_SEVERAL_SAID = N_("Several people stand in one cell. Give each person a row of their own.")
_DIGITS = N_("The name holds digits. Compare it with the document.")
_TOO_LONG = N_("The text is too long. Keep it under %(limit)s characters.")
_NO_COUNT = N_("%(text)s is not a whole number. Write it with digits only.")
_NO_AMOUNT = N_("%(text)s is not a number. Write it with digits only.")


def clean_name(raw: str, most: int) -> Verdict:
    """A person's name."""
    if plain(raw) in words_of("nobody"):
        return fixable("", raw, "placeholder")
    if people_in(raw) > 1:
        return refused(raw, _SEVERAL_SAID)
    text = tidy(raw)
    fix = change(raw, text)
    if (bare := _without_kin(text)) != text:
        text, fix = bare, "name_note"
    if remark := _REMARK.match(text):
        text, fix = remark[1].strip(), "name_note"
    kept = pattern("between_han").sub("", normalise_name(text))
    if pattern("bodies").search(kept) and len(kept) > 3:
        return refused(raw, _A_BODY, text=kept[:20])
    if kept[:1] in ("=", "+", "-", "@") or not any(char.isalpha() for char in kept):  # a formula is nobody
        return refused(raw, _NO_NAME, text=raw[:20])
    if len(kept) > most:
        return refused(raw, _TOO_LONG, limit=str(most))
    if kept != raw:
        return fixable(kept, raw, fix or "spaces")
    return noted(kept, raw, _DIGITS) if any(char.isdigit() for char in kept) else ok(kept, raw)


def people_in(raw: str) -> int:
    """How many people a cell names, be it with remarks, kinship or numbers beside the names.

    Between marks and in lines any two to four characters are a name, between blanks only what begins as names do.
    """
    said = _IN_BRACKETS.sub("\n", half_width(raw)) if _IN_BRACKETS.search(half_width(raw)[:-1]) else half_width(raw)
    parts = [_without_kin(" ".join(part.split())).replace(" ", "") for part in _MARKS.split(said)]
    parts = [part for part in parts if part]
    if len(parts) > 1 and all(is_named(part) or _may_be_named(part) for part in parts):
        return len(parts)
    if (joined := pattern("joined_names").fullmatch(said.replace(" ", ""))) and all(map(looks_named, joined.groups())):
        return 2
    return sum(looks_named(word) and word not in COMPOUNDS for word in _NOT_HAN.split(said))


def is_named(text: str) -> bool:
    """Whether a text may be a name: two to four characters, and no word for kin."""
    return pattern("name").fullmatch(text) is not None and not _is_kin(text)


def looks_named(text: str) -> bool:
    """Whether a text begins as names do."""
    if not is_named(text):
        return False
    return _is_surname(text[0]) or text[:2] in COMPOUNDS


def _may_be_named(text: str) -> bool:
    """Whether a word for kin is a name too, as that for a grandson is: beside another name it is one."""
    return pattern("name").fullmatch(text) is not None and _is_surname(text[0])


def _is_surname(character: str) -> bool:
    return character in SURNAMES or character in word_list("surnames")[0]


def _is_kin(word: str) -> bool:
    return not word.isascii() and plain(word) in codes_of("kinship_gbt4761")


def _without_kin(text: str) -> str:
    """A name without the word for kin that stands before or behind it, parted by a blank or a colon.

    A single character may be a part of the name (the word for a grandson is a surname too): beside a blank it is only
    taken away in front of a whole name, and never when it is a surname.
    """
    words = text.replace(":", " ").split()
    kept = [word for word in words if not _is_kin(word)]
    if not kept or len(kept) == len(words):
        return text
    if ":" not in text and any(len(word) == 1 for word in words if _is_kin(word)):
        before = words[0]
        if not _is_kin(before) or _is_surname(before) or not looks_named("".join(kept)):
            return text
    return " ".join(kept)


def clean_text(raw: str, most: int) -> Verdict:
    """A plain text. Wide letters and invisible characters are only worth a proposal where they could mislead."""
    text = " ".join(raw.split())
    if len(text) > most:
        return refused(raw, _TOO_LONG, limit=str(most))
    return ok(text, raw)


def clean_count(cell: Cell, raw: str, most: int = 100_000) -> Verdict:
    """A whole number, with or without its unit behind it."""
    text = tidy(raw)
    bare = pattern("units").sub("", text).strip()
    if bare.endswith(".0"):
        bare = bare[:-2]
    if re.fullmatch(r"-?[0-9]{1,9}", bare) and abs(int(bare)) <= most:
        return ok(str(int(bare)), raw)
    return refused(raw, _NO_COUNT, text=raw[:20])


def clean_decimal(raw: str) -> Verdict:
    """A number with at most two decimals that matter, with or without its unit."""
    text = tidy(raw)
    bare = pattern("units").sub("", text).strip().replace(",", "").removeprefix("\u00a5")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return refused(raw, _NO_AMOUNT, text=raw[:20])
    if not value.is_finite() or not 0 <= value < 10**9:
        return refused(raw, _NO_AMOUNT, text=raw[:20])
    return ok(format(value.quantize(Decimal("0.01")), "f"), raw)
