"""Who is acting: one account in one seat, with one reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Role(StrEnum):
    """What kind of seat a person sits in. What each may do: `yimen.access.matrix`."""

    WINDOW = "window"  # 窗口受理员: any station worker at the counter
    HEAD = "head"  # 社工站站长
    STREET = "street"  # 街道科室
    DISTRICT = "district"  # 区级
    CITY = "city"  # 市级
    DEPT = "dept"  # 条线部门, sees its own line only
    FINANCE = "finance"  # 财政
    SYSADMIN = "sysadmin"  # 系统管理员: sees no personal files
    SECURITY = "security"  # 安全管理员
    AUDITOR = "auditor"  # 审计管理员: reads the trail, changes nothing
    RESIDENT = "resident"  # a resident at the portal, known by a case's second secret
    SYSTEM = "system"  # the clock and the handlers


ADMIN_ROLES = (
    Role.SYSADMIN,
    Role.SECURITY,
    Role.AUDITOR,
)  # GB/T 22239 level 3: three people, none of whom can do it all
STAFF_ROLES = tuple(role for role in Role if role not in (Role.RESIDENT, Role.SYSTEM))


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, as the record will name them.

    `reach` is a division code prefix: "3202" sees the city, "320213025001" one community.
    `line` is a department code; when set, only matters of that department are in reach.
    """

    role: Role
    reach: str
    account_id: UUID | None = None
    name: str = ""
    seat_id: UUID | None = None
    post: str = ""  # one of the six posts, for station workers
    side: str = ""  # "A" or "B"
    line: str = ""
    username: str = ""
    language: str = "zh-hans"
    request_id: str = ""
    address: str = ""  # network address, for the record
    can_switch: bool = False  # whether this person has another seat to sit in
    proved_at: datetime | None = None  # when this browser last gave the password; None for tokens and the clock
    must_choose: bool = False  # somebody else set this person's password: they choose their own before anything

    @property
    def person(self) -> UUID:
        """The account, for verbs that only signed-in people have."""
        if self.account_id is None:
            raise LookupError(f"{self.role} is no person")
        return self.account_id

    def reaches(self, division_code: str) -> bool:
        """Whether a row of that division lies within this actor's reach."""
        return division_code.startswith(self.reach)


SYSTEM = Actor(role=Role.SYSTEM, reach="", name="system")


def actor_json(actor: Actor) -> dict[str, Any]:
    """Who acts, as the job will need it."""
    return {
        "role": str(actor.role),
        "reach": actor.reach,
        "account_id": str(actor.person),
        "name": actor.name,
        "post": actor.post,
        "side": actor.side,
        "line": actor.line,
        "request_id": actor.request_id,
        "address": actor.address,
    }


def actor_again(said: Mapping[str, Any]) -> Actor:
    """Who acts, from what `actor_json` kept."""
    return Actor(**{**said, "role": Role(said["role"]), "account_id": UUID(said["account_id"])})
