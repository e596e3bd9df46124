"""The rule for must-visit households in words, and the list of those it finds."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.clock import day_of, local
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, sentence, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.marking import mark, unmark
from yimen.visits.actions.ruling import set_rule
from yimen.visits.queries.rule import rule_on, versions
from yimen.visits.queries.vulnerable import dwelling_named, entries
from yimen.visits.rules.vulnerable import GROUPS
from yimen.visits.rules.words import mark_faults
from yimen.visits.views import words
from yimen.visits.views.words import problems_of

_DONE = {
    "set": N_("The rule is set. The households are found anew; a whole city takes some minutes."),
    "marked": N_("Marked. This household is to be seen every month until that day."),
    "unmarked": N_("The mark ends today."),
}


@door("rule.read")
def rule(request: HttpRequest) -> HttpResponse:
    """The rule that holds, in words, with its versions."""
    return _rule(request)


@door("rule.set", "POST")
def set_(request: HttpRequest) -> HttpResponse:
    """A new version."""
    try:
        set_rule(
            actor_of(request),
            groups=request.POST.getlist("group")[: len(GROUPS)],
            limits={key: text(request, f"limit-{key}", limit=3) for key in GROUPS},
            from_on=read_day(request, "from_on"),
            document=text(request, "document", limit=120),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _rule(request, error)
    return HttpResponseRedirect("/vulnerable/rule?done=set")


def read_day(request: HttpRequest, name: str) -> date:
    """A day of a form."""
    try:
        return day_of(text(request, name, limit=10))
    except ValueError as error:
        raise RuleBroken(N_("Choose a day."), field=name) from error


def _rule(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    actor, today = actor_of(request), local(asked_at(request)).date()
    holds = rule_on(actor.reach, today)
    known = versions(actor)
    typed = request.POST if error else None
    chosen = set(typed.getlist("group")) if typed else set(holds.limits)
    context: dict[str, Any] = {
        "holds": holds,
        "lines": words.rule_words(holds.limits),
        "versions": [(one, words.rule_words(one.limits)) for one in known],
        "coming": [one for one in known if one.from_on and one.from_on > today],
        "legend": words.legend(),
        "may_set": may(actor, "rule.set"),
        "may_list": may(actor, "vulnerable.list"),
        "groups": [
            {
                "key": key,
                "before": words.group_words(key, None) if group.default is None else "",
                "parts": _around(key) if group.default is not None else (),
                "limit": typed.get(f"limit-{key}", "") if typed else holds.limits.get(key) or group.default,
                "on": key in chosen,
                "bounds": (group.least, group.most),
            }
            for key, group in GROUPS.items()
        ],
        "typed": typed or {},
        "earliest": today.isoformat(),
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "visits/rule.html", context, status=422 if error else 200)


def _around(key: str) -> tuple[str, str]:
    """The words before and after the limit of a group, so that the limit can be typed in its place."""
    before, _mark, after = words.group_words(key, 0).partition("0")
    return before.strip(), after.strip()


@door("vulnerable.list")
def households(request: HttpRequest) -> HttpResponse:
    """The households to be seen every month."""
    return _households(request)


@door("vulnerable.mark", "POST")
def mark_(request: HttpRequest) -> HttpResponse:
    """Mark a household by hand."""
    actor, at = actor_of(request), asked_at(request)
    reason, until = text(request, "reason", limit=200), _day_or_none(request, "until")
    chosen, choices, wrong = _door_to_mark(request)
    wrong += mark_faults(reason, until, today=local(at).date())
    if wrong or until is None:
        return _households(request, wrong=wrong, choices=choices)
    try:
        mark(actor, dwelling_ref=chosen, reason=reason, until=until, at=at)
    except RuleBroken as error:
        return _households(request, wrong=[error], choices=choices)
    return HttpResponseRedirect("/vulnerable?done=marked")


def _day_or_none(request: HttpRequest, name: str) -> date | None:
    try:
        return read_day(request, name)
    except RuleBroken:
        return None


def _door_to_mark(request: HttpRequest) -> tuple[str, list[tuple[str, str]], list[RuleBroken]]:
    """The door that was chosen or typed, those that fit where several do, and what is wrong about it."""
    typed = text(request, "door", limit=30)
    found = dwelling_named(actor_of(request), typed)
    chosen = text(request, "dwelling", limit=12)
    if chosen or len(found) == 1:
        return chosen or found[0][0], found if len(found) > 1 else [], []
    if found:
        words = N_("Several doors are written like this one. Choose which you mean.")
        return "", found, [RuleBroken(words, field="dwelling")]
    return "", [], [RuleBroken(N_("There is no such door. Write it whole, such as 3-2-502."), field="door")]


@door("vulnerable.unmark", "POST")
def unmark_(request: HttpRequest, ref: str) -> HttpResponse:
    """End a mark."""
    try:
        unmark(actor_of(request), ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _households(request, wrong=[error])
    return HttpResponseRedirect("/vulnerable?done=unmarked")


def _households(
    request: HttpRequest, *, wrong: Sequence[RuleBroken] = (), choices: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    after = text(request, "after", limit=12)
    found, onward = entries(actor, after=after, at=at)
    today = local(at).date()
    context = {
        "found": [(one, words.kind_words(one.kinds), division_name(one.division_code)) for one in found],
        "is_wide": len(actor.reach) < 12,
        "legend": words.legend(),
        "may_mark": may(actor, "vulnerable.mark"),
        "next": f"/vulnerable?after={onward}" if onward else "",
        "first": "/vulnerable" if after else "",
        "typed": request.POST,
        "choices": choices,
        "least": (today + timedelta(days=1)).isoformat(),
        "most": (today + timedelta(days=366)).isoformat(),
        "wrong": problems_of(wrong),
        "errors": {one.field: sentence(one) for one in wrong},
        "messages": done(request, _DONE),
    }
    return page(request, "visits/vulnerable.html", context, status=422 if wrong else 200)
