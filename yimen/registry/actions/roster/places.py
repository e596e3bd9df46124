"""Compounds, buildings, stairwells and dwellings by the sheet."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Model

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.ids import new_id, new_ref
from yimen.core.many import insert_rows, update_rows
from yimen.orgs.queries import division
from yimen.registry.actions.roster.removing import remove
from yimen.registry.models import Building, Compound, Dwelling, Stairwell
from yimen.registry.queries.places import Community, Home, House, community_tree
from yimen.registry.rules.places import PlaceSaid, floor_of, plain_part
from yimen.registry.rules.roster import CHANGED, NEW, SAME, Difference, Judged, refuse
from yimen.trail.record import Subject, record_many

_COMPOUND = {"id": "uuid", "division_code": "text", "name": "text", "address": "text"}
_BUILDING = {"id": "uuid", "division_code": "text", "compound_id": "uuid", "number": "text", "floors": "int"}
_STAIRWELL = {"id": "uuid", "division_code": "text", "building_id": "uuid", "number": "text"}
_DWELLING = {
    "id": "uuid",
    "ref": "text",
    "division_code": "text",
    "stairwell_id": "uuid",
    "floor": "int",
    "room": "text",
    "door": "text",
    "door_short": "text",
    "address": "text",
    "area": "numeric",
    "is_rented": "boolean",
}
_FACTS = {"id": "uuid", "floor": "int", "area": "numeric", "is_rented": "boolean"}
Rows = list[dict[str, Any]]


@dataclass(slots=True)
class Places:
    """Trees of communities, with what rows have added to them, and the rows to be written for that."""

    trees: dict[str, Community] = field(default_factory=dict)
    compounds: Rows = field(default_factory=list)
    buildings: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    stairwells: Rows = field(default_factory=list)
    dwellings: Rows = field(default_factory=list)
    floors: dict[UUID, int] = field(default_factory=dict)  # of buildings on record
    facts: dict[UUID, dict[str, Any]] = field(default_factory=dict)  # of dwellings
    journals: dict[int, dict[str, Any]] = field(default_factory=dict)

    def tree(self, code: str) -> Community:
        """The tree of a community."""
        if code not in self.trees:
            self.trees[code] = community_tree(code)
        return self.trees[code]

    def take(self) -> "Places":
        """Hand over what is to be written and begin anew with the same trees."""
        full = replace(self)
        self.compounds, self.buildings, self.stairwells, self.dwellings = [], {}, [], []
        self.floors, self.facts, self.journals = {}, {}, {}
        return full


def judge_places(actor: Actor, places: Places, rows: Sequence[PlaceSaid]) -> list[Judged]:
    """What would become of each row; what it adds is known to the rows after it."""
    require(actor, "registry.import")
    return [_judge(actor, places, row) for row in rows]


def _judge(actor: Actor, places: Places, row: PlaceSaid) -> Judged:
    if not actor.reaches(row.division_code):
        return refuse("community_elsewhere")
    tree = places.tree(row.division_code)
    compound = row.compound or (next(iter(tree.compounds), "") if len(tree.compounds) < 2 else "")
    if not compound and tree.compounds:
        return refuse("no_compound")
    compound = compound or _name_of(row.division_code)
    journal = places.journals.setdefault(row.line, {})
    house, is_new = _house(places, tree, row, compound, journal)
    found: list[Difference] = []
    if row.floors and not row.room and (floors := max(row.floors, house.highest)) != house.floors:
        found.append(Difference("floors", str(house.floors), str(floors)))
        _set_floors(places, house, floors, journal)
    if row.unit or row.room:
        is_new |= _stairwell(places, row, house, journal)
    if row.room:
        made, facts = _dwelling(places, row, house, compound, journal)
        is_new, found = is_new or made, found + facts
        floors = max(house.highest, row.floors or 0) if made else house.highest
        if (made or facts) and floors > house.floors:
            _set_floors(places, house, floors, journal)
    return Judged(NEW if is_new else CHANGED if found else SAME, tuple(found))


def _name_of(code: str) -> str:
    found = division(code)
    return found.short_name if found else code


def _house(
    places: Places, tree: Community, row: PlaceSaid, compound: str, journal: dict[str, Any]
) -> tuple[House, bool]:
    if compound not in tree.compounds:
        tree.compounds[compound] = new_id()
        journal["compound"] = str(tree.compounds[compound])
        places.compounds.append(
            {"id": tree.compounds[compound], "division_code": row.division_code, "name": compound, "address": ""}
        )
    number = plain_part(row.building)
    house = tree.houses.get((compound, number))
    if house is not None:
        return house, False
    house = tree.houses[compound, number] = House(new_id(), row.floors or 1)
    journal["building"] = str(house.id)
    places.buildings[house.id] = {
        "id": house.id,
        "division_code": row.division_code,
        "compound_id": tree.compounds[compound],
        "number": number,
        "floors": house.floors,
    }
    return house, True


def _set_floors(places: Places, house: House, floors: int, journal: dict[str, Any]) -> None:
    """A building that the same batch adds is added with its floors; one on record is raised or corrected."""
    if house.id in places.buildings:
        places.buildings[house.id]["floors"] = floors
    else:
        was = journal["floors"][1] if "floors" in journal else house.floors
        journal["floors"] = [str(house.id), was, floors]
        places.floors[house.id] = floors
    house.floors = floors


def _unit(row: PlaceSaid) -> str:
    return plain_part(row.unit) or "1"


def _stairwell(places: Places, row: PlaceSaid, house: House, journal: dict[str, Any]) -> bool:
    unit = _unit(row)
    if unit in house.stairwells:
        return False
    house.stairwells[unit] = new_id()
    journal["stairwell"] = str(house.stairwells[unit])
    places.stairwells.append(
        {
            "id": house.stairwells[unit],
            "division_code": row.division_code,
            "building_id": house.id,
            "number": unit,
        }
    )
    return True


def _dwelling(
    places: Places, row: PlaceSaid, house: House, compound: str, journal: dict[str, Any]
) -> tuple[bool, list[Difference]]:
    unit, room, building = _unit(row), plain_part(row.room), plain_part(row.building)
    home = house.dwellings.get((unit, room))
    if home is not None:
        return False, _facts(places, row, home, journal)
    home = Home(new_id(), row.floor or floor_of(room), row.area, bool(row.rented))
    house.dwellings[unit, room] = home
    house.highest = max(house.highest, home.floor)
    journal["dwelling"] = str(home.id)
    journal["made"] = [home.floor, _text(home.area), home.rented]
    labels = (f"{building}-{unit}-{room}", f"{building}-{room}")
    places.dwellings.append(
        {
            "id": home.id,
            "ref": new_ref(),
            "division_code": row.division_code,
            "stairwell_id": house.stairwells[unit],
            "floor": home.floor,
            "room": room,
            "door": labels[0],
            "door_short": labels[1],
            "address": f"{compound}{building}号楼{unit}单元{room}室",
            "area": row.area,
            "is_rented": home.rented,
        }
    )
    return True, []


def _facts(places: Places, row: PlaceSaid, home: Home, journal: dict[str, Any]) -> list[Difference]:
    said = (("floor", home.floor, row.floor), ("area", home.area, row.area), ("rented", home.rented, row.rented))
    found = [Difference(name, _text(old), _text(new)) for name, old, new in said if new is not None and new != old]
    if not found:
        return []
    was = [home.floor, _text(home.area), home.rented]
    home.floor = row.floor if row.floor is not None else home.floor
    home.area = row.area if row.area is not None else home.area
    home.rented = row.rented if row.rented is not None else home.rented
    journal["facts"] = [str(home.id), was, [home.floor, _text(home.area), home.rented]]
    places.facts[home.id] = {"id": home.id, "floor": home.floor, "area": home.area, "is_rented": home.rented}
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


@transaction.atomic
def write_places(actor: Actor, places: Places, *, ref: str, at: datetime) -> dict[int, dict[str, Any]]:
    """Write what judged rows add or change; returns by line what `take_back_places` needs."""
    require(actor, "registry.import")
    made = places.take()
    insert_rows("registry_compound", _COMPOUND, made.compounds)
    insert_rows("registry_building", _BUILDING, list(made.buildings.values()))
    insert_rows("registry_stairwell", _STAIRWELL, made.stairwells)
    insert_rows("registry_dwelling", _DWELLING, made.dwellings)
    floors = [{"id": one, "floors": number} for one, number in made.floors.items()]
    update_rows("registry_building", {"id": "uuid", "floors": "int"}, floors)
    update_rows("registry_dwelling", _FACTS, list(made.facts.values()))
    codes = {row["id"]: row["division_code"] for row in [*made.buildings.values(), *made.dwellings]}
    changed = [*codes, *(one for one in (*made.floors, *made.facts) if one not in codes)]
    subjects = [Subject(one, codes.get(one, actor.reach), ["added"] if one in codes else ["place"]) for one in changed]
    record_many(actor, "registry.import", kind="place", subjects=subjects, at=at, note=ref)
    return {line: journal for line, journal in made.journals.items() if journal}


_MADE: tuple[tuple[str, type[Model]], ...] = (
    ("dwelling", Dwelling),
    ("stairwell", Stairwell),
    ("building", Building),
    ("compound", Compound),
)


@transaction.atomic
def take_back_places(
    actor: Actor, *, journals: dict[int, dict[str, Any]], ref: str, at: datetime
) -> dict[int, list[str]]:
    """Undo what rows did to places, and take it out of their journals; what is in use or was changed since stays there
    and is named."""
    require(actor, "registry.import_undo")
    left: dict[int, list[str]] = defaultdict(list)
    done: list[UUID] = []
    _put_back("facts", _facts_back, journals, left)
    for name, model in _MADE:
        made = {UUID(journal[name]): line for line, journal in journals.items() if name in journal}
        kept = _told_since(journals) if model is Dwelling else set()
        stay = kept | (remove(model, made.keys() - kept) if made else set())
        for one in stay:
            left[made[one]].append(name)
        gone = [one for one in made if one not in stay]
        for one in gone:
            del journals[made[one]][name]
        done += gone
        if model is Dwelling:
            _put_back("floors", _floors_back, journals, left)
    subjects = [Subject(one, actor.reach, ["added"]) for one in done]
    record_many(actor, "registry.import_undo", kind="place", subjects=subjects, at=at, note=ref)
    return dict(left)


def _put_back(
    name: str,
    undo: Callable[[Sequence[Any]], bool],
    journals: Mapping[int, dict[str, Any]],
    left: dict[int, list[str]],
) -> None:
    for line, journal in journals.items():
        if name in journal and undo(journal[name]):
            del journal[name]
        elif name in journal:
            left[line].append(name)


def _told_since(journals: Mapping[int, Mapping[str, Any]]) -> set[UUID]:
    """The dwellings that rows added and of which something else has been said since."""
    made = {UUID(one["dwelling"]): _facts_of(one["made"]) for one in journals.values() if "dwelling" in one}
    now = Dwelling.objects.filter(id__in=made).values_list("id", "floor", "area", "is_rented")
    return {dwelling for dwelling, *facts in now if facts != list(made[dwelling].values())}


def _facts_of(said: Sequence[Any]) -> dict[str, Any]:
    """Facts of a dwelling as a journal has them, by column."""
    floor, area, is_rented = said
    return {"floor": floor, "area": Decimal(area) if area else None, "is_rented": is_rented}


def _floors_back(said: Sequence[Any]) -> bool:
    """Unless somebody said something else since, or a door above is still there; a building that went is as it was."""
    building, was, now = said
    above = Dwelling.objects.filter(stairwell__building=building, floor__gt=was)
    found = Building.objects.filter(id=building)
    return found.filter(~Exists(above), floors=now).update(floors=was) > 0 or not found.exists()


def _facts_back(said: Sequence[Any]) -> bool:
    was, now = map(_facts_of, said[1:])
    return Dwelling.objects.filter(id=said[0], **now).update(**was) > 0
