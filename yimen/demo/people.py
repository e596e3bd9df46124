"""Residents and the relations that hold them to doors and households."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from yimen.demo.places import Door
from yimen.demo.stream import Stream
from yimen.demo.towns import Town
from yimen.registry.rules.rows import HouseholdRow, MemberRow, ResidenceRow, ResidentRow

REGISTER_DAY = date(2026, 11, 1)  # the day of the population system's last delivery


@dataclass(slots=True)
class Person:
    """One resident with what the rest of the generator asks about them."""

    row: ResidentRow
    age: int
    relation: str  # to the head of the living household, GB/T 4761
    door: Door
    is_local: bool  # grew up here; not where they are registered
    lives_here: bool = True
    household: UUID | None = None
    size: int = 1
    old_only: bool = False  # everybody behind the door is 60 or over
    facts: dict[str, object] = field(default_factory=dict)  # traits by kind

    @property
    def is_registered_here(self) -> bool:
        """Registered in this district."""
        return self.row.registered_division[:6] == self.row.division_code[:6]


@dataclass(slots=True)
class People:
    """Everybody in one community, and the rows of their relations."""

    town: Town
    stream: Stream
    persons: list[Person] = field(default_factory=list)
    others: list[ResidentRow] = field(default_factory=list)  # the dead, and second records of one person
    residences: list[ResidenceRow] = field(default_factory=list)
    households: list[HouseholdRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    _booklets: int = 0

    def household(self, door: Door, kind: str, head: Person, from_on: date) -> UUID:
        """A new household: registered ones have a number (户号)."""
        self._booklets += 1
        row = HouseholdRow(
            id=self.stream.uid(),
            division_code=self.town.code,
            kind=kind,
            number=f"{self.town.ordinal:04d}{self._booklets:05d}" if kind == "registered" else "",
            dwelling_id=door.row.id,
            head_id=head.row.id,
            from_on=from_on,
        )
        self.households.append(row)
        return row.id

    def member(
        self, household: UUID, person: Person, relation: str, from_on: date, *, to_on: date | None = None
    ) -> None:
        """Somebody belongs to a household."""
        self.members.append(
            MemberRow(
                id=self.stream.uid(),
                division_code=self.town.code,
                household_id=household,
                resident_id=person.row.id,
                relation=relation,
                from_on=from_on,
                to_on=to_on,
            )
        )

    def residence(
        self,
        resident: UUID,
        door: Door,
        kind: str,
        from_on: date,
        tenancy: str = "",
        *,
        to_on: date | None = None,
        reason: str = "",
        source: str = "POP",
    ) -> None:
        """Somebody lives or is registered behind a door; `tenancy` is a code of `residence_type`."""
        self.residences.append(
            ResidenceRow(
                id=self.stream.uid(),
                division_code=self.town.code,
                resident_id=resident,
                dwelling_id=door.row.id,
                kind=kind,
                residence_type=tenancy,
                source=source,
                as_of_on=REGISTER_DAY,
                from_on=from_on,
                to_on=to_on,
                move_reason=reason,
            )
        )
