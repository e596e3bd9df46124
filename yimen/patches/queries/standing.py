"""The patches that stand, with officer A and deputy B, and who answers at a moment.

Who is away is asked of the same absences as for posts. Somebody who no longer sits in the station answers for nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.scope import LAST
from yimen.core.actor import Actor, Role
from yimen.core.clock import local


@dataclass(frozen=True, slots=True)
class Person:
    """Officer (side A) or deputy (side B) of a patch. `away_until` is known only while `is_away`, and may be open."""

    account_id: UUID
    ref: str
    name: str
    side: str
    from_on: date
    is_away: bool = False
    away_until: datetime | None = None
    has_left: bool = False  # sits in the station no more

    @property
    def is_here(self) -> bool:
        """Whether the person can act now."""
        return not self.is_away and not self.has_left


@dataclass(frozen=True, slots=True)
class Standing:
    """A patch at a moment. `acting` answers now: A, while A cannot B, else nobody."""

    id: UUID
    ref: str
    division_code: str
    code: str
    number: int
    from_on: date
    to_on: date | None
    a: Person | None = None
    b: Person | None = None

    @property
    def acting(self) -> Person | None:
        """Who answers now."""
        return next((one for one in (self.a, self.b) if one is not None and one.is_here), None)

    @property
    def named(self) -> tuple[UUID | None, UUID | None]:
        """Whom boards and cards of today name: officer, and deputy unless that one has left."""
        deputy = self.b.account_id if self.b is not None and not self.b.has_left else None
        return (self.a.account_id if self.a is not None else None, deputy)

    @property
    def is_covered(self) -> bool:
        """Whether B answers because A cannot."""
        return self.acting is not None and self.acting is self.b


@dataclass(frozen=True, slots=True)
class Own:
    """A patch of somebody: as A or B, and whether it is theirs to walk now."""

    patch: Standing
    side: str
    acts: bool


_STANDING = """
select {first}p.id, p.ref, p.division_code, p.code, p.number, p.from_on, p.to_on,
  o.side, o.account_id, a.ref, a.name, o.from_on, x.id is not null, x.to_at, not a.is_active or not exists (
    select from access_seat s where s.account_id = o.account_id and s.division_code = p.division_code
      and s.from_on <= %(on)s and (s.to_on is null or s.to_on > %(on)s))
from {found}
left join patches_officer o on o.patch_id = p.id and o.from_on <= %(on)s and (o.to_on is null or o.to_on > %(on)s)
left join access_account a on a.id = o.account_id
left join orgs_absence x on x.account_id = o.account_id
  and x.from_at <= %(at)s and (x.to_at is null or x.to_at > %(at)s)
where {which} and p.from_on <= %(on)s and (p.to_on is null or p.to_on > %(on)s)
  and exists (select from patches_placement l
    where l.patch_id = p.id and l.from_on <= %(on)s and (l.to_on is null or l.to_on > %(on)s))
