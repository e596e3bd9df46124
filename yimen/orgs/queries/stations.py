"""Divisions and the stations in them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import connection

from yimen.access import queries as access
from yimen.access.scope import LAST
from yimen.core.clock import local
from yimen.orgs.models import Department, Division, Norm, ServiceSystem, Station
from yimen.orgs.queries.cover import STATION_ROLES
from yimen.orgs.queries.names import department_name
from yimen.orgs.rules import hall_is_large_enough, workers_needed


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One division; `name_en` may be empty."""

    code: str
    level: str
    name: str
    short_name: str
    name_en: str
    letters: str
    unit_type: str
    is_virtual: bool
    from_on: date
    to_on: date | None
    successor_code: str | None


_COLUMNS = (
    "code",
    "level",
    "name",
    "short_name",
    "name_en",
    "letters",
    "unit_type",
    "is_virtual",
    "from_on",
    "to_on",
    "successor_id",
)


def division(code: str) -> DivisionRow | None:
    """A division by its trimmed code."""
    row = Division.objects.filter(code=code).values_list(*_COLUMNS).first()
    return None if row is None else DivisionRow(*row)


def children_of(code: str, *, on: date) -> list[DivisionRow]:
    """The divisions right under one that stand on a day, by code; virtual ones left out."""
    rows = Division.objects.filter(parent_id=code, is_virtual=False, from_on__lte=on).exclude(to_on__lte=on)
    return [DivisionRow(*row) for row in rows.order_by("code").values_list(*_COLUMNS)]


def divisions_at(level: str, prefix: str = "") -> list[DivisionRow]:
    """Standing divisions of one level under another, by code; virtual ones left out."""
    rows = Division.objects.filter(
        level=level, code__gte=prefix, code__lt=prefix + LAST, is_virtual=False, to_on__isnull=True
    )
    return [DivisionRow(*row) for row in rows.order_by("code").values_list(*_COLUMNS)]


@dataclass(frozen=True, slots=True)
class Norms:
    """What the mission asks of every station, and the documents that say so."""

    households_per_worker: int
    hall_area_least: Decimal
    documents: tuple[str, ...]


# On the workbench and on every page of visits: without the ORM.
_IN_FORCE = """
select distinct on (n.name) n.name, trunc(n.value)::int from orgs_norm n
where n.name = any(%(names)s) and n.from_on <= %(day)s order by n.name, n.from_on desc
"""


def numbers_on(day: date, names: Sequence[str]) -> dict[str, int]:
    """Norms of these names in force on a day, as whole numbers; a name that nobody ever set is absent."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, {"names": list(names), "day": day})
        return dict(cursor.fetchall())


def norms_on(day: date) -> Norms:
    """The norms in force on a day: of each the latest that has begun."""
    rows = Norm.objects.filter(from_on__lte=day).order_by("from_on")
    said = {name: (value, document) for name, value, document in rows.values_list("name", "value", "document")}
    workers, hall = said[Norm.Name.HOUSEHOLDS_PER_WORKER], said[Norm.Name.HALL_AREA_LEAST]
    return Norms(int(workers[0]), hall[0], tuple(dict.fromkeys((workers[1], hall[1]))))


@dataclass(frozen=True, slots=True)
class StationFacts:
    """A station and how it stands against the norms."""

    division_code: str
    is_rural: bool
    address: str
    phone: str
    hall_area: Decimal | None
    opens_at: time
    closes_at: time
    households: int
    workers: int
    workers_needed: int
    hall_is_large_enough: bool | None  # None = the area is not known
    norms: Norms


def station(division_code: str, *, at: datetime) -> StationFacts | None:
    """The station of a community; None where there is none."""
    row = Station.objects.filter(pk=division_code).first()
    if row is None:
        return None
    today = local(at).date()
    norms = norms_on(today)
    seats = access.seats_held(division_code, first=today, last=today, roles=STATION_ROLES)
    return StationFacts(
        division_code=division_code,
        is_rural=row.kind == Station.Kind.RURAL,
        address=row.address,
        phone=row.phone,
        hall_area=row.hall_area,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        households=row.households,
        workers=len({seat.account_id for seat in seats}),
        workers_needed=workers_needed(row.households, norms.households_per_worker),
        hall_is_large_enough=None
        if row.hall_area is None
        else hall_is_large_enough(row.hall_area, norms.hall_area_least),
        norms=norms,
    )


@dataclass(frozen=True, slots=True)
class StationNorms:
    """How the stations under one division stand: workers against the norm, halls below it."""

    division_code: str
    is_station: bool
    stations: int
    households: int
    workers: int
    workers_needed: int
    halls_too_small: int
    halls_unknown: int


def station_norms(within: str, *, at: datetime) -> list[StationNorms]:
    """The divisions right under one, each with the sums of its stations."""
    today = local(at).date()
    people: dict[str, set[UUID]] = defaultdict(set)
    for seat in access.seats_held(within, first=today, last=today, roles=STATION_ROLES):
        people[seat.division_code].add(seat.account_id)
    rows = Station.objects.filter(division_id__gte=within, division_id__lt=within + LAST)
    stations = list(rows.values_list("division_id", "households", "hall_area"))
    asked, standing = norms_on(today), []
    for child in children_of(within, on=today):
        own = [row for row in stations if row[0].startswith(child.code)]
        if own:
            standing.append(
                StationNorms(
                    division_code=child.code,
                    is_station=child.level == Division.Level.COMMUNITY,
                    stations=len(own),
                    households=sum(row[1] for row in own),
                    workers=sum(len(people[row[0]]) for row in own),
                    workers_needed=sum(workers_needed(row[1], asked.households_per_worker) for row in own),
                    halls_too_small=sum(
                        row[2] is not None and not hall_is_large_enough(row[2], asked.hall_area_least) for row in own
                    ),
                    halls_unknown=sum(row[2] is None for row in own),
                )
            )
    return standing


def division_phone(code: str) -> str:
    """The number of one division."""
    return Division.objects.filter(pk=code).values_list("phone", flat=True).first() or ""


def phones_above(code: str) -> dict[str, str]:
    """The numbers residents may call above a station: "city" (hotline) and "street" (supervision), "" where none."""
    levels = {"city": code[:4], "street": code[:9]}
    known = dict(Division.objects.filter(code__in=levels.values()).values_list("code", "phone"))
    return {level: known.get(key, "") for level, key in levels.items()}


def departments() -> list[tuple[str, str]]:
    """Line departments in the reader's language: code and name."""
    codes = Department.objects.filter(to_on=None).order_by("code").values_list("code", flat=True)
    return [(code, department_name(code)) for code in codes]


def service_systems() -> list[tuple[int, str, str, bool]]:
    """The service systems: number, name, English name, whether the mission names it. The eighth has no name until the
    city gives it one."""
    return list(ServiceSystem.objects.order_by("number").values_list("number", "name", "name_en", "is_fixed"))


def with_stations(code: str, *, on: date) -> list[str]:
    """The codes right under a division (of the cities, for "") in which there is a station, by code."""
    length = {0: 4, 4: 6, 6: 9, 9: 12}.get(len(code))
    if length is None:
        return []
    rows = Station.objects.filter(division_id__gte=code, division_id__lt=code + LAST)
    standing = rows.exclude(division__to_on__lte=on)
    return sorted({found[:length] for found in standing.values_list("division_id", flat=True)})
