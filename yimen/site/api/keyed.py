"""A POST that carries an `Idempotency-Key` happens once, however often it is sent."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Status

from yimen.core.actor import Actor
from yimen.core.web import asked_at
from yimen.trail.idempotency import once


def answer_once(request: HttpRequest, actor: Actor, asked: bytes, run: Callable[[], tuple[int, Any]]) -> Any:
    """What `run` gives, once per key, account and address. `asked` is the body, or what stands for it."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return Status(*run())
    head = f"{request.method} {request.path}\n".encode()
    status, body = once(actor.person, key, head + asked, run, at=asked_at(request))
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
