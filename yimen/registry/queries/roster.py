"""People and doors for a whole sheet at a time: a few questions per thousand rows instead of a few per row."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.core.names import sort_key
from yimen.registry.rules import sealed
from yimen.registry.rules.numbers import forms_of
from yimen.registry.rules.roster import Standing

_PLAIN = (
    *("name", "sex", "birth_on", "former_name", "ethnic", "marital", "education", "political", "employment"),
    *("registered_address", "registered_division", "died_on"),
)
_WANTED = f"""
select r.id, r.ref, r.division_code, r.id_number, r.phone, r.is_protected, r.version, r.provenance, r.source,
    l.dwelling_id, coalesce(d.door, ''), l.from_on,
    (select jsonb_object_agg(t.kind, jsonb_build_array(t.id, t.value)) from registry_trait t
     where t.resident_id = r.id and t.to_on is null), r.id_hash, {", ".join(f"r.{name}" for name in _PLAIN)}
from registry_resident r
left join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
left join registry_dwelling d on d.id = l.dwelling_id
"""
_BY_NUMBER = "where r.id_hash = any(%s) and r.merged_into_id is null"
_BY_NAME = """
join unnest(%s::text[], %s::text[], %s::text[], %s::date[]) as asked(code, sort_key, name, birth_on)
    on r.division_code = asked.code and r.sort_key = asked.sort_key and r.name = asked.name
    and r.birth_on = asked.birth_on
