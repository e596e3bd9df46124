"""What can be done to a case: one verb, one function, one transaction, one record."""

from yimen.cases.actions.deciding import decide, send_back, send_up, withdraw
from yimen.cases.actions.hearing import answer_follow_up, complain, rate, reopen
from yimen.cases.actions.owning import answer_offer, claim, offer
from yimen.cases.actions.timing import answer_extension, ask_extension, recompute, urge, warn
from yimen.cases.actions.working import material, message, note, pause, resume

__all__ = [
    "answer_extension",
    "answer_follow_up",
    "answer_offer",
    "ask_extension",
    "claim",
    "complain",
    "decide",
    "material",
    "message",
    "note",
    "offer",
    "pause",
    "rate",
    "recompute",
    "reopen",
    "resume",
    "send_back",
    "send_up",
    "urge",
    "warn",
    "withdraw",
]
