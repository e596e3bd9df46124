"""What the resident may do after the result, and what a worker may ask of the level above."""

from collections.abc import Iterable
from datetime import datetime

from yimen.cases.rules.routing import division_at, level_above, level_of
from yimen.cases.rules.states import Outcome
from yimen.cases.rules.thresholds import BAD_LEVELS, EXTENSION_MOST, RATE_WITHIN, REOPEN_WITHIN
from yimen.core.actor import Role
from yimen.core.errors import N_, RuleBroken

LEVELS = range(1, 6)  # GB/T 39735: 1 very dissatisfied to 5 very satisfied


def opens_follow_up(level: int) -> bool:
    """Whether a mark is so bad that somebody above the handler has to call back."""
    return level in BAD_LEVELS


def answering_code(community: str, handlers: Iterable[tuple[Role, str]]) -> str:
    """The division whose office calls back: above everybody who handled the case.

    `handlers` are (role, division code of the seat). A window worker is answered for by the station head, a station
    head by the street, an office by the next one up.
    """
    codes = [_above(role, code) for role, code in handlers]
    return min((community, *codes), key=len)


def _above(role: Role, code: str) -> str:
    if role is Role.WINDOW:
        return code
    return division_at(code, level_above(level_of(code)))


def check_reopening(*, closed_at: datetime, outcome: str, at: datetime) -> None:
    """Refuse a reopening that comes too late, or of what the resident withdrew."""
    if outcome == Outcome.WITHDRAWN:
        raise RuleBroken(N_("You withdrew this matter. Apply for it again; nothing on file has to be handed in twice."))
    if at > closed_at + REOPEN_WITHIN:
        raise RuleBroken(
            N_("A closed matter can be reopened within %(days)s days. Ask the station to take it in again."),
            days=REOPEN_WITHIN.days,
        )


def check_rating(*, level: int, closed_at: datetime, at: datetime) -> None:
    """Refuse a mark that is none of the five, or that comes too late."""
    if level not in LEVELS:
        raise RuleBroken(N_("Choose one of the five levels."), field="level")
    if at > closed_at + RATE_WITHIN:
        raise RuleBroken(
            N_("A matter can be rated within %(days)s days. Use a complaint or the station's phone instead."),
            days=RATE_WITHIN.days,
        )


def check_extension(*, days: int, promised: int, legal: int | None) -> None:
    """Refuse an extension that is empty, too long, or reaches past the legal limit."""
    if not 1 <= days <= EXTENSION_MOST:
        raise RuleBroken(
            N_("Ask for 1 to %(most)s working days."),
            field="days",
            most=EXTENSION_MOST,
        )
    if legal is None or promised + days <= legal:
        return
    if promised >= legal:
        raise RuleBroken(
            N_("The promise already uses the whole legal limit, so it cannot be extended. Finish it, or send it up."),
            field="days",
        )
    raise RuleBroken(
        N_("The legal limit leaves at most %(left)s working days. Ask for no more than that."),
        field="days",
        left=legal - promised,
    )
