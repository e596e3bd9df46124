"""Names, counts and plain texts."""

import re
from decimal import Decimal, InvalidOperation

from yimen.core.errors import N_
from yimen.core.names import normalise_name
from yimen.exchange.rules.cells.tidy import change, tidy
from yimen.exchange.rules.cells.verdicts import Verdict, fixable, noted, ok, refused
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import pattern, plain, words_of

_REMARK = re.compile(r"^([^()\[\]{}\u3010\u3011]+)[(\[{\u3010][^()]*[)\]}\u3011]$")
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
    text = tidy(raw)
    if pattern("several_names").fullmatch(text.replace(" ", "")):
        return refused(raw, _SEVERAL_SAID)
    fix = change(raw, text)
    if remark := _REMARK.match(text):
        text, fix = remark[1].strip(), "name_note"
    kept = pattern("between_han").sub("", normalise_name(text))
    if pattern("bodies").search(kept) and len(kept) > 3:
        return refused(raw, _A_BODY, text=kept[:20])
    if not any(char.isalpha() for char in kept):
        return refused(raw, _NO_NAME, text=raw[:20])
    if len(kept) > most:
        return refused(raw, _TOO_LONG, limit=str(most))
    if kept != raw:
        return fixable(kept, raw, fix or "spaces")
    return noted(kept, raw, _DIGITS) if any(char.isdigit() for char in kept) else ok(kept, raw)


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
