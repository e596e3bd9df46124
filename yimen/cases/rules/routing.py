"""One door outside, split inside: who works on a case, and whose desk decides it."""

from dataclasses import dataclass

from yimen.cases.rules.states import Waiting

_LENGTH = {"city": 4, "district": 6, "street": 9, "community": 12}
_ABOVE = {"community": "street", "street": "district", "district": "city", "city": "city"}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a matter is worked on and where it is decided. The resident never has to know.

    `pool_code` and `post` name the community post that works on it, `desk_code`, `level` and `department` the office
    that decides.
    """

    pool_code: str
    post: str
    desk_code: str
    level: str
    department: str

    @property
    def waits_for(self) -> Waiting:
        """Who has to move once the case has been sent to this desk."""
        return Waiting.US if self.level == "community" else Waiting(self.level)


def route(*, community: str, post: str, level: str, department: str) -> Desk:
    """The desk of a matter of this post, decision level and department in this community (a division code)."""
    return Desk(
        pool_code=community,
        post=post,
        desk_code=division_at(community, level),
        level=level,
        department=department,
    )


def division_at(code: str, level: str) -> str:
    """The division of that level above (or at) a division code: codes nest as prefixes."""
    return code[: _LENGTH[level]]


def level_of(code: str) -> str:
    """city, district, street or community, by the length of a trimmed division code."""
    return next(level for level, length in _LENGTH.items() if len(code) <= length)


def level_above(level: str) -> str:
    """The next level up; the city is its own."""
    return _ABOVE[level]


def may_claim(*, post: str, seat_post: str, can_alone: bool) -> bool:
    """Whether a worker may take a case out of the pool: A or B of its post, or able to do the matter alone."""
    return seat_post == post or can_alone
