"""Who may ask for what, in three values: yes, no, and unknown (ask)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from yimen.catalogue.rules.kinds import AccessKind, Answer, ItemStatus
from yimen.catalogue.rules.shapes import Clause, Suggest, Text


@dataclass(frozen=True, slots=True)
class ClauseResult:
    """One clause, answered. `missing` names the fact, or the $parameter, that would have to be known."""

    clause: Clause
    answer: Answer
    found: object = None
    wanted: object = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer over all clauses, with every clause's own answer as the reasons."""

    answer: Answer
    reasons: tuple[ClauseResult, ...] = ()

    @property
    def against(self) -> tuple[ClauseResult, ...]:
        """The clauses that say no."""
        return tuple(reason for reason in self.reasons if reason.answer is Answer.NO)

    @property
    def to_ask(self) -> tuple[str, ...]:
        """The facts and $parameters to find out, each once."""
        return tuple(dict.fromkeys(reason.missing for reason in self.reasons if reason.missing))


def eligibility(conditions: Iterable[Clause], facts: Mapping[str, object], parameters: Mapping[str, object]) -> Verdict:
    """Whether all conditions hold.

    A fact that is absent or None, a parameter the city has not set, and a value that cannot be compared are
    unknown, never "no" (`catalogue.yaml`, attributes). One "no" decides; else one unknown leaves it open.
    """
    reasons = tuple(_clause(clause, facts, parameters) for clause in conditions)
    answers = {reason.answer for reason in reasons}
    if Answer.NO in answers:
        return Verdict(Answer.NO, reasons)
    return Verdict(Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES, reasons)


def _clause(clause: Clause, facts: Mapping[str, object], parameters: Mapping[str, object]) -> ClauseResult:
    found = facts.get(clause.attribute)
    wanted, unset = _resolved(clause.value, parameters)
    if unset or found is None:
        missing = unset or clause.attribute
        return ClauseResult(clause, Answer.UNKNOWN, found, wanted, missing)
    holds = _holds(clause.operator, found, wanted)
    if holds is None:
        return ClauseResult(clause, Answer.UNKNOWN, found, wanted, clause.attribute)
    return ClauseResult(clause, Answer.YES if holds else Answer.NO, found, wanted)


def _resolved(value: object, parameters: Mapping[str, object]) -> tuple[object, str]:
    """The value with $names replaced, and the first $name that is not set."""
    if isinstance(value, list | tuple):
        parts = [_resolved(part, parameters) for part in value]
        return tuple(part for part, _ in parts), next((unset for _, unset in parts if unset), "")
    if isinstance(value, str) and value.startswith("$"):
        known = parameters.get(value[1:])
        return known, value if known is None else ""
    return value, ""


def _holds(operator: str, found: object, wanted: object) -> bool | None:
    """Whether the comparison is true; None when the two cannot be compared."""
    if operator == "in":
        verdicts = [_compared("==", found, each) for each in _parts(wanted)]
        return True if True in verdicts else (None if None in verdicts else False)
    if operator == "between":
        low, high = _parts(wanted)
        above, below = _compared(">=", found, low), _compared("<=", found, high)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True
    return _compared(operator, found, wanted)


def _parts(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else (value,)


def _compared(operator: str, found: object, wanted: object) -> bool | None:
    order = _order(found, wanted)
    if order is None:
        return None
    return {
        "==": order == 0,
        "!=": order != 0,
        "<": order < 0,
        "<=": order <= 0,
        ">": order > 0,
        ">=": order >= 0,
    }[operator]


def _order(found: object, wanted: object) -> int | None:
    """-1, 0 or 1 as found is below, equal to or above wanted; None when they are of different kinds."""
    left, right = _comparable(found, wanted), _comparable(wanted, found)
    if left is None or right is None or type(left) is not type(right):
        return None
    return (left > right) - (left < right)  # type: ignore[operator]  # both of one kind, by the line above


def _comparable(value: object, other: object) -> date | Decimal | str | bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, str) and isinstance(other, date):
        return _date(value)
    return value if isinstance(value, str) else None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Suggestible(Protocol):
    """What `suggestions` has to know of a matter."""

    @property
    def code(self) -> str: ...
    @property
    def status(self) -> ItemStatus: ...
    @property
    def access(self) -> AccessKind: ...
    @property
    def conditions(self) -> Sequence[Clause]: ...
    @property
    def suggest(self) -> Suggest | None: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A matter the platform proposes, and why, in both languages."""

    code: str
    reason: Text
    rank: int
    again_after_months: int | None


def suggestions(
    items: Iterable[Suggestible],
    facts: Mapping[str, object],
    parameters: Mapping[str, object] | None = None,
) -> list[Suggestion]:
    """The matters whose suggestion rule holds beyond doubt and whose conditions do not say no, best first.

    Closed matters and restricted ones are never proposed (a proposal on a screen would give the secret away),
    nor anything for the dead.
    The caller drops those with an open case, or with a case within `again_after_months`.
    """
    if facts.get("is_deceased") is True:
        return []
    found = []
    for item in items:
        rule = item.suggest
        if rule is None or item.status is ItemStatus.HISTORIC or item.access is AccessKind.RESTRICTED:
            continue
        sure = eligibility(rule.all, facts, parameters or {}).answer is Answer.YES
        if sure and eligibility(item.conditions, facts, parameters or {}).answer is not Answer.NO:
            reason = Text(_filled(rule.reason.zh, facts), _filled(rule.reason.en, facts))
            found.append(Suggestion(item.code, reason, rule.rank, rule.again_after_months))
    return sorted(found, key=lambda suggestion: suggestion.rank)


def _filled(sentence: str, facts: Mapping[str, object]) -> str:
    for name, value in facts.items():
        sentence = sentence.replace("{" + name + "}", str(value))
    return sentence
