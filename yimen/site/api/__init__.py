"""The JSON doors under /api/v1/: bearer tokens, problem documents (RFC 9457), idempotency keys on every POST of theirs.

Every operation names its verb of the permission matrix as `x-verb`, so auditors and tests read it from the document.
"""

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from yimen.core.errors import N_, RuleBroken, YimenError
from yimen.site import errors
from yimen.site.api.bearer import Bearer
from yimen.site.api.strict import UNKNOWN, unknown

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class WholeText(Parser):
    """JSON whose texts can be stored: half a surrogate pair is no character in any encoding."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; ValueError, which is answered as unreadable, when it is none."""
        found = json.loads(request.body)
        if _HALF.search(request.body):
            json.dumps(found, ensure_ascii=False).encode()
        return found


api = NinjaAPI(
    title="Yimen",
    version="1",
    description="One door, one officer, one record. Send `Authorization: Bearer <token>`; a POST with a token "
    "may carry an `Idempotency-Key`. Refusals are problem documents with a sentence in Chinese and in English.",
    auth=Bearer(),
    parser=WholeText(),
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(AuthenticationError)
def _sign_in(request: HttpRequest, exc: Any) -> HttpResponse:
    return errors.problem(
        401, YimenError(N_("Send a bearer token in the Authorization header. `yimen token <account>` prints one."))
    )


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, exc: Any) -> HttpResponse:
    for error in exc.errors:
        if error["type"] == UNKNOWN:
            return errors.problem(422, unknown(error["ctx"]["name"][:60], error["ctx"]["known"]))
    where = ".".join(str(part) for part in exc.errors[0]["loc"][1:]) if exc.errors else ""
    field = where.split(".")[-1]
    return errors.problem(
        422,
        RuleBroken(
            N_("“%(name)s” is missing or has the wrong form. Compare the request with /api/v1/openapi.json."),
            field=field,
            name=where,
        ),
    )


@api.exception_handler(HttpError)
def _http(request: HttpRequest, exc: Any) -> HttpResponse:
    return errors.problem(
        exc.status_code, YimenError(N_("The request could not be read. Send valid JSON as the operation describes."))
    )


@api.exception_handler(Exception)
def _known(request: HttpRequest, exc: Any) -> HttpResponse:
    answer = errors.answer(request, exc)
    if answer is None:
        raise exc
    return answer


api.add_router("", "yimen.site.api.reckoning.router")
api.add_router("", "yimen.site.api.matters.router")
api.add_router("", "yimen.site.api.cases.router")
api.add_router("", "yimen.site.api.search.router")
api.add_router("", "yimen.site.api.imports.router")
