"""Who may work on a case, who decides it, who may know of it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from yimen.core.actor import Actor, Role

ANY_LINE = (Role.STREET, Role.DISTRICT, Role.CITY)


class Standing(StrEnum):
    """As what a worker touches a case."""

    OWNER = "owner"
    STAND_IN = "stand_in"  # the post's other side, while the one who answers for it is absent
    HEAD = "head"  # the station head, as himself


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers for a case now (the owner, or the first asked while nobody has claimed it), and their cover.

    `is_covered_by_actor`: the actor sits on the other side of one of the holder's posts in the same community.
    """

    account_id: UUID
    is_absent: bool = False
    is_covered_by_actor: bool = False


def may_work(actor: Actor, holder: Holder) -> Standing | None:
    """As what this actor may work on a case, or None."""
    if actor.account_id == holder.account_id:
        return Standing.OWNER
    if holder.is_absent and holder.is_covered_by_actor:
        return Standing.STAND_IN
    return Standing.HEAD if actor.role is Role.HEAD else None


def may_decide_above(actor: Actor, *, desk_code: str, level: str, department: str) -> bool:
    """Whether this seat is the deciding desk of a case that was sent up: that very office, or at district and city
    level the matter's own department there."""
    if actor.reach != desk_code or level == "community":
        return False
    if actor.role is Role.DEPT:
        return level != "street" and actor.line == department
    return actor.role in ANY_LINE and str(actor.role) == level


def may_answer_extension(actor: Actor, *, division_code: str, desk_code: str) -> bool:
    """Whether this seat lies one level above the desk that asks: the street for a community, and so on."""
    wanted = {12: Role.STREET, 9: Role.DISTRICT, 6: Role.CITY, 4: Role.CITY}[len(desk_code)]
    return actor.role is wanted and division_code.startswith(actor.reach)


def may_know(
    actor: Actor,
    *,
    is_restricted: bool,
    owner_id: UUID | None,
    first_asked_id: UUID,
    division_code: str,
    desk_code: str,
    stands_in: bool,
) -> bool:
    """Whether a restricted matter exists at all for this actor: its owner, the first asked, their stand-in, and the
    desk it was sent to. Any other matter is known to everybody in reach."""
    if not is_restricted or actor.role in (Role.SYSTEM, Role.RESIDENT):
        return True
    if actor.account_id in (owner_id, first_asked_id) or stands_in:
        return True
    return desk_code != division_code and actor.reach == desk_code
