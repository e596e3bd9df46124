"""Two records that may be one person: what speaks for it, who decides, and what is remembered."""

from enum import StrEnum

from yimen.core.errors import N_

_LEVELS = (12, 9, 6, 4)  # community, street, district, city


class Ground(StrEnum):
    """What speaks for one person, the surest first."""

    NUMBER = "number"  # one identity number, in its old and its new length
    DOOR = "door"  # same name, same birth date, same door
    PHONE = "phone"  # same phone, and names that are read alike
    NAME = "name"  # same name and birth date in one community
    READING = "reading"  # names read alike and same birth date in one community


GROUNDS = {
    Ground.NUMBER: N_("the same identity number in its old length"),
    Ground.DOOR: N_("same name, birth date and door"),
    Ground.PHONE: N_("same phone, names read alike"),
    Ground.NAME: N_("same name and birth date"),
    Ground.READING: N_("names read alike, same birth date"),
}
APART = {  # how one knows that they are two people
    "papers": N_("looked at both identity cards"),
    "relatives": N_("relatives or twins"),
    "asked": N_("asked them"),
    "other": N_("otherwise"),
}


class State(StrEnum):
    """Whether somebody still has to look."""

    OPEN = "open"
    APART = "apart"  # two people; proposed again only when what was compared has changed


def decided_at(one: str, other: str) -> str:
    """The division that decides about records of two communities: the smallest one that holds both.

    Nobody below it may see both records, so nobody below it is told of the pair.
    """
    return next((one[:length] for length in _LEVELS if one[:length] == other[:length]), "")


def grounds_of(found: set[str]) -> list[Ground]:
    """Without what a surer ground says already, the surest first."""
    if Ground.DOOR in found:
        found = found - {Ground.NAME}
    return [ground for ground in Ground if ground in found]
