"""The words of rosters, read once from their reviewed files."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from yimen.core.codes import code_list, code_lists

_DATA = Path(__file__).resolve().parents[1] / "data"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_MARKS = re.compile(r"[^0-9a-z\u3007\u3400-\u9fff\u221a\u2713\u2714\u2611\u00d7\u2717\u2718\u2610]+")
_BRACKETS = re.compile(r"[(\[{\u3010\u300a\u3014][^()\[\]{}\u3010\u3011]*[)\]}\u3011\u300b\u3015]")


def half_width(text: str) -> str:
    """Full-width letters, digits, marks and spaces as ordinary ones."""
    return text if text.isascii() else text.translate(_FULL_WIDTH)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A header or a word as it is compared: half-width, small letters, without brackets, spaces and marks."""
    half = half_width(text).lower()
    return _MARKS.sub("", _BRACKETS.sub("", half)) or _MARKS.sub("", half)


@cache
def _file(name: str) -> Any:
    return yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def headers() -> Mapping[str, tuple[str, int]]:
    """Field and rank (0: the first word of its line) by compared header; the first field to claim a word has it."""
    known: dict[str, tuple[str, int]] = {}
    for field, words in _file("headers").items():
        for rank, word in enumerate(words):
            known.setdefault(plain(word), (field, rank))
    return known


@cache
def codes_of(name: str) -> Mapping[str, str]:
    """Code by compared word: the codes themselves, the labels of the list, and the other ways to write them."""
    known: dict[str, str] = {}
    if name in code_lists():
        for code, label in code_list(name).items():
            for word in (code, code.lstrip("0"), label.zh, pattern("ethnic").sub("", label.zh), label.en):
                known.setdefault(plain(word), code)
    for code, words in _file("values").get(name, {}).items():
        known.update(dict.fromkeys(map(plain, words), code) | {plain(code): code})
    known.pop("", None)
    return known


@cache
def kinds_by_word() -> Mapping[str, str]:
    """Kind of trait by compared word."""
    return {plain(word): kind for kind, words in _file("values")["kinds"].items() for word in words}


@cache
def words_of(name: str) -> frozenset[str]:
    """A plain set of words: placeholders, nobody, kinds_left_out."""
    return frozenset(half_width(str(word)).strip().lower() for word in _file("values")[name])


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Words to look for inside others, in their order."""
    return tuple(map(plain, _file("values")[name]))


@cache
def titles() -> Mapping[str, tuple[str, ...]]:
    """Kind of trait by words of a title."""
    return {kind: tuple(map(plain, words)) for kind, words in _file("values")["titles"].items()}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A pattern that speaks of Chinese words; kept with the words."""
    return re.compile(_file("values")["patterns"][name].replace(" ", "").replace("_", " "), re.IGNORECASE)


@cache
def numeral_table() -> Mapping[int, str]:
    """Digits by the code point of a Han numeral."""
    return {ord(han): str(digit) for digit, line in enumerate(_file("values")["numerals"]) for han in line}


def word_of(name: str) -> str:
    """How a part of a row is called: head, member."""
    return str(_file("values")["words"][name])


def synonyms(field: str) -> list[str]:
    """The words for a column, as they are written; the most usual first."""
    return list(_file("headers")[field])
