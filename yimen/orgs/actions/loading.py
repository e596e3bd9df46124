"""Bring in the organisation: divisions, departments, posts, stations, norms, service systems, the years known.

Each may be run again: rows are replaced by their code, nothing is removed.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.orgs import queries
from yimen.orgs.actions.calendar import load_calendar
from yimen.orgs.models import CalendarYear, Department, Division, Norm, Post, ServiceSystem, Station
from yimen.trail.record import record

_ROOM = Path(__file__).resolve().parents[1]
DATA = _ROOM / "data"
DEPARTMENTS_SINCE = date(2011, 1, 1)  # the default catalogue's first day
OPENS, CLOSES = time(8, 30), time(17, 0)  # [proposed]; each station changes its own


def shipped_divisions() -> list[dict[str, str]]:
    """The rows of the divisions file that comes with the product, parents before children."""
    with (DATA / "wuxi_divisions.csv").open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: len(row["code"]))


def shipped_outlines() -> Iterator[tuple[str, list[list[tuple[float, float]]]]]:
    """Code and rings (longitude, latitude in degrees) of each division in the outlines that come with the product.

    A point is inside when an odd number of the rings goes round it, so parts and holes need no telling apart.
    """
    features = json.loads((DATA / "wuxi_outlines.geojson").read_text(encoding="utf-8"))["features"]
    for feature in features:
        shape = feature["geometry"]
        parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        yield feature["id"], [[(east, north) for east, north in ring] for part in parts for ring in part]


def shipped_rows(name: str) -> list[dict[str, Any]]:
    """The rows of a data file that comes with the product, such as "posts"."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return rows


@transaction.atomic
def load_divisions(actor: Actor, *, at: datetime, rows: Iterable[Mapping[str, str]] | None = None) -> int:
    """Divisions from rows shaped like the shipped file (parents before children); returns how many."""
    require(actor, "division.load")
    divisions = [_division(row) for row in (shipped_divisions() if rows is None else rows)]
    Division.objects.bulk_create(
        divisions,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[field.name for field in Division._meta.fields if field.name != "code"],
    )
    _loaded(actor, "division.load", "division", len(divisions), at)
    return len(divisions)


def _division(row: Mapping[str, str]) -> Division:
    return Division(
        code=row["code"],
        level=row["level"],
        parent_id=queries.parent_code(row["code"]),
        name=row["name"],
        short_name=row["short_name"],
        name_en=row["name_en"],
        letters=row["letters"],
        unit_type=row["unit_type"],
        urban_rural_class=row["urban_rural_class"],
        is_virtual=row["is_virtual"] == "1",
        from_on=date.fromisoformat(row["from_on"]),
        to_on=date.fromisoformat(row["to_on"]) if row["to_on"] else None,
        successor_id=row["successor"] or None,
    )


@transaction.atomic
def load_departments(actor: Actor, *, at: datetime) -> int:
    """Line departments of the default catalogue."""
    require(actor, "department.load")
    departments = [Department(**{"from_on": DEPARTMENTS_SINCE, **row}) for row in shipped_rows("departments")]
    Department.objects.bulk_create(
        departments,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "name_2011", "note"],
    )
    _loaded(actor, "department.load", "department", len(departments), at)
    return len(departments)


@transaction.atomic
def load_posts(actor: Actor, *, at: datetime) -> int:
    """The six posts of the hall."""
    require(actor, "post.load")
    posts = [Post(position=position, **row) for position, row in enumerate(shipped_rows("posts"), start=1)]
    Post.objects.bulk_create(
        posts,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "name_en", "position"],
    )
    _loaded(actor, "post.load", "post", len(posts), at)
    return len(posts)


@transaction.atomic
def load_norms(actor: Actor, *, at: datetime) -> int:
    """The numbers of the mission; what the city has written for the same day stays."""
    require(actor, "norm.load")
    norms = [Norm(**row) for row in shipped_rows("norms")]
    Norm.objects.bulk_create(norms, ignore_conflicts=True)
    _loaded(actor, "norm.load", "norm", len(norms), at)
    return len(norms)


@transaction.atomic
def load_service_systems(actor: Actor, *, at: datetime) -> int:
    """The seven service systems that have names, and the eighth that the city names itself."""
    require(actor, "service_system.load")
    systems = [ServiceSystem(is_fixed=bool(row["name"]), **row) for row in shipped_rows("service_systems")]
    ServiceSystem.objects.bulk_create(systems, ignore_conflicts=True)  # what the city named stays named
    _loaded(actor, "service_system.load", "service_system", len(systems), at)
    return len(systems)


@dataclass(frozen=True, slots=True)
class StationRow:
    """What is known of one station when it is set up."""

    division_code: str
    is_rural: bool = False
    address: str = ""
    phone: str = ""
    hall_area: Decimal | None = None
    households: int = 0
    opens_at: time = OPENS
    closes_at: time = CLOSES


def station_rows(prefix: str) -> list[StationRow]:
    """One station for every community under a division that has residents: rural for villager committees."""
    communities = Division.objects.filter(
        code__startswith=prefix, level=Division.Level.COMMUNITY, is_virtual=False, to_on=None
    )
    return [
        StationRow(code, is_rural=kind == "村委会")
        for code, kind in communities.order_by("code").values_list("code", "unit_type")
    ]


@transaction.atomic
def load_stations(actor: Actor, *, rows: Iterable[StationRow], at: datetime) -> int:
    """Stations, one per community."""
    require(actor, "station.load")
    stations = [
        Station(
            division_id=row.division_code,
            kind=Station.Kind.RURAL if row.is_rural else Station.Kind.URBAN,
            address=row.address,
            phone=row.phone,
            hall_area=row.hall_area,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            households=row.households,
        )
        for row in rows
    ]
    Station.objects.bulk_create(
        stations,
        update_conflicts=True,
        unique_fields=["division"],
        update_fields=["kind", "address", "phone", "hall_area", "opens_at", "closes_at", "households"],
    )
    _loaded(actor, "station.load", "station", len(stations), at)
    return len(stations)


def load_shipped_calendars(actor: Actor, *, at: datetime) -> list[int]:
    """The years that come with the product and are not loaded yet; returns them."""
    known = set(CalendarYear.objects.values_list("year", flat=True))
    loaded = []
    for path in sorted((_ROOM / "calendars").glob("*.yaml")):
        plan = yaml.safe_load(path.read_text(encoding="utf-8"))
        if plan["year"] not in known:
            load_calendar(actor, **plan, at=at)
            loaded.append(plan["year"])
    return loaded


@transaction.atomic
def load_house(actor: Actor, *, at: datetime) -> None:
    """Everything a new city starts with."""
    load_divisions(actor, at=at)
    load_departments(actor, at=at)
    load_posts(actor, at=at)
    load_norms(actor, at=at)
    load_service_systems(actor, at=at)
    load_shipped_calendars(actor, at=at)


def _loaded(actor: Actor, verb: str, kind: str, count: int, at: datetime) -> None:
    record(actor, verb, subject=(kind, "all"), division_code=actor.reach, at=at, changes={"rows": count})
    queries.forget_names()
