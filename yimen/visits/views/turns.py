"""Phones take turns: while they take too much of this process, they are told to come again, and lose nothing."""

import json
from collections.abc import Callable
from functools import wraps
from time import monotonic

from django.http import HttpRequest, HttpResponse

from yimen.core.errors import N_, YimenError
from yimen.core.web import sentence
from yimen.visits.rules.turns import Turns

TURNS = Turns()
_BUSY = N_("Many phones are sending at this moment. Yours keeps its records and tries again by itself.")
View = Callable[[HttpRequest], HttpResponse]


def in_turn(view: View) -> View:
    """A door for the script of a phone that is held back while many are at it: 503 with Retry-After, before the body
    is read or the database is asked for anything but the session."""

    @wraps(view)
    def held(request: HttpRequest) -> HttpResponse:
        began = monotonic()
        if wait := TURNS.wait(began):
            return _come_again(wait)
        try:
            return view(request)
        finally:
            ended = monotonic()
            TURNS.took(ended - began, ended)

    return held


def _come_again(wait: int) -> HttpResponse:
    body = json.dumps({"refused": sentence(YimenError(_BUSY))}, ensure_ascii=False)
    response = HttpResponse(body, status=503, content_type="application/json; charset=utf-8")
    response.headers["Retry-After"] = str(wait)
    response.headers["Cache-Control"] = "no-store"
    return response
