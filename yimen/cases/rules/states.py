"""The life of a case: where it may stand, and which verb moves it where."""

from enum import StrEnum

from yimen.core.errors import N_, RuleBroken


class State(StrEnum):
    """Where a case stands. Told once, in words:

    A case is accepted `OPEN`: its owner works on it at the community, or, while it has no owner, it waits in the pool
    of its post to be claimed. Missing papers make it `PAUSED` and the clock stands still until they are in. What the
    community does not decide goes `SENT_UP` with an opinion; there it is decided, or sent back `OPEN` with a reason.
    A decision, or the resident's own withdrawal, makes it `CLOSED`; only the resident can reopen it.
    """

    OPEN = "open"  # 在办
    PAUSED = "paused"  # 待补正
    SENT_UP = "sent_up"  # 上级审核中
    CLOSED = "closed"  # 办结


class Outcome(StrEnum):
    """What a closed case came to."""

    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"  # a service was given, a record made
    WITHDRAWN = "withdrawn"  # by the resident


DECIDED = (Outcome.APPROVED, Outcome.REFUSED, Outcome.DONE)


class Waiting(StrEnum):
    """Who has to move next: the cause when a case is stuck."""

    US = "us"
    RESIDENT = "resident"
    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


class Via(StrEnum):
    """Through which door a case came."""

    DESK = "desk"
    PORTAL = "portal"
    VISIT = "visit"
    HOTLINE = "hotline"


class PauseKind(StrEnum):
    """Why the clock stands still. The time of each is left out of the limit."""

    CORRECTION = "correction"  # 补正
    NOTICE = "notice"  # 公示
    ASSESSMENT = "assessment"  # 评估


_LIVE = (State.OPEN, State.PAUSED, State.SENT_UP)

# verb: the states it starts from, and where it leads (None: it stays where it is)
MOVES: dict[str, tuple[tuple[State, ...], State | None]] = {
    "claim": ((State.OPEN, State.PAUSED), None),
    "offer": ((State.OPEN, State.PAUSED), None),
    "answer_offer": ((State.OPEN, State.PAUSED), None),
    "pause": ((State.OPEN,), State.PAUSED),
    "resume": ((State.PAUSED,), State.OPEN),
    "material": ((State.OPEN, State.PAUSED), None),
    "note": (_LIVE, None),
    "message": (tuple(State), None),
    "send_up": ((State.OPEN,), State.SENT_UP),
    "send_back": ((State.SENT_UP,), State.OPEN),
    "decide": ((State.OPEN, State.SENT_UP), State.CLOSED),
    "withdraw": (_LIVE, State.CLOSED),
    "ask_extension": ((State.OPEN,), None),
    "answer_extension": (_LIVE, None),
    "urge": (_LIVE, None),
    "warn": (_LIVE, None),
    "recompute": (_LIVE, None),
    "reopen": ((State.CLOSED,), State.OPEN),
    "rate": ((State.CLOSED,), None),
    "complain": (tuple(State), None),
}

_WHY_NOT = {
    State.OPEN: N_("%(number)s is being worked on, so this does not apply now. Open it again and look."),
    State.PAUSED: N_("%(number)s is paused for missing papers. Resume it first."),
    State.SENT_UP: N_("%(number)s lies with the office above. Wait for its answer, or ask it to send the case back."),
    State.CLOSED: N_("%(number)s is closed. Only the resident can reopen it."),
}


def allows(state: str, verb: str) -> bool:
    """Whether a case in this state takes this verb at all (who may do it is another question)."""
    return State(state) in MOVES[verb][0]


def moved(state: str, verb: str, *, number: str) -> State:
    """The state after the verb; RuleBroken with the reason when the case does not take it now."""
    here = State(state)
    starts, end = MOVES[verb]
    if here not in starts:
        raise RuleBroken(_WHY_NOT[here], number=number)
    return end or here
