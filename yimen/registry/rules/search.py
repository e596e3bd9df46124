"""What somebody means by the words in the search box. One box, no syntax (experience.md: the search-anything box).

Any text is accepted: what cannot be understood becomes plain words, never an error.
"""

import re
import unicodedata
from dataclasses import dataclass

from yimen.core.doors import parse_door
from yimen.core.identity import inspect_phone
from yimen.core.names import SearchTerm, query_keys
from yimen.registry.rules.numbers import forms_of

MOST_CHARACTERS = 60
_MOST_PIECES = 8
_NUMBER = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[HM](?:[0-9]{8}|[0-9]{10})|[A-Z][0-9]{7,8}|[A-Z]{2}[0-9]{6,7}")
_TAIL = re.compile(r"[0-9]{3,13}[0-9X]")
_CASE = re.compile(r"[A-Z]{1,4}[0-9]{2}(?:-[0-9]{0,4}(?:-[0-9]{0,6})?)?")
_LETTERS_TAIL = re.compile(r"([A-Z]{2,}|[^\x00-\x7f]+)([0-9]{3,13}[0-9X])")
_NAME_DOOR = re.compile(r"([^\x00-\x7f]+?|[A-Z]{2,})([0-9].*)")
_NAME_PIECE = re.compile(r"[^\W\d_]+(?:[·.'\-][^\W\d_]+)*")
_SPACED_DIGITS = re.compile(r"[+0-9][0-9 \-]*[0-9X]")
_BETWEEN = re.compile(r"[\s,;\u3001\u3002]+")
_ADDRESS_PART = re.compile(r"[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A search, understood. Filled parts narrow each other: name and tail, name and door.

    `numbers` are identity numbers in every length they may be stored in; `tail` the last 4 to 14 characters of a
    number or phone; `door` a key of `core.doors`; `case` the beginning of a case number; `words` the whole text for
    matters and pages; `address` the parts of an address in order, "" when the text is none. Beside a door and a name
    one piece may be the estate: then `place` has its parts and `who` the rest. `ref` is never typed: one resident
    chosen on another page.
    """

    words: str = ""
    name: str = ""
    numbers: tuple[str, ...] = ()
    phone: str = ""
    tail: str = ""
    door: str = ""
    case: str = ""
    address: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    who: str = ""
    ref: str = ""

    @property
    def term(self) -> SearchTerm:
        """The keys by which the name is found."""
        return query_keys(self.name) if self.name else SearchTerm()

    @property
    def asks_people(self) -> bool:
        """Whether anybody can be found by it."""
        return bool(self.term or self.numbers or self.phone or self.tail or self.door)

    @property
    def kind(self) -> str:
        """What was asked by, for the record, without the words."""
        parts = (
            ("name", self.name),
            ("number", self.numbers),
            ("phone", self.phone),
            ("tail", self.tail),
            ("door", self.door),
            ("case", self.case),
            ("ref", self.ref),
        )
        return "+".join(word for word, value in parts if value) or "words"


def read_question(text: str) -> Question:
    """The question in a text of any kind and length."""
    words = clean(text)
    plain = words.upper()
    if _SPACED_DIGITS.fullmatch(plain) and (whole := _whole_number(re.sub(r"[ \-]", "", plain), plain, words)):
        return whole
    pieces = _BETWEEN.split(plain)[:_MOST_PIECES]
    door, rest, place = _door_of(pieces)
    found = Question(words=words, door=door, place=place)
    names: list[str] = []
    for piece in rest:
        found = _with_piece(found, piece, names)
    return _finished(found, names)


def clean(text: str) -> str:
    """One line of ordinary characters: half-width, no controls, no marks of direction, at most 60."""
    half = unicodedata.normalize("NFKC", text[: MOST_CHARACTERS * 4])
    kept = (" " if char.isspace() else char for char in half)
    seen = "".join(char for char in kept if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Cn"))
    return " ".join(seen.split())[:MOST_CHARACTERS].strip()


def _whole_number(digits: str, plain: str, words: str) -> Question | None:
    """An identity number or a phone, with or without spaces in it."""
    if _NUMBER.fullmatch(digits):
        return Question(words=words, numbers=forms_of(digits))
    if len(digits) >= 10 and (phone := inspect_phone(plain)[0]):
        return Question(words=words, phone=phone)
    return None


def _door_of(pieces: list[str]) -> tuple[str, list[str], tuple[str, ...]]:
    """The door among the pieces, however it is spaced, the other pieces, and that of them which stands before it."""
    for start in range(len(pieces)):
        for end in range(len(pieces), start, -1):
            if (door := parse_door("".join(pieces[start:end]))) is not None:
                return door.key, pieces[:start] + pieces[end:], tuple(pieces[:start][-1:])
    return "", pieces, ()


def _with_piece(found: Question, piece: str, names: list[str]) -> Question:
    """The question with one more piece understood; pieces of a name are put into `names`."""
    if _NUMBER.fullmatch(piece):
        return _changed(found, numbers=forms_of(piece))
    if len(piece) >= 10 and (phone := inspect_phone(piece)[0]):
        return _changed(found, phone=phone)
    if _TAIL.fullmatch(piece):
        return _changed(found, tail=piece)
    if _CASE.fullmatch(piece):
        return _changed(found, case=piece)
    if both := _LETTERS_TAIL.fullmatch(piece):
        names.append(both[1])
        return _changed(found, tail=both[2])
    if (both := _NAME_DOOR.fullmatch(piece)) and (door := parse_door(both[2])):
        names.append(both[1])
        return _changed(found, door=door.key, place=(both[1],))
    if _NAME_PIECE.fullmatch(piece):
        names.append(piece)
    return found


def _changed(found: Question, **parts: object) -> Question:
    values = {name: getattr(found, name) for name in Question.__dataclass_fields__}
    return Question(**{**values, **parts})


def _finished(found: Question, names: list[str]) -> Question:
    """With the name put together, and the address when the text can be one: a part of three Han characters or more."""
    name = " ".join(names).lower()
    parts = address_parts_of(name if found.door else found.words)
    if not any(map(_can_be_place, parts)) or found.case:
        return _changed(found, name=name, place=())
    if not found.door or len(names) == 1:
        return _changed(found, name=name, address=parts, place=())
    place = next(filter(_can_be_place, found.place), "") or max(filter(_can_be_place, names), key=len)
    who = " ".join(one for one in names if one != place).lower()
    return _changed(found, name=name, address=parts, place=address_parts_of(place.lower()), who=who)


def address_parts_of(text: str) -> tuple[str, ...]:
    """What an address has to hold in this order: its words and its numbers."""
    return tuple(_ADDRESS_PART.findall(text))


def _can_be_place(part: str) -> bool:
    return len(part) > 2 and not part.isascii()
