"""Somebody in a seat, who asks by browser and by token."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests import cast
from yimen.access.actions.sessions import open_session
from yimen.access.models import Account, Seat, Token
from yimen.access.queries import hash_of
from yimen.core.actor import Role
from yimen.core.clock import now


@dataclass(frozen=True)
class Caller:
    """One seat, with a browser's cookie and a bearer token."""

    cookie: str
    token: str

    def ask(self, method: str, address: str, form: str = "") -> HttpResponse:
        """Send it, and undo whatever it did."""
        client = Client(raise_request_exception=False)
        extra: dict[str, Any] = {}
        if address.startswith("/api/"):
            extra = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
            body: Any = json.dumps(BODIES.get(address.rsplit("/", 1)[-1], {}))
            kind = "application/json"
        else:
            client.cookies[settings.SESSION_COOKIE] = self.cookie
            body, kind = form or FORM, "application/x-www-form-urlencoded"
        with transaction.atomic():
            if method == "GET":
                answer = client.get(address, **extra)
            else:
                answer = client.post(address, body, content_type=kind, **extra)
            if answer.status_code == 303:  # a list whose typed filter is kept now
                answer = client.get(answer.headers["Location"], **extra)
            transaction.set_rollback(True)
        return answer  # type: ignore[return-value]  # the test client's response is an HttpResponse


Callers = Callable[[Role, str], Caller]

FORM = (
    "reason=%E5%8E%9F%E5%9B%A0%E5%A6%82%E4%B8%8B&text=%E8%AF%B4%E6%98%8E&opinion=%E5%90%8C%E6%84%8F&answer=%E5%B7%B2%E7%AD%94&"
    "field=phone&what=phone&outcome=approved&days=3&kind=is_dibao&value=true&code=ID&state=kept&answer_is=grant"
)
BODIES: dict[str, dict[str, Any]] = {
    "offer": {"to": "zzzzzzzzzzzz", "reason": "请接手"},
    "answer_offer": {"accept": True},
    "pause": {"reason": "上门评估", "kind": "assessment"},
    "material": {"code": "ID", "state": "kept"},
    "note": {"text": "已电话联系"},
    "message": {"text": "请带原件"},
    "send_up": {"opinion": "同意"},
    "send_back": {"reason": "缺意见"},
    "decide": {"outcome": "approved", "text": "同意"},
    "withdraw": {"reason": "不办了"},
    "ask_extension": {"days": 3, "reason": "等评估"},
    "answer_extension": {"grant": True},
    "search": {"q": "张国富"},
    "cases": {"resident": "zzzzzzzzzzzz", "matters": ["MZ-11"]},
    "identity": {"number": "11010519491231002X"},
}


def sit(role: Role, reach: str) -> Caller:
    """A new account in that seat, signed in, with a token."""
    at = now()
    account = Account.objects.create(username=f"{role}-{reach}", name="某人", password="!", created_at=at)
    post, side = ("MZ", "A") if role is Role.WINDOW else ("", "")
    seat = Seat.objects.create(
        account=account,
        role=role,
        division_code=reach,
        line="LLB" if role is Role.DEPT else "",
        post=post,
        side=side,
        from_on=cast.SINCE,
    )
    token = f"ym_{role}_{reach}"
    Token.objects.create(
        prefix="ym_test",
        token_hash=hash_of(token),
        account=account,
        seat=seat,
        created_at=at,
        expires_at=at + timedelta(days=1),
    )
    cookie = open_session(account.id, seat, at=at, address="127.0.0.1", agent="test")
    return Caller(cookie, token)
