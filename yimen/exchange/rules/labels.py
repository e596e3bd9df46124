"""What a header says a column is."""

from functools import lru_cache
from typing import NamedTuple

from yimen.exchange.rules.words import headers, pattern, plain, word_list

REST = frozenset({"note", "sequence", "ignored"})  # say nothing of a person or a place
_EXACT, _GROUPED, _ENDING, _BEGINNING = 1.0, 0.95, 0.75, 0.65


class Meaning(NamedTuple):
    """A field and how surely the words mean it: 1 a known header, less where only a part of it is known."""

    field: str
    certainty: float


@lru_cache(maxsize=8_192)
def meaning(label: str, above: str = "") -> Meaning | None:
    """What a label means; under a group header such as that of the head of household, what both together mean."""
    word = plain(label)
    if not word:
        return None
    group = pattern("about").sub("", plain(above))
    if group and (found := _exact(group + word)):
        return Meaning(found[0], _GROUPED)
    if group and is_of_another(group):
        return Meaning("ignored", _GROUPED)
    if found := _exact(word):
        return Meaning(found[0], _EXACT - found[1] / 1000)
    if is_of_another(word):
        return None  # somebody else's name or phone
    return _part(word)


def is_of_another(label: str) -> bool:
    """Whether a label speaks of somebody else than the person of the row."""
    word = plain(label)
    return any(other in word for other in word_list("others"))


def _exact(word: str) -> tuple[str, int] | None:
    return headers().get(word)


def _part(word: str) -> Meaning | None:
    """The longest known header at the end of the word, else at its beginning."""
    for start in range(1, len(word) - 1):
        if (found := _exact(word[start:])) and found[0] not in REST:
            return Meaning(found[0], _ENDING)
    for end in range(len(word) - 1, 1, -1):
        if (found := _exact(word[:end])) and found[0] not in REST:
            return Meaning(found[0], _BEGINNING)
    return None
