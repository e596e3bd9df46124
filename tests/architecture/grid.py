"""The reviewed grid of who may open what, and where each role sits."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests import cast
from tests.architecture.doors import Door
from yimen.core.actor import STAFF_ROLES, Role

GRID = Path(__file__).with_name("access_matrix.csv")
HOME = {  # where each role sits when it sits at its own place
    Role.WINDOW: cast.COMMUNITY,
    Role.HEAD: cast.COMMUNITY,
    Role.STREET: cast.STREET,
    Role.DISTRICT: cast.DISTRICT,
    Role.CITY: cast.CITY,
    Role.DEPT: cast.DISTRICT,
    Role.FINANCE: cast.DISTRICT,
    Role.SYSADMIN: cast.CITY,
    Role.SECURITY: cast.CITY,
    Role.AUDITOR: cast.CITY,
}
PLACES = {  # the same seat elsewhere: sibling, parent, child, another district
    cast.COMMUNITY: (cast.SIBLING, cast.STREET, cast.COMMUNITY + "01", cast.OTHER_COMMUNITY),
    cast.STREET: (cast.NEXT_STREET, cast.DISTRICT, cast.COMMUNITY, cast.OTHER_DISTRICT + "001"),
    cast.DISTRICT: (cast.OTHER_DISTRICT, cast.CITY, cast.STREET, "320206"),
    cast.CITY: ("3203", "32", cast.DISTRICT, "3101"),
}


@dataclass(frozen=True)
class Row:
    """One line of the grid."""

    door: Door
    kind: str  # of the object in the address, "" when there is none
    may: dict[Role, bool]


@cache
def grid() -> list[Row]:
    with GRID.open(newline="") as file:
        return [
            Row(
                Door(row["method"], row["route"], row["verb"]),
                row["object"],
                {role: row[str(role)] == "y" for role in STAFF_ROLES},
            )
            for row in csv.DictReader(file)
        ]


def staff_rows() -> list[Row]:
    return [row for row in grid() if row.door.verb != "public"]