order by p.code, o.side
"""
_PATCHES = {"first": "", "found": "patches_patch p"}
_UNDER = _STANDING.format(which="p.division_code >= %(low)s and p.division_code < %(high)s", **_PATCHES)
_BY_REF = _STANDING.format(which="p.ref = %(ref)s", **_PATCHES)
_BY_ID = _STANDING.format(which="p.id = any(%(ids)s)", **_PATCHES)
_BY_DOOR = _STANDING.format(
    first="d.ref, ",
    found="registry_dwelling d join patches_placement m on m.stairwell_id = d.stairwell_id"
    " and m.from_on <= %(on)s and (m.to_on is null or m.to_on > %(on)s) join patches_patch p on p.id = m.patch_id",
    which="d.ref = any(%(refs)s)",
)
_BY_BUILDING = _STANDING.format(
    first="w.number, ",
    found="registry_stairwell w join patches_placement m on m.stairwell_id = w.id"
    " and m.from_on <= %(on)s and (m.to_on is null or m.to_on > %(on)s) join patches_patch p on p.id = m.patch_id",
    which="w.building_id = %(building)s",
)
_OF = _STANDING.format(
    **_PATCHES,
    which="p.id in (select m.patch_id from patches_officer m where m.account_id = %(account)s"
    " and m.from_on <= %(on)s and (m.to_on is null or m.to_on > %(on)s))",
)


def patches_at(prefix: str, *, at: datetime) -> list[Standing]:
    """The patches under a division that stand on that day, by code, with who answers at that moment."""
    return _standing(_UNDER, {"low": prefix, "high": prefix + LAST}, at)


def patch(ref: str, *, at: datetime) -> Standing | None:
    """A patch by the public name on its boards; None when it does not stand on that day."""
    return next(iter(_standing(_BY_REF, {"ref": ref}, at)), None)


def patches_by_id(ids: Iterable[UUID], *, at: datetime) -> dict[UUID, Standing]:
    """Patches that stand on that day."""
    wanted = list(ids)
    return {one.id: one for one in _standing(_BY_ID, {"ids": wanted}, at)} if wanted else {}


def patches_of_doors(refs: Sequence[str], *, at: datetime) -> dict[str, Standing]:
    """The patch of each door, by the door's ref, in one statement; a door is absent while its community has not
    begun."""
    return _by_first(_rows(_BY_DOOR, {"refs": list(refs)}, at))


def patches_of_building(building: UUID, *, at: datetime) -> dict[str, Standing]:
    """The patch of each stairwell of a building, by the stairwell's number."""
    return _by_first(_rows(_BY_BUILDING, {"building": building}, at))


def _by_first(rows: list[tuple[Any, ...]]) -> dict[str, Standing]:
    standing = {one.id: one for one in _told(row[1:] for row in rows)}
    return {row[0]: standing[row[1]] for row in rows}


def own_patches(account_id: UUID, *, at: datetime) -> list[Own]:
    """The patches in which somebody is A or B on that day, by code; B `acts` while A cannot."""
    found = []
    for one in _standing(_OF, {"account": account_id}, at):
        side = "A" if one.a is not None and one.a.account_id == account_id else "B"
        acting = one.acting
        found.append(Own(one, side, acting is not None and acting.account_id == account_id))
    return found


def may_act(actor: Actor, standing: Standing) -> bool:
    """Whether somebody may do what belongs to the patch: who answers now, and the head of the station."""
    if not actor.reaches(standing.division_code):
        return False
    acting = standing.acting
    return actor.role is Role.HEAD or (acting is not None and acting.account_id == actor.account_id)


def officers_at(patch_id: UUID, *, at: datetime) -> tuple[Person | None, Person | None]:
    """Officer and deputy of a patch at a moment, also of the past."""
    found = patches_by_id([patch_id], at=at).get(patch_id)
    return (found.a, found.b) if found else (None, None)


def _standing(sql: str, which: Mapping[str, Any], at: datetime) -> list[Standing]:
    return _told(_rows(sql, which, at))


def _rows(sql: str, which: Mapping[str, Any], at: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**which, "at": at, "on": local(at).date()})
        return list(cursor.fetchall())


def _told(rows: Iterable[tuple[Any, ...]]) -> list[Standing]:
    found: dict[UUID, Standing] = {}
    for row in rows:
        standing = found.setdefault(row[0], Standing(*row[:7]))
        if row[7] is not None:
            side, account, ref, name, from_on, away, until, left = row[7:]
            person = Person(account, ref, name, side, from_on, away, until, left)
            found[standing.id] = replace(standing, a=person) if side == "A" else replace(standing, b=person)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody who was, is or will be officer or deputy of a patch."""

    account_id: UUID
    name: str
    side: str
    from_on: date
    to_on: date | None


def officer_history(patch_id: UUID) -> list[Served]:
    """Everybody who ever answered for a patch, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.id, a.name, o.side, o.from_on, o.to_on from patches_officer o "
            "join access_account a on a.id = o.account_id where o.patch_id = %s order by o.from_on desc, o.side",
            (patch_id,),
        )
        return [Served(*row) for row in cursor.fetchall()]
