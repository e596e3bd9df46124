"""What a column looks like, whatever its header says."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from yimen.exchange.rules.cells import Context, State, clean
from yimen.exchange.rules.cells.places import split_door
from yimen.exchange.rules.cells.texts import looks_named
from yimen.exchange.rules.cells.tidy import said, tidy
from yimen.exchange.rules.fields import fields
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import codes_of, kinds_by_word, pattern, plain, words_of

_LIKELY = 0.6  # share of a column that must look alike
_LAST_DAY = date(2049, 12, 31)  # a day on which nobody born since 1900 is too old, and no birth lies ahead
_ANYTHING = Context(today=_LAST_DAY)


def likeness_of(cells: Sequence[Cell]) -> str:
    """The field that most cells of a column look like, or ""."""
    texts = [text for cell in cells if (text := tidy(said(cell)))]
    if not texts:
        return ""
    for name, looks in _LOOKS:
        if sum(map(looks, texts)) >= _LIKELY * len(texts):
            return name
    years = [cell.value.year for cell in cells if isinstance(cell.value, datetime)]
    return "birth_on" if len(years) * 2 > len(cells) and max(years) - min(years) > _BIRTHS else ""


_BIRTHS = 30  # years between the first and the last date of a column that holds births


def _like_number(text: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]|[1-9]\.[0-9]+E\+1[67]", text) is not None


def _like_phone(text: str) -> bool:
    return re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}", text) is not None


def _like_sex(text: str) -> bool:
    return not text.isascii() and plain(text) in codes_of("sex_gbt2261_1")


def _like_ethnic(text: str) -> bool:
    return pattern("ethnic").search(text) is not None and plain(text) in codes_of("ethnic_gbt3304")


def _like_relation(text: str) -> bool:
    return not text.isascii() and plain(text) in codes_of("kinship_gbt4761")


def _like_kind(text: str) -> bool:
    words = [plain(word) for word in pattern("between_kinds").split(text) if word]
    known = [word for word in words if not word.isascii() and word in kinds_by_word()]
    return bool(known) and all(word in known or word in words_of("kinds_left_out") for word in words)


def _like_name(text: str) -> bool:
    return looks_named(text)


def _like_door(text: str) -> bool:
    return len(text) < 40 and not text.isdigit() and "-" in split_door(text)[1]


_LOOKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("id_number", _like_number),
    ("phone", _like_phone),
    ("sex", _like_sex),
    ("ethnic", _like_ethnic),
    ("relation", _like_relation),
    ("trait_kind", _like_kind),
    ("door", _like_door),
    ("name", _like_name),
)


# Columns of the same words: kinds of people, of owners, of residence. What stands in them decides.
_LISTS: Mapping[str, Callable[[str], bool]] = {
    "trait_kind": lambda word: word in kinds_by_word(),
    "owner_kind": lambda word: word in codes_of("owner_kind"),
    "residence_kind": lambda word: word in codes_of("residence_kind"),
    "settled": lambda word: word in codes_of("settled"),
    "relation": lambda word: word in codes_of("kinship_gbt4761"),
    "dwelling_state": lambda word: word in codes_of("dwelling_state"),
    "residence_type": lambda word: word in codes_of("residence_type"),
    "household_kind": lambda word: word in codes_of("household_kind"),
}


def better_list(name: str, cells: Sequence[Cell]) -> str:
    """The list that most cells are of, where the column's own knows fewer than half of them; "" to leave it."""
    if name not in _LISTS:
        return ""
    texts = [plain(said(cell)) for cell in cells]
    texts = [text for text in texts if text and not text.isdigit()]
    known = {other: sum(map(is_known, texts)) for other, is_known in _LISTS.items()}
    best = max(known, key=lambda other: known[other])
    if name in ("residence_kind", "settled") and known[name] < known[best] == len(texts):
        return best  # how somebody lodges, or what the dwelling is used for
    return best if texts and known[name] * 2 < len(texts) and known[best] * 10 >= len(texts) * 6 else ""


def fits(name: str, cells: Sequence[Cell], likeness: str) -> bool:
    """Whether what stands in a column may be what a part of its header says; many things have names."""
    if fields()[name].type == "name":
        return likeness == "name"
    verdicts = [clean(fields()[name], cell, _ANYTHING) for cell in cells]
    return sum(verdict.state is not State.REFUSED for verdict in verdicts) * 2 >= len(verdicts)
