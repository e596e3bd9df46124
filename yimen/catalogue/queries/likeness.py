"""Matters by the words people use: whoever asks for a card or an allowance seldom knows the name in the catalogue.

A Han character says the more the fewer matters have it in name or guide: those of "apply" and "handle" stand in nearly
all and say next to nothing, so that no list of such words is needed. What a text means is the matter whose name and
result hold most of what its characters say, among equals that which has them in the order they were typed.
"""

from collections import Counter
from datetime import date
from functools import lru_cache
from math import log

from yimen.catalogue.queries.shelf import Version, find_matters, live, shelf

_ENOUGH = 0.5  # of what the characters say
_MOST_CHARACTERS = 20


def matters_meant(text: str, day: date, limit: int = 8) -> list[Version]:
    """Those that `find_matters` gives, then those that everyday words may mean, the likeliest first."""
    found = {version.code: version for version in find_matters(text, day, limit)}
    typed = [char for char in text if not char.isascii() and char.isalpha()][:_MOST_CHARACTERS]
    if len(typed) > 1:
        said = _said(tuple(live(day).values()), shelf().stamp)
        for _score, version in _likeliest(typed, said):
            found.setdefault(version.code, version)
    return list(found.values())[:limit]


def _likeliest(typed: list[str], said: tuple[tuple[Version, str], ...]) -> list[tuple[float, Version]]:
    weights = _weights(said)
    unknown = log(len(said) + 1)
    weight = {char: weights.get(char, unknown) for char in typed}
    whole = sum(weight.values())
    scored = []
    for version, name in said:
        share = sum(weight[char] for char in weight if char in name) / whole
        if share >= _ENOUGH and _in_order(typed, name) > 1:
            scored.append((share, _in_order(typed, name), version))
    return [(share, version) for share, _order, version in sorted(scored, key=lambda row: (-row[0], -row[1]))]


def _in_order(typed: list[str], name: str) -> int:
    """How many of the characters a name has in the order they were typed."""
    found, place = 0, 0
    for char in typed:
        if (at := name.find(char, place)) >= 0:
            found, place = found + 1, at + 1
    return found


@lru_cache(maxsize=2)
def _said(versions: tuple[Version, ...], _stamp: object) -> tuple[tuple[Version, str], ...]:
    return tuple((version, f"{version.item.name.zh} {version.item.result.name.zh}") for version in versions)


@lru_cache(maxsize=2)
def _weights(said: tuple[tuple[Version, str], ...]) -> dict[str, float]:
    held: Counter[str] = Counter()
    for version, name in said:
        guide = version.item.guide
        held.update({*name, *"".join(text.zh for text in (*guide.who, *guide.steps))})
    return {char: log((len(said) + 1) / times) for char, times in held.items()}
