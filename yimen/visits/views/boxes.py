"""The registers of contact boxes and of chat groups. One box has pages of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.errors import N_, Conflict, RuleBroken
from yimen.core.ids import new_id
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs.queries import division_name, workers
from yimen.patches.queries import patches_at
from yimen.visits.actions import boxes as box_actions
from yimen.visits.actions import channels as channel_actions
from yimen.visits.queries.boxes import MOST, boxes, groups
from yimen.visits.queries.vulnerable import door_meant

DONE = {
    "box": N_("The box is on the register."),
    "emptied": N_("The round is on record: the box was empty."),
    "moved": N_("Moved. What was found before stays with the place of then."),
    "removed": N_("Taken down. Its letters stay on record."),
    "group": N_("The group is on the register."),
    "ended": N_("Ended. What came by it stays on record."),
}


@door("box.list")
def boxes_(request: HttpRequest) -> HttpResponse:
    """Every box, longest shut first."""
    return register(request)


@door("box.set_up", "POST")
def set_up(request: HttpRequest) -> HttpResponse:
    """Another box."""
    actor = actor_of(request)
    try:
        box_actions.set_up(
            actor,
            place=text(request, "place", limit=80),
            dwelling_ref=door_meant(actor, text(request, "door", limit=30)),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return register(request, error)
    return HttpResponseRedirect("/contact-boxes?done=box")


def register(request: HttpRequest, error: RuleBroken | Conflict | None = None) -> HttpResponse:
    """The boxes that stand, or those that were taken down, with what was refused."""
    actor, is_gone = actor_of(request), request.GET.get("view") == "removed"
    found, most = boxes(actor, at=asked_at(request), removed=is_gone)
    context: dict[str, Any] = {
        "found": [(one, division_name(one.division_code), new_id()) for one in found],
        "is_gone": is_gone,
        "views": [
            {"title": _("Hanging"), "href": "/contact-boxes", "current": not is_gone},
            {"title": _("Taken down"), "href": "/contact-boxes?view=removed", "current": is_gone},
        ],
        "late": sum(one.is_late for one in found if not is_gone),
        "most": most,
        "shown_most": MOST,
        "is_wide": len(actor.reach) < 12,
        "may_change": may(actor, "box.set_up") and not is_gone,
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, DONE),
    }
    return page(request, "visits/boxes.html", context, status=422 if error else 200)


@door("channel.list")
def channels(request: HttpRequest) -> HttpResponse:
    """Every group."""
    return _channels(request)


@door("channel.set_up", "POST")
def channel_new(request: HttpRequest) -> HttpResponse:
    """Another group."""
    try:
        channel_actions.set_up(
            actor_of(request),
            kind=text(request, "kind", limit=40),
            name=text(request, "name", limit=80),
            number=text(request, "number", limit=60),
            patch_ref=text(request, "patch", limit=12),
            manager_ref=text(request, "to", limit=12),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _channels(request, error)
    return HttpResponseRedirect("/channels?done=group")


@door("channel.end", "POST")
def channel_end(request: HttpRequest, ref: str) -> HttpResponse:
    """Given up."""
    try:
        channel_actions.end(actor_of(request), ref=ref, at=asked_at(request))
    except Conflict as error:
        return _channels(request, error)
    return HttpResponseRedirect("/channels?done=ended")


def _channels(request: HttpRequest, error: RuleBroken | Conflict | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    may_change = may(actor, "channel.set_up")
    context: dict[str, Any] = {
        "found": [(one, division_name(one.division_code)) for one in groups(actor)],
        "shown_most": MOST,
        "is_wide": len(actor.reach) < 12,
        "may_change": may_change,
        "standing": [
            (one.ref, _("Patch %(n)s") % {"n": one.number})
            for one in (patches_at(actor.reach, at=at) if may_change else ())
        ],
        "workers": [(one.ref, one.name) for one in (workers(actor.reach, at=at) if may_change else ())],
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, DONE),
    }
    return page(request, "visits/channels.html", context, status=422 if error else 200)
