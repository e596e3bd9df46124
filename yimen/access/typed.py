"""What is typed to narrow a list stands in no address, and Back, reload and a link still work: it is kept with the
session, and the address holds a key to it (decision 35)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect

from yimen.access.actions import keep_typed
from yimen.access.queries import typed_under
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import text

KEY = "f"
_ENDED = N_("This filter has ended: what you type is kept until you sign out, and for you alone. Type it again.")


def typed(request: HttpRequest) -> Mapping[str, str]:
    """What was typed to narrow the list of this address; RuleBroken when it is kept no longer, or for somebody else."""
    key = text(request, KEY, limit=12)
    if not key:
        return {}
    found = typed_under(key, cookie=request.COOKIES.get(settings.SESSION_COOKIE, ""))
    if found is None:
        raise RuleBroken(_ENDED, field=KEY)
    return found


def to_list(request: HttpRequest, query: Mapping[str, str], words: Mapping[str, str]) -> HttpResponseRedirect:
    """On to the same list by an address of its own: `query` stands in it, the typed `words` under a key."""
    said = {name: value for name, value in words.items() if value}
    key = {KEY: keep_typed(said, cookie=request.COOKIES.get(settings.SESSION_COOKIE, ""))} if said else {}
    asked = urlencode({**query, **key})
    response = HttpResponseRedirect(f"{request.path}?{asked}" if asked else request.path)
    response.status_code = 303  # whatever it was, it goes on by GET
    return response
