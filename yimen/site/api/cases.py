"""Cases as data: list, take, open, and every verb of a station or a deciding desk.

A POST may carry an `Idempotency-Key`; sent again under the same key it gives the first answer and does nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from yimen.cases import actions
from yimen.cases.actions.intake import accept
from yimen.cases.actions.reading import read
from yimen.cases.queries.lists import VIEWS, Wanted, work_list
from yimen.cases.queries.lookup import find_by_number
from yimen.cases.queries.page import CasePage
from yimen.cases.queries.why import reasons
from yimen.cases.rules import normal_number
from yimen.cases.rules.application import Application
from yimen.catalogue.queries import version
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at
from yimen.site.api.bearer import bearer
from yimen.site.api.keyed import answer_once
from yimen.site.api.strict import Strict

router = Router(tags=["cases"])
MOST = 200


class CaseLine(Schema):
    """One line of the list. `due_at` is null while the clock stands."""

    number: str
    matter: str
    matter_name: dict[str, str]
    resident: str
    state: str
    owner: str | None
    first_asked: str
    due_at: datetime | None
    provisional: bool
    waiting_for: str
    outcome: str
    division_code: str


class CasesOut(Schema):
    """`after` goes into the next request's query; null at the end."""

    items: list[CaseLine]
    after: str | None


class CaseOut(Schema):
    """One case. `edition` sent back with a verb refuses it when somebody changed the case meanwhile."""

    number: str
    matter: str
    matter_name: dict[str, str]
    version: int
    resident: str
    division_code: str
    state: str
    outcome: str
    first_asked: str
    owner: str | None
    post: str
    department: str
    decision_level: str
    desk: str
    accepted_at: datetime
    promised_days: int
    legal_days: int | None
    due_on: date | None
    due_at: datetime | None
    legal_due_on: date | None
    provisional: bool
    paused: bool
    waiting_for: str
    hand_overs: int
    explanation: list[str]
    materials: list[dict[str, str]]
    decision: dict[str, str] | None
    edition: int


class TakenOut(Schema):
    """What the resident takes home: the number of the visit and the follow-up code, then one entry per matter."""

    number: str
    secret: str
    cases: list[CaseOut]


@router.get("cases", response=CasesOut, openapi_extra={"x-verb": "case.list"})
def cases(
    request: HttpRequest,
    limit: int = 25,
    view: str = "all",
    matter: str = "",
    q: str = "",
    after: str = "",
) -> Any:
    """Cases within reach, open ones by due time. `view`: all, mine, claim, soon, late, paused, up, returned, closed."""
    actor = bearer(request, "case.list")
    if not 1 <= limit <= MOST:
        raise RuleBroken(N_("Ask for 1 to %(most)s rows at a time."), field="limit", most=MOST)
    _refuse_unknown(actor, view, after, asked_at(request))
    rows, more = work_list(
        actor, Wanted(view=view, matter=matter, text=q[:100], after=after[:24]), at=asked_at(request), limit=limit
    )
    items = [
        {
            "number": row.number,
            "matter": version(row.version_id).code,
            "matter_name": _name(row.version_id),
            "resident": row.resident,
            "state": row.state,
            "owner": row.owner,
            "first_asked": row.first_asked,
            "due_at": local(row.due_at) if row.due_at else None,
            "provisional": row.is_provisional,
            "waiting_for": row.waiting_for,
            "outcome": row.outcome,
            "division_code": row.division_code,
        }
        for row in rows
    ]
    return {"items": items, "after": rows[-1].number if more else None}


def _refuse_unknown(actor: Actor, view: str, after: str, at: datetime) -> None:
    """A program that asks for what is not there is told so: all cases, or the first page again, would mislead it."""
    if view not in VIEWS:
        raise RuleBroken(
            N_("There is no view “%(view)s”. Choose one of these: %(views)s."),
            field="view",
            view=view[:20],
            views=", ".join(VIEWS),
        )
    if after and normal_number(after) not in {one.number for one in find_by_number(actor, after, at=at)}:
        raise RuleBroken(
            N_("“%(after)s” is no case of an earlier answer. Leave “after” out and start again."),
            field="after",
            after=after[:24],
        )


class TakeIn(Strict):
    """Who, what, and what the page would ask. `resident` is the reference that search gives.

    `fields` are form values by key, `papers` says of a material code "in" (handed in), "seen" or "later";
    `again` lists matters to take although one of their kind is open.
    """

    resident: str
    matters: list[str] = Field(min_length=1)
    proxy_name: str = ""
    proxy_relation: str = ""
    answers: dict[str, str] = {}
    fields: dict[str, str] = {}
    papers: dict[str, Literal["in", "seen", "later"]] = {}
    again: list[str] = []


