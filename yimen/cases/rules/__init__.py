"""What a case may do, and when it falls due. Plain Python: told everything, asks nobody."""

from yimen.cases.rules.numbers import (
    case_number,
    complaint_number,
    decision_number,
    normal_number,
    normal_secret,
    secret_of,
)
from yimen.cases.rules.routing import Desk, division_at, level_above, level_of, may_claim, route
from yimen.cases.rules.states import DECIDED, MOVES, Outcome, PauseKind, State, Via, Waiting, allows, moved

__all__ = [
    "DECIDED",
    "MOVES",
    "Desk",
    "Outcome",
    "PauseKind",
    "State",
    "Via",
    "Waiting",
    "allows",
    "case_number",
    "complaint_number",
    "decision_number",
    "division_at",
    "level_above",
    "level_of",
    "may_claim",
    "moved",
    "normal_number",
    "normal_secret",
    "route",
    "secret_of",
]
