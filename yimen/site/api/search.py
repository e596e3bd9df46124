"""The box as data: people, doors, cases, matters and pages within reach, masked."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from yimen.core.actor import Actor
from yimen.core.web import asked_at
from yimen.site.api.bearer import bearer
from yimen.site.api.keyed import answer_once
from yimen.site.api.strict import Strict
from yimen.site.search import find

router = Router(tags=["search"])
ROWS = 20


class SearchIn(Strict):
    """What would be typed into the box: name, pinyin, tail, phone, number, door, case number, matter."""

    q: str


class PersonOut(Schema):
    """One resident, masked; `ref` names them to the other operations."""

    ref: str
    name: str
    sex: str
    age: int | None
    dead: bool
    division_code: str
    door: str
    number: str
    phone: str
    exact: bool
    possible_duplicate: bool


class FoundOut(Schema):
    """Anything else that was found: its address in the product, its name, and up to three short parts."""

    kind: str
    href: str
    name: str
    parts: list[str]


class SearchOut(Schema):
    """`more` tells that more people were found than are shown."""

    people: list[PersonOut]
    more: bool
    others: list[FoundOut]


@router.post("search", response=SearchOut, openapi_extra={"x-verb": "search.ask"})
def search(request: HttpRequest, body: SearchIn) -> Any:
    """Search anything; the people shown go on record once."""
    actor = bearer(request, "search.ask")
    at: datetime = asked_at(request)
    return answer_once(request, actor, request.body, lambda: (200, _found(actor, body.q[:1000], at)))


def _found(actor: Actor, q: str, at: datetime) -> dict[str, Any]:
    found = find(actor, q, at, ROWS)
    people = [
        {
            "ref": row.ref,
            "name": row.name,
            "sex": row.sex,
            "age": row.age,
            "dead": row.is_dead,
            "division_code": row.division_code,
            "door": row.door,
            "number": row.number_tail,
            "phone": row.phone,
            "exact": row.is_exact,
            "possible_duplicate": row.is_double,
        }
        for row in found.people.people
    ]
    others = [
        {"kind": group.kind, "href": row.href, "name": row.name, "parts": list(row.parts)}
        for group in found.groups
        for row in group.rows
        if group.kind not in ("people", "next")
    ]
    return {"people": people, "more": found.people.more, "others": others}