@router.post("cases", response={201: TakenOut}, openapi_extra={"x-verb": "case.accept"})
def take(request: HttpRequest, body: TakeIn) -> Any:
    """Take the matters of one visit. Each becomes a case with a number, a date and a first-asked person."""
    actor = bearer(request, "case.accept")

    def run() -> tuple[int, Any]:
        receipt = accept(
            actor,
            resident_ref=body.resident,
            application=Application(
                matters=tuple(body.matters),
                by="other" if body.proxy_name else "self",
                proxy_name=body.proxy_name,
                proxy_relation=body.proxy_relation,
                answers=body.answers,
                fields=body.fields,
                papers=dict(body.papers),
                again=tuple(body.again),
            ),
            at=asked_at(request),
            via="api",
        )
        taken = [_case(read(actor, number=case.number, at=asked_at(request))) for case in receipt.cases]
        return 201, {"number": receipt.number, "secret": receipt.secret, "cases": taken}

    return answer_once(request, actor, request.body, run)


@router.get("cases/{number}", response=CaseOut, openapi_extra={"x-verb": "case.read"})
def case(request: HttpRequest, number: str) -> Any:
    """One case; the reading goes on record."""
    actor = bearer(request, "case.read")
    return _case(read(actor, number=number, at=asked_at(request)))


class Plain(Strict):
    """No words needed."""

    edition: int | None = None


class Reason(Plain):
    reason: str


class Text(Plain):
    text: str


class Opinion(Plain):
    opinion: str


class Urge(Plain):
    text: str = ""


class Offer(Plain):
    """`to` is the reference of an account in the same station."""

    to: str
    reason: str


class AnswerOffer(Plain):
    accept: bool
    reason: str = ""


class Pause(Plain):
    """`kind`: correction, notice or assessment; `gaps` are the codes of missing materials."""

    reason: str
    kind: str = "correction"
    gaps: list[str] = []


class MaterialIn(Plain):
    code: str
    state: str


class Extension(Plain):
    days: int
    reason: str


class AnswerExtension(Plain):
    grant: bool
    answer: str = ""


class Decide(Plain):
    """`outcome`: approved, refused or done."""

    outcome: str
    text: str


_VERBS: Mapping[str, tuple[type[Plain], Callable[..., Any], Mapping[str, str]]] = {
    "claim": (Plain, actions.claim, {}),
    "offer": (Offer, actions.offer, {"to": "to_ref"}),
    "answer_offer": (AnswerOffer, actions.answer_offer, {}),
    "pause": (Pause, actions.pause, {}),
    "resume": (Plain, actions.resume, {}),
    "material": (MaterialIn, actions.material, {}),
    "note": (Text, actions.note, {}),
    "message": (Text, actions.message, {}),
    "send_up": (Opinion, actions.send_up, {}),
    "send_back": (Reason, actions.send_back, {}),
    "decide": (Decide, actions.decide, {}),
    "withdraw": (Reason, actions.withdraw, {}),
    "ask_extension": (Extension, actions.ask_extension, {}),
    "answer_extension": (AnswerExtension, actions.answer_extension, {}),
    "urge": (Urge, actions.urge, {}),
}


def _add(verb: str, shape: type[Plain], act: Callable[..., Any], names: Mapping[str, str]) -> None:
    def operation(request: HttpRequest, number: str, body: Any) -> Any:
        actor = bearer(request, f"case.{verb}")
        typed = {names.get(key, key): value for key, value in body.model_dump().items()}

        def run() -> tuple[int, Any]:
            act(actor, number=number, at=asked_at(request), **typed)
            return 200, _case(read(actor, number=number, at=asked_at(request)))

        return answer_once(request, actor, request.body, run)

    operation.__name__ = f"case_{verb}"
    operation.__doc__ = act.__doc__
    operation.__annotations__["body"] = shape
    router.post(f"cases/{{number}}/{verb}", response=CaseOut, openapi_extra={"x-verb": f"case.{verb}"})(operation)


for _verb, (_shape, _act, _names) in _VERBS.items():
    _add(_verb, _shape, _act, _names)


def _name(version_id: Any) -> dict[str, str]:
    name = version(version_id).item.name
    return {"zh": name.zh, "en": name.en}


def _case(found: CasePage) -> dict[str, Any]:
    row = found.case
    decided = found.decisions[0] if found.decisions else None
    return {
        "number": row.number,
        "matter": row.item_code,
        "matter_name": _name(row.version_id),
        "version": version(row.version_id).number,
        "resident": found.person.ref,
        "division_code": row.division_code,
        "state": row.state,
        "outcome": row.outcome,
        "first_asked": row.first_asked,
        "owner": row.owner,
        "post": row.post,
        "department": row.department,
        "decision_level": row.decision_level,
        "desk": row.desk_code,
        "accepted_at": local(row.accepted_at),
        "promised_days": row.promised_days,
        "legal_days": row.legal_days,
        "due_on": row.due_on,
        "due_at": local(row.due_at) if row.due_at else None,
        "legal_due_on": row.legal_due_on,
        "provisional": row.is_provisional,
        "paused": row.is_paused,
        "waiting_for": row.waiting_for,
        "hand_overs": row.hand_overs,
        "explanation": reasons(found.clock()),
        "materials": [{"code": paper.code, "state": paper.state} for paper in found.papers],
        "decision": {"document_no": decided.document_no, "outcome": decided.outcome, "text": decided.text}
        if decided
        else None,
        "edition": row.edition,
    }
