"""What only the whole file shows: people who stand in it twice, and what other tables say of a row."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from yimen.core.doors import Door
from yimen.core.errors import N_
from yimen.exchange.rules.cells import Context, Verdict
from yimen.exchange.rules.cells.verdicts import noted, refused
from yimen.exchange.rules.crossing import HEADS
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.mapping import Plan, TablePlan
from yimen.exchange.rules.owning import SAYS_LET, lives_elsewhere
from yimen.exchange.rules.placing import building_of, place_of
from yimen.exchange.rules.records import Place
from yimen.exchange.rules.sheets import Row

Values = Callable[[Row, Set[str]], dict[str, str]]
Said = tuple[str, Verdict]

PLACES = frozenset(
    {"community", "compound", "building", "unit", "room", "door", "address", "building_key", "dwelling_key"}
)

_TWO_NAMES = N_("Row %(row)s gives this number to somebody else. Compare both with the card.")
_TWO_COMMUNITIES = N_("Row %(row)s puts this person into another community. Keep the row where the person lives.")
_AGAIN = N_("Row %(row)s names this person already; the record is taken once.")
_NO_OWNER = N_("The sheet %(sheet)s holds no %(key)s. Compare it with the number there.")
_NO_DWELLING = N_("The sheet %(sheet)s holds no dwelling %(key)s. Compare it with the number there.")
_NO_BUILDING = N_("The sheet %(sheet)s holds no building %(key)s. Compare it with the number there.")


class _Spot(NamedTuple):
    """A row of a table; `sheet` is the table's name."""

    table: int
    row: int
    sheet: str

    def seen_from(self, table: int, sheet: str) -> str:
        """How the row is called in a sentence about a row of another table."""
        return str(self.row) if table == self.table or sheet == self.sheet else f"{self.sheet} {self.row}"


_DANGLING = {
    "owner_key": _NO_OWNER,
    "building": _NO_BUILDING,
    "building_key": _NO_BUILDING,
    "dwelling_key": _NO_DWELLING,
}


@dataclass(slots=True)
class _Person:
    """Where a number stands first, and whether its rows disagree."""

    first: "_Spot"
    name: str
    community: str
    last: "_Spot | None" = None
    other_name: bool = False
    other_community: bool = False
    door: Door | None = None


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is to be said of a row because of others. `is_again`: its person was taken from an earlier row."""

    is_again: bool = False
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a key means."""

    name: str = ""
    number: str = ""
    phone: str = ""


_ONCE = Repeated()


@dataclass
class Survey:
    """What was seen in the first pass."""

    people: dict[str, _Person] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)  # by "field:key"
    owners: dict[str, Owner] = field(default_factory=dict)
    buildings: dict[str, Mapping[str, str]] = field(default_factory=dict)  # compound and building by building_key
    known: dict[tuple[int, str], tuple[str, frozenset[str]]] = field(default_factory=dict)
    sheets: dict[int, str] = field(default_factory=dict)  # of the tables in which people were counted

    def place_of(self, values: Mapping[str, str]) -> Place:
        """The place that cleaned values name, or that other sheets give for their keys."""
        of_building = self.buildings.get(values.get("building_key", ""), {})
        where = place_of({**values, **{name: text for name, text in of_building.items() if not values.get(name)}})
        other = self.places.get(f"dwelling_key:{values.get('dwelling_key', '')}")
        if where.door or other is None:
            return where
        return replace(other, community=where.community or other.community)

    def of_row(self, table: int, row: int, verdicts: Mapping[str, Verdict]) -> Repeated:
        """What the rest of the file says of a row."""
        said = [*self._dangling(table, verdicts)]
        number = verdicts.get("id_number")
        person = self.people.get(number.value) if number and table in self.sheets else None
        if person is None or not person.last:
            return Repeated(said=tuple(said)) if said else _ONCE
        is_first = (person.first.table, person.first.row) == (table, row)
        other = (person.last if is_first else person.first).seen_from(table, self.sheets[table])
        if person.other_name:
            return Repeated(said=(*said, ("id_number", refused(number.raw if number else "", _TWO_NAMES, row=other))))
        if person.other_community:
            return Repeated(said=(*said, ("", refused("", _TWO_COMMUNITIES, row=other))))
        door = self.place_of({name: verdicts[name].value for name in PLACES if name in verdicts}).door
        if is_first:
            person.door = door
        elif person.first.table == table or door is None or person.door is None or door == person.door:
            return Repeated(True, (*said, ("", noted("", "", _AGAIN, row=other))))
        return Repeated(said=tuple(said))

    def _dangling(self, table: int, verdicts: Mapping[str, Verdict]) -> list[Said]:
        found = []
        for name, message in _DANGLING.items():
            sheet, keys = self.known.get((table, name), ("", frozenset()))
            verdict = verdicts.get(name)
            if sheet and verdict and verdict.value and verdict.value not in keys:
                found.append((name, noted(verdict.value, verdict.raw, message, sheet=sheet, key=verdict.raw)))
        return found


