"""Two records of one person: find the other, pick field by field, merge, and part again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of, door
from yimen.core.errors import RuleBroken
from yimen.core.web import asked_at, page, refusal, text
from yimen.registry import actions
from yimen.registry.queries import history
from yimen.registry.queries.duplicates import apart_words, judged_apart
from yimen.registry.queries.resident import moved_to
from yimen.registry.queries.search import search
from yimen.registry.views.typed import to, version


@door("resident.merge", "GET", "POST")
def merge(request: HttpRequest, ref: str) -> HttpResponse:
    """First find the other record, then pick field by field, then merge."""
    actor, at = actor_of(request), asked_at(request)
    other = text(request, "other", limit=12)
    kept = moved_to(actor, ref)
    if other and (kept or moved_to(actor, other)):
        return to(kept or moved_to(actor, other), "one_already")
    if request.method == "GET" and kept:
        return HttpResponseRedirect(f"/people/{kept}/merge")
    try:
        if request.method == "GET" or not other:
            return _other(request, ref) if not other else _pick(request, ref, other)
        if request.POST.get("then") != "merge":
            return _pick(request, ref, other)
        take = [
            key.removeprefix("pick-") for key, value in request.POST.items() if (key[:5], value) == ("pick-", "take")
        ]
        made = actions.merge(
            actor,
            keep_ref=ref,
            merge_ref=other,
            take=[name for name in take if name != "home"],
            take_home="home" in take,
            reason=text(request, "why", limit=200),
            version=version(request),
            at=at,
        )
    except RuleBroken as error:
        return _pick(request, ref, other, error) if error.field != "other" else _other(request, ref, error)
    if text(request, "desk", limit=1):
        return HttpResponseRedirect(f"/duplicates?done=merged&merge={made.ref}")
    return to(ref, "merged")


def _other(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, at, q = actor_of(request), asked_at(request), request.POST.get("q", "")
    name = history.name_of(actor, ref)
    found = search(actor, q or name, at)
    context = {
        "ref": ref,
        "name": name,
        "q": found.question.words,
        "rows": [row for row in found.people if row.ref != ref],
        "error": refusal(error),
    }
    return page(request, "registry/merge_find.html", context, status=422 if error else 200)


def _pick(request: HttpRequest, ref: str, other: str, error: RuleBroken | None = None) -> HttpResponse:
    preview = history.merge_preview(actor_of(request), ref, other, asked_at(request))
    context = {
        "ref": ref,
        "preview": preview,
        "apart": judged_apart(actor_of(request), ref, other),
        "apart_words": apart_words,
        "typed": request.POST,
        "error": refusal(error),
        "desk": text(request, "desk", limit=1),
    }
    return page(request, "registry/merge.html", context, status=422 if error else 200)


@door("resident.undo", "POST")
def part(request: HttpRequest, ref: str) -> HttpResponse:
    """Undo a merge, and go back to the desk where it was made there."""
    actions.undo_merge(actor_of(request), merge_ref=text(request, "merge", limit=12), at=asked_at(request))
    return HttpResponseRedirect("/duplicates?done=parted") if text(request, "desk", limit=1) else to(ref, "parted")
