"""What a roster says of places and households, in the register's terms."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from yimen.core.doors import door_label


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSaid:
    """A building, a stairwell of it, or a dwelling (`room` not ""). None and "" = not said. `area` in m²."""

    line: int
    division_code: str
    compound: str
    building: str
    unit: str = ""
    room: str = ""
    floor: int | None = None
    floors: int | None = None
    area: Decimal | None = None
    rented: bool | None = None

    @property
    def labels(self) -> tuple[str, str]:
        """The door as people name it, with and without the stairwell."""
        return door_label(self.building, self.unit, self.room), door_label(self.building, "", self.room)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSaid:
    """A household at a door; `kind` is registered or living; the head by number or by name, "" when not said."""

    line: int
    division_code: str
    dwelling: UUID
    kind: str = "living"
    number: str = ""
    head_name: str = ""
    head_number: str = ""


def plain_part(text: str) -> str:
    """The number of a building, stairwell or room in its shortest form: "3" of 3 号楼."""
    return door_label(text, "", "")


def floor_of(room: str) -> int:
    """The floor that a room number says: 5 of 502, 12 of 1203; 1 when it says none."""
    digits = "".join(sign for sign in room if sign.isdigit())
    return int(digits[:-2]) if len(digits) in (3, 4) else 1
