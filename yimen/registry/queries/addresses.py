"""Stairwells as residents write them: "广瑞一村 3 号楼 1 单元". Addresses only, nobody who lives there."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST

MOST = 40
_NUMBER = re.compile(r"(\d+)\s*(单元|门(?!牌)|室|房|户)?")
_ROOM_DIGITS = 3  # a room has so many at least


@dataclass(frozen=True, slots=True)
class Address:
    """One stairwell."""

    stairwell_id: UUID
    community: str
    compound: str
    building: str
    number: str


@dataclass(frozen=True, slots=True)
class Compound:
    """A compound with its building numbers."""

    name: str
    buildings: tuple[str, ...]


_FOUND = """
select s.id, c.division_code, c.name, b.number, s.number
from registry_compound c join registry_building b on b.compound_id = c.id
join registry_stairwell s on s.building_id = b.id
where c.id in (select id from registry_compound
    where division_code >= %(low)s and division_code < %(high)s and strpos(name, %(compound)s) > 0
    order by length(name), division_code limit 60)
  and (%(building)s = '' or b.number = %(building)s) and (%(unit)s = '' or s.number = %(unit)s)
order by length(c.name), c.division_code, c.name, length(b.number), b.number, length(s.number), s.number limit %(most)s
"""
_COMPOUNDS = """
select c.name, array_agg(b.number order by length(b.number), b.number)
from registry_compound c join registry_building b on b.compound_id = c.id
where c.division_code = %s group by c.id order by c.name
"""


def addresses_like(text: str, *, within: str = "", of_building: bool = False) -> list[Address]:
    """The stairwells that an address may mean, at most 40, the shortest name of a compound first. Without a compound
    nothing is found outside one community. `of_building`: all stairwells of the building, whichever was written."""
    compound, building, unit = address_parts(text)
    if of_building:
        unit = ""
    if not compound and len(within) < 12:
        return []
    low, high = within, within + LAST
    values: dict[str, Any] = {
        "low": low,
        "high": high,
        "compound": compound,
        "building": building,
        "unit": unit,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, values)
        return [Address(*row) for row in cursor.fetchall()]


def address_parts(text: str) -> tuple[str, str, str]:
    """Compound, building and stairwell, "" for what was not written: "广瑞一村 3 号楼 1 单元", "3-1-502", "3-1". Of two
    numbers the second is a stairwell where it is too short for a room."""
    first = re.search(r"\d", text)
    compound = text[: first.start()].strip() if first else text.strip()
    numbers = _NUMBER.findall(text)
    building = numbers[0][0] if numbers else ""
    named = [number for number, word in numbers[1:] if word in ("单元", "门")]
    is_written = len(numbers) > 2 or (len(numbers) == 2 and not numbers[1][1] and len(numbers[1][0]) < _ROOM_DIGITS)
    unit = named[0] if named else numbers[1][0] if is_written else ""
    return compound, building[:20], unit[:10]


def compounds_of(community: str) -> list[Compound]:
    """Every compound of a community with its buildings."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPOUNDS, (community,))
        return [Compound(name, tuple(numbers)) for name, numbers in cursor.fetchall()]
