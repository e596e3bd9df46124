"""Doors and their parts, and what an address says of them."""

from datetime import datetime
from functools import lru_cache

from yimen.core.doors import door_label, parse_door
from yimen.core.errors import N_
from yimen.exchange.rules.cells.tidy import tidy
from yimen.exchange.rules.cells.verdicts import Verdict, fixable, ok, refused
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.words import pattern, word_list

_NO_DOOR = N_("%(text)s is not a whole door. Write building, stairwell and room, such as 3-2-502.")
_DATED = N_("A spreadsheet has made a date of this door. Format the column as text and type it again.")
_TOO_LONG = N_("The text is too long. Keep it under %(limit)s characters.")
_NONE = frozenset({"0", "00"})


def clean_part(cell: Cell, raw: str, name: str, most: int) -> Verdict:
    """Building, stairwell or room alone, kept in its short form; 0 for a stairwell means that there is only one."""
    if isinstance(cell.value, datetime):
        return refused(raw, _DATED)
    text = tidy(raw)
    kept = short_part(text)
    if name == "unit" and kept in _NONE:
        return ok("", raw)
    if len(kept) > most:
        return refused(raw, _TOO_LONG, limit=str(most))
    return ok(kept, raw) if text == raw else fixable(kept, raw, "door_form")


@lru_cache(maxsize=4096)
def short_part(text: str) -> str:
    """A part without the word for what it is and without zeros in front; one with a name of its own keeps it."""
    short = door_label(text, "", "")
    return door_label(short, "", "") if short else text


def clean_door(cell: Cell, raw: str) -> Verdict:
    """A whole door, kept as "3-2-502"; a compound's name in front stays in front, with a space between."""
    if isinstance(cell.value, datetime):
        return refused(raw, _DATED)
    text = tidy(raw)
    compound, key = split_door(text)
    if not key:
        return refused(raw, _NO_DOOR, text=raw[:30])
    kept = f"{compound} {key}".strip()
    return ok(kept, raw) if kept == raw else fixable(kept, raw, "door_form")


@lru_cache(maxsize=4096)
def split_door(text: str) -> tuple[str, str]:
    """What stands before the door, and the door's key: a compound and "3-502"; ("", "") without one."""
    text = pattern("floor_between").sub("", pattern("remark_behind").sub("", text.replace(" ", "")[:160]))
    if dotted := pattern("dotted_door").fullmatch(text):
        text = "-".join(dotted.groups())
    if whole := parse_door(text):
        return "", whole.key
    for start in range(1, len(text)):
        before = text[:start]
        if before[-1].isascii() and text[start].isascii():
            before = before[:-1] if before[-1] in _BETWEEN else ""
            if not before or before[-1].isascii() or pattern("part_of_door").search(before):
                continue  # never cut a number in two, nor a door
        if found := parse_door(text[start:]):
            return before.rstrip(_BETWEEN), found.key
    return "", ""


_BETWEEN = "-_/,;:.\u2014\u2013\u3001\u00b7"  # what parts a compound from its door


@lru_cache(maxsize=4096)
def split_address(text: str) -> tuple[str, str]:
    """Compound and door key of an address; province to community in front are passed over."""
    before, key = split_door(tidy(text))
    end = pattern("divisions").match(before)
    if end and end.end() < len(before):
        return before[end.end() :], key
    whole = end is not None and any(mark in before for mark in word_list("above_community"))
    return "" if whole else before, key  # "X street, Y community" names no compound
