"""The desk of records that may be one person."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, sentence, text
from yimen.orgs.queries import division_name
from yimen.registry import actions
from yimen.registry.queries import duplicates as asked
from yimen.registry.rules.duplicates import APART, State
from yimen.registry.rules.merging import UNDO_WITHIN
from yimen.registry.views.words import source_words

_DONE = {
    "apart": N_("Kept apart. They are not proposed again until one of the two records changes."),
    "merged": N_("The two records are one now. This can be undone for 30 days."),
    "parted": N_("The merge is undone; both records are back."),
}


@door("duplicate.list")
def duplicates(request: HttpRequest) -> HttpResponse:
    """What waits for this office, or what it has kept apart."""
    actor = actor_of(request)
    state = State.APART if text(request, "state", limit=6) == State.APART else State.OPEN
    after = text(request, "after", limit=12)
    found, onward = asked.pairs(actor, state=state, after=after, at=asked_at(request))
    merged = text(request, "merge", limit=12) if may(actor, "resident.undo") else ""
    kept = asked.kept_in(actor, merged, at=asked_at(request)) if merged else ""
    context = {
        "found": found,
        "undo": {"kept": kept, "merge": merged} if kept else None,
        "state": state,
        "next": f"/duplicates?state={state}&after={onward}" if onward else "",
        "first": f"/duplicates?state={state}" if after else "",
        "division_name": division_name,
        "is_wide": len(actor.reach) < 12,
        "apart_words": asked.apart_words,
        "messages": done(request, _DONE),
    }
    return page(request, "registry/duplicates.html", context)


@door("duplicate.read")
def duplicate(request: HttpRequest, ref: str) -> HttpResponse:
    """Two records side by side."""
    return _shown(request, ref)


@door("duplicate.keep_apart", "POST")
def apart(request: HttpRequest, ref: str) -> HttpResponse:
    """They are two people."""
    reason, note = text(request, "reason", limit=10), text(request, "note", limit=200)
    try:
        actions.keep_apart(actor_of(request), ref=ref, reason=reason, note=note, at=asked_at(request))
    except NotFound:
        return _shown(request, ref)
    except RuleBroken as error:
        return _shown(request, ref, error, {"reason": reason, "note": note})
    return HttpResponseRedirect("/duplicates?done=apart")


def _shown(
    request: HttpRequest, ref: str, error: RuleBroken | None = None, typed: dict[str, Any] | None = None
) -> HttpResponse:
    actor = actor_of(request)
    try:
        pair = asked.pair(actor, ref, at=asked_at(request))
    except NotFound:
        return page(request, "registry/duplicate_gone.html", {"merged": asked.became(actor, ref)}, status=404)
    context = {
        "pair": pair,
        "division_name": division_name,
        "source_words": source_words,
        "apart_words": asked.apart_words,
        "reasons": [(key, _(words)) for key, words in APART.items()],
        "typed": typed or {},
        "error": sentence(error) if error else "",
        "field": error.field if error else "",
        "may_merge": may(actor, "resident.merge"),
        "days": UNDO_WITHIN.days,
    }
    return page(request, "registry/duplicate.html", context, status=422 if error else 200)
