"""For which patch a record counts, where an officer would not guess it."""

from dataclasses import dataclass
from uuid import UUID

from yimen.patches.queries.standing import Standing


@dataclass(frozen=True, slots=True)
class Credit:
    """The patch in which a door lay on the day of a visit, by number, None for none; whose it was, "" for the officer's
    own; and the one in which it lies now, None for none."""

    then: int | None
    officer: str
    now: int | None


def number_of(patch: Standing | None) -> int | None:
    """The number of a patch, where there is one."""
    return patch.number if patch else None


def credit_of(then: Standing | None, now: int | None, account_id: UUID) -> Credit | None:
    """Where a visit of this account counts; None where it is its own patch and the door still lies there."""
    people = [one for one in (then.a, then.b) if one] if then else []
    is_own = any(one.account_id == account_id for one in people)
    if is_own and number_of(then) == now:
        return None
    name = people[0].name if people and not is_own else ""
    return Credit(number_of(then), name, now)