where r.merged_into_id is null
"""


def number_hashes(numbers: Iterable[str]) -> dict[bytes, str]:
    """The hashes of numbers in both their lengths, while keys are rotated under both keys, each leading to the number
    as it was asked for."""
    return {found: number for number in numbers for form in forms_of(number) for found in sealed.number_hashes(form)}


def people_by_number(numbers: Collection[str], *, lock: bool = False) -> dict[str, Standing]:
    """The living records that have these numbers, in any community; `lock` keeps them until the transaction ends."""
    asked = number_hashes(number for number in numbers if number)
    if not asked:
        return {}
    if lock:
        _lock("id_hash = any(%s) and merged_into_id is null", [list(asked)])
    found: dict[str, Standing] = {}
    for hashed, person in _people(_BY_NUMBER, [list(asked)]):
        number = asked[hashed]
        if number not in found or person.values["id_number"] == number:
            found[number] = person  # the very number before its other length: both may be on record, as two records
    return found


def _lock(where: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:  # in one order for everybody, so that two imports never wait for each other
        cursor.execute(f"select 1 from registry_resident where {where} order by id for no key update", values)


def lock_people(ids: Collection[UUID]) -> None:
    """Keep these records as they are until the transaction ends."""
    _lock("id = any(%s)", [list(ids)])


def people_by_id(ids: Collection[UUID]) -> dict[UUID, Standing]:
    """People by their id, merged records left aside."""
    rows = _people("where r.id = any(%s) and r.merged_into_id is null", [list(ids)]) if ids else []
    return {person.id: person for _hashed, person in rows}


def people_of(community: str, *, limit: int) -> list[Standing]:
    """Some of those who live in a community and have a number, the first on record."""
    rows = _people(
        "where r.division_code = %s and r.id_number is not null and r.merged_into_id is null and r.died_on is null "
        "and not r.is_protected and l.dwelling_id is not null order by r.id limit %s",
        [community, limit],
    )
    return [person for _hashed, person in rows]


Names = tuple[str, str, date]  # community, name, birth date


def people_by_name(asked: Collection[Names]) -> dict[Names, list[Standing]]:
    """Who bears a name and a birth date in a community, numbers left aside."""
    if not asked:
        return {}
    rows = sorted(set(asked))
    codes, names, births = (list(column) for column in zip(*rows, strict=True))
    found: dict[Names, list[Standing]] = {}
    for _hashed, person in _people(_BY_NAME, [codes, [sort_key(str(name)) for name in names], names, births]):
        values = person.values
        key = (person.division_code, values["name"], date.fromisoformat(values["birth_on"]))
        found.setdefault(key, []).append(person)
    return found


def _people(where: str, values: Sequence[Any]) -> list[tuple[bytes, Standing]]:
    with connection.cursor() as cursor:
        cursor.execute(_WANTED + where, values)
        return [(bytes(row[13] or b""), _standing(row)) for row in cursor.fetchall()]


def _standing(row: Sequence[Any]) -> Standing:
    (row_id, ref, code, number, phone, is_protected, version, provenance, source, dwelling, door, since, traits) = row[
        :13
    ]
    said = {
        name: value.isoformat() if isinstance(value, date) else value or ""
        for name, value in zip(_PLAIN, row[14:], strict=True)
    }
    said["id_number"] = sealed.open_number(number, row_id)
    said["phone"] = sealed.open_phone(phone, row_id)
    return Standing(
        id=row_id,
        ref=ref,
        division_code=code,
        values=said,
        is_protected=is_protected,
        version=version,
        provenance=_json(provenance),
        source=source,
        dwelling=dwelling,
        door=door,
        living_since=since,
        traits={kind: _trait(*found) for kind, found in (_json(traits) or {}).items()},
    )


def _trait(row: str, value: object) -> tuple[UUID, object]:
    return UUID(row), sealed.open_trait(value, UUID(row))


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class Doors:
    """The doors of communities, asked for once per community and kept for a run."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, list[tuple[UUID, str, str]]]] = {}
        self._buildings: dict[str, Counter[tuple[str, str]]] = {}  # doors by compound and building

    def compound_of(self, community: str, door: str, dwelling: UUID) -> str:
        """The compound in which a dwelling of this label stands, "" when it is none of them."""
        self.find(community, door)
        return next((name for row, _label, name in self._known[community].get(door, []) if row == dwelling), "")

    def find(self, community: str, door: str, compound: str = "") -> list[tuple[UUID, str]]:
        """Dwellings of a community that a door label names ("3-2-502", or "3-502" without the unit): id and label."""
        if community not in self._known:
            self._known[community] = _doors_of(community)
        found = self._known[community].get(door, [])
        if is_compound(compound):
            found = [one for one in found if one[2] == compound] or [one for one in found if is_same(one[2], compound)]
        return [(dwelling, label) for dwelling, label, _compound in found]

    def is_bare(self, community: str) -> bool:
        """Whether not one door of a community is on record."""
        self.find(community, "")
        return not self._known[community]

    def count_in(self, community: str, compound: str, building: str) -> int:
        """How many doors of a building of that number are on record, in that compound where one is named."""
        self.find(community, "")
        if community not in self._buildings:
            known = self._known[community].values()
            doors = {(one[2], one[1].split("-")[0], one[0]) for found in known for one in found}
            self._buildings[community] = Counter((name, number) for name, number, _dwelling in doors)
        named = is_compound(compound)
        return sum(
            count
            for (name, number), count in self._buildings[community].items()
            if number == building and (not named or is_same(compound, name))
        )

    def forget(self, community: str) -> None:
        """Ask again: doors were added."""
        self._known.pop(community, None)
        self._buildings.pop(community, None)


_NO_COMPOUND = re.compile(r"[0-9]|[路街巷弄号省市]")  # of an address in front of a door: road, number, city


def is_compound(text: str) -> bool:
    """Whether what stands before a door is the name of a compound rather than a part of an address."""
    return bool(text) and _NO_COMPOUND.search(text) is None


def is_same(one: str, other: str) -> bool:
    """Whether two names mean one compound: one may say more than the other."""
    return one in other or other in one


def _doors_of(community: str) -> dict[str, list[tuple[UUID, str, str]]]:
    known: dict[str, list[tuple[UUID, str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select d.id, d.door, d.door_short, c.name from registry_dwelling d
            join registry_stairwell s on s.id = d.stairwell_id join registry_building b on b.id = s.building_id
            join registry_compound c on c.id = b.compound_id where d.division_code = %s
            """,
            (community,),
        )
        names: dict[str, str] = {}  # each compound's once, not once a door
        for dwelling, door, short, compound in cursor:
            one = (dwelling, door, names.setdefault(compound, compound))
            for label in {door, short}:
                known.setdefault(label, []).append(one)
    return known