def take_survey(plan: Plan, context: Context, readers: Sequence[tuple[Values, TablePlan]]) -> Survey:
    """Go once through the tables that need it."""
    survey = Survey()
    _follow_keys(survey, plan, readers)
    for place, (values, table) in enumerate(readers):
        if table.kind is Kind.RESIDENTS and table.column_of("id_number") is not None:
            _count_people(survey, place, table, values)
    for link in plan.links:
        if link.field in _OF_PLACES:
            continue
        _follow(survey, plan, link.source, link.target, link.field, link.key, readers)
    return survey


def _count_people(survey: Survey, place: int, table: TablePlan, values: Values) -> None:
    named, survey.sheets[place] = table.named, table.table.name
    for row in table.table.rows():
        spot, held = _Spot(place, row.number, table.table.name), values(row, _WHO)
        number = held.get("id_number", "")
        if not number or lives_elsewhere(named, held):
            continue
        name, community = held.get("name", ""), held.get("community", "")
        first = survey.people.get(number)
        if first is None:
            survey.people[number] = _Person(spot, name, community)
            continue
        first.last = first.last or spot
        first.other_name |= first.name != name
        first.other_community |= first.community != community and (place == first.first.table or bool(community))


_WHO = frozenset({"id_number", "name", "community"}) | SAYS_LET


def _follow(
    survey: Survey,
    plan: Plan,
    source: int,
    target: int,
    name: str,
    key: str,
    readers: Sequence[tuple[Values, TablePlan]],
) -> None:
    """Learn what a link's two tables say of one another."""
    (read_source, from_table), (read_target, to_table) = readers[source], readers[target]
    keys = set()
    for row in to_table.table.rows():
        held = read_target(row, PLACES | {key, "name", "id_number", "phone", "owner_kind", "relation"})
        if not held.get(key):
            continue
        keys.add(held[key])
        if to_table.kind is Kind.RESIDENTS and held.get("relation", "") in ("", *HEADS):
            owner = Owner(held.get("name", ""), held.get("id_number", ""), held.get("phone", ""))
            survey.owners.setdefault(f"{name}:{held[key]}", owner)
        elif to_table.kind is Kind.HOUSEHOLDS:
            survey.places.setdefault(f"{key}:{held[key]}", survey.place_of(held))
    if name in ("owner_key", "building"):
        _know(survey, source, name, to_table.table.name, frozenset(keys))
    if from_table.kind is Kind.DWELLINGS and to_table.kind is Kind.RESIDENTS:
        for row in from_table.table.rows():
            held = read_source(row, PLACES | {name})
            if held.get(name) and (where := survey.place_of(held)).door:
                survey.places.setdefault(f"{key}:{held[name]}", where)


def _know(survey: Survey, source: int, name: str, sheet: str, keys: frozenset[str]) -> None:
    """Remember which keys a sheet holds, for rows of another table that name one."""
    first, before = survey.known.get((source, name), (sheet, frozenset[str]()))
    survey.known[source, name] = first, before | keys


_OF_PLACES = ("building_key", "dwelling_key")  # in this order: a dwelling may name its building by a key


def _follow_keys(survey: Survey, plan: Plan, readers: Sequence[tuple[Values, TablePlan]]) -> None:
    """Learn what the keys of buildings and dwellings stand for, whoever names them."""
    kinds = {"building_key": Kind.BUILDINGS, "dwelling_key": Kind.DWELLINGS}
    for name in _OF_PLACES:
        for place, (values, table) in enumerate(readers):
            if table.kind is not kinds[name] or table.column_of(name) is None:
                continue
            keys = set()
            for row in table.table.rows():
                held = values(row, PLACES)
                if not (key := held.get(name, "")):
                    continue
                keys.add(key)
                if name == "building_key":
                    compound, building = building_of(held)
                    survey.buildings.setdefault(key, {"compound": compound, "building": building})
                elif (where := survey.place_of(held)).door:
                    survey.places.setdefault(f"{name}:{key}", where)
            for link in plan.links:
                if link.target == place and link.field == name:
                    _know(survey, link.source, name, table.table.name, frozenset(keys))
