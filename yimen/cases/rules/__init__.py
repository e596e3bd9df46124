"""What a case may do, and when it falls due. Plain Python: told everything, asks nobody."""

from yimen.cases.rules.clock import Badge, Clock, Line, Stop, badge, clock_of, soon_until
from yimen.cases.rules.hearing import (
    answering_code,
    check_extension,
    check_rating,
    check_reopening,
    opens_follow_up,
)
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
from yimen.cases.rules.warnings import Warned, is_higher, warning_level
from yimen.cases.rules.working import (
    Holder,
    Standing,
    may_answer_extension,
    may_decide_above,
    may_know,
    may_work,
)

__all__ = [
    "DECIDED",
    "MOVES",
    "Badge",
    "Clock",
    "Desk",
    "Holder",
    "Line",
    "Outcome",
    "PauseKind",
    "Standing",
    "State",
    "Stop",
    "Via",
    "Waiting",
    "Warned",
    "allows",
    "answering_code",
    "badge",
    "case_number",
    "check_extension",
    "check_rating",
    "check_reopening",
    "clock_of",
    "complaint_number",
    "decision_number",
    "division_at",
    "is_higher",
    "level_above",
    "level_of",
    "may_answer_extension",
    "may_claim",
    "may_decide_above",
    "may_know",
    "may_work",
    "moved",
    "normal_number",
    "normal_secret",
    "opens_follow_up",
    "route",
    "secret_of",
    "soon_until",
    "warning_level",
]
