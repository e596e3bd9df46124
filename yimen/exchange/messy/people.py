"""Made-up people and places of a roster, with what is true of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from yimen.core.identity import check_character

_DATA = Path(__file__).resolve().parents[1] / "data" / "messy.yaml"
_REGION = "549999"  # never assigned, and hardly anybody of the demonstration has it
_FIRST_BIRTH, _BIRTHS = date(1935, 1, 1), 32_000  # days: until 2022


@cache
def words() -> Mapping[str, Any]:
    """The stock of names and titles."""
    found: Mapping[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return found


@dataclass
class Entry:
    """One row to be: clean cells by field, and the truth a reader must find. Both change when a fault is planted."""

    cells: dict[str, object]
    truth: dict[str, str]
    faults: list[tuple[str, str, str]] = field(default_factory=list)  # name, field, expected state


class People:
    """Makes entries; numbers and doors never repeat. `communities`: where people live, by name; without any, in the
    one of the demonstration's head."""

    def __init__(self, random: Random, communities: Sequence[str] = ()) -> None:
        self.random = random
        self.communities = tuple(communities) or (words()["communities"][0],)
        self.made = 0
        self._taken: set[str] = set()

    def person(self) -> dict[str, str]:
        """Name, number, sex, birth date and phone that fit together."""
        random, stock = self.random, words()
        self.made += 1
        first = ""
        while not first or first in self._taken:
            birth = _FIRST_BIRTH + timedelta(days=random.randrange(_BIRTHS))
            first = f"{_REGION}{birth:%Y%m%d}{self.made % 1000:03d}"
        self._taken.add(first)
        given = random.choice(stock["given"]) + random.choice(["", random.choice(stock["given"])])
        return {
            "name": random.choice(stock["surnames"]) + given,
            "id_number": first + check_character(first),
            "sex": "1" if int(first[-1]) % 2 else "2",
            "birth_on": birth.isoformat(),
            "phone": f"1{random.choice('3578')}{random.randrange(10**9):09d}",
        }

    def door(self) -> tuple[str, str, str, str]:
        """Compound, building, stairwell and room; one door for each number made."""
        stock = words()["compounds"]
        at = self.made
        return stock[at % len(stock)], str(at // 200 + 1), str(at % 3 + 1), f"{at // 3 % 33 + 1}{at % 4 + 1:02d}"
