"""Bad marks and complaints: the list, and the answer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.cases import actions
from yimen.cases.actions.reading import read_follow_up
from yimen.cases.queries import follow_ups as asked
from yimen.cases.queries.words import matter_name
from yimen.core.errors import RuleBroken
from yimen.core.web import asked_at, page, sentence, text
from yimen.orgs import queries as orgs

STATES = ("open", "answered")


@door("follow_up.list")
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Those open, or those answered."""
    actor = actor_of(request)
    chosen = text(request, "state", limit=8)
    state = chosen if chosen in STATES else "open"
    after = text(request, "after", limit=12)
    found, last = asked.follow_ups(actor, state=state, after=after)
    lines = [
        (line, matter_name(line.version_id) if line.version_id else "", orgs.division_name(line.division_code))
        for line in found
    ]
    context = {
        "lines": lines,
        "state": state,
        "next": f"/follow-ups?state={state}&after={last}" if last else "",
        "first": f"/follow-ups?state={state}" if after else "",
    }
    return page(request, "cases/follow_ups.html", context)


@door("follow_up.read")
def follow_up(request: HttpRequest, ref: str) -> HttpResponse:
    """One of them."""
    return _shown(request, ref)


@door("follow_up.answer", "POST")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """What was said and done."""
    at = asked_at(request)
    words = text(request, "answer", limit=4000)
    try:
        actions.answer_follow_up(actor_of(request), ref=ref, answer=words, at=at)
    except RuleBroken as refused:
        return _shown(request, ref, words, sentence(refused))
    return HttpResponseRedirect(f"/follow-ups/{ref}")


def _shown(request: HttpRequest, ref: str, typed: str = "", error: str = "") -> HttpResponse:
    at = asked_at(request)
    found = read_follow_up(actor_of(request), ref=ref, at=at)
    context = {
        "found": found,
        "line": found.line,
        "title": matter_name(found.line.version_id) if found.line.version_id else "",
        "place": orgs.division_name(found.line.division_code),
        "typed": typed,
        "error": error,
    }
    return page(request, "cases/follow_up.html", context, status=422 if error else 200)
