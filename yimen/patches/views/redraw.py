"""The what-if of a community: today beside the proposal, changed until it is published or dropped."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs import queries as orgs
from yimen.patches import actions
from yimen.patches.forms import read_day, read_number, read_stairwells, read_ticks, written_ticks
from yimen.patches.queries import division_on, pages, plans
from yimen.patches.queries.coming import changes_to_come
from yimen.patches.views.patches import chosen_community

_DONE = {
    "started": N_("A proposal is ready. Nothing changes before it is published."),
    "moved": N_("Moved in the proposal."),
    "split": N_("Split in the proposal."),
    "merged": N_("Merged in the proposal."),
    "drawn": N_("Drawn anew in the proposal."),
    "stays_one": N_(
        "Nothing changed: by the norms the stairwells of this patch make one patch, and a stairwell stays whole. Draw "
        "all anew to even it out with its neighbours, or move stairwells by hand."
    ),
    "stays_all": N_("Nothing changed: drawn by the norms, every stairwell stays in the patch it is in."),
    "named": N_("Chosen in the proposal."),
}
_WHY = {
    "no_coordinates": N_("No building here is on the map: patches follow the order of compounds and buildings."),
    "lent_place": N_("%(figure)s stairwells are not on the map and count as standing beside the one before them."),
    "one_spot": N_("%(figure)s buildings stand on the spot of another and count as one long building."),
    "over_alone": N_("Patch %(patch)s: a single stairwell has %(figure)s households, and it has no half."),
    "large_stairwell": N_("Patch %(patch)s is large because one stairwell has %(figure)s households."),
    "large_elsewhere": N_("Patch %(patch)s is small because one stairwell elsewhere has %(figure)s households."),
    "whole_stairwell": N_(
        "Patch %(patch)s is off its share: the next stairwell has %(figure)s households and no half."
    ),
    "no_room_beside": N_("Patch %(patch)s is off its share: its neighbours have no room left."),
    "holds_together": N_("Patch %(patch)s is off its share: a stairwell of %(figure)s households holds it together."),
    "long_shape": N_("Patch %(patch)s is off its share: the next stairwell lies far from all others."),
    "far_apart": N_("Patch %(patch)s: %(figure)s metres of open ground lie within it."),
    "disconnected": N_("Patch %(patch)s lies in %(figure)s pieces."),
}
_IN_PIECES = "disconnected"
_BUILDINGS_NAMED = 5


@door("plan.read")
def redraw(request: HttpRequest) -> HttpResponse:
    """Today beside the proposal, or the two ways to begin one."""
    code = chosen_community(request, actor_of(request))
    return _page(request, code) if code else HttpResponseRedirect("/patches")


def _page(request: HttpRequest, code: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    plan = plans.open_plan(actor, code)
    context: dict[str, Any] = {
        "code": code,
        "name": orgs.division_name(code),
        "plan": plan,
        "today": local(at).date(),
        "error": refusal(error),
        "typed": request.POST,
        "messages": done(request, _DONE),
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    if plan is None:
        context |= {"station": pages.station_patches(code, at=at)}
        return page(request, "patches/begin.html", context, status=status)
    wells = {UUID(one) for one in plan.placed} | set(division_on(code, on=local(at).date()))
    ticked = read_ticks(request, wells)
    shown = pages.what_if(plan, ticked, at=at)
    waiting = plans.waiting(code, on=local(at).date())
    context |= {
        "shown": shown,
        "warnings": _warnings(shown),
        "waiting": waiting,
        "coming": changes_to_come(code, waiting, on=local(at).date()),
        "ticked_waiting": request.POST.getlist("replacing"),
        "ticked": ticked,
        "toggle": _toggle(code, ticked, wells),
        "targets": [row.number for row in shown.rows if row.then.stairwells],
        "people": [(one.ref, one.name) for one in shown.workers],
        "ref_of": {one.account_id: one.ref for one in shown.workers},
        "is_first": not any(row.now.stairwells for row in shown.rows),
    }
    return page(request, "patches/redraw.html", context, status=status)


def _toggle(code: str, ticked: set[UUID], wells: set[UUID]) -> Callable[[UUID], str]:
    """The address of this page with one stairwell ticked, or not ticked, more."""
    order = {one: place for place, one in enumerate(sorted(wells))}
    mask = int(written_ticks(ticked, wells), 16)

    def address(one: UUID) -> str:
        return f"?community={code}&ticks={mask ^ 1 << order[one]:x}#map" if one in order else "#map"

    return address


def _warnings(shown: pages.WhatIf) -> list[str]:
    notes = [note for note in shown.plan.notes if note["why"] in _WHY]
    said = {note["patch"] for note in notes if note["why"] == _IN_PIECES}
    notes += [
        {"why": _IN_PIECES, "patch": row.number, "figure": row.pieces}
        for row in shown.rows
        if row.pieces > 1 and row.number not in said
    ]
    found = []
    if shown.ground.bare:
        named = [f"{compound} {building}" for compound, building in shown.ground.bare[:_BUILDINGS_NAMED]]
        words = _(
            "%(count)s buildings have no stairwell on record and lie in no patch: %(named)s. Add their stairwells."
        )
        found.append(words % {"count": len(shown.ground.bare), "named": ", ".join(named)})
    for note in notes:
        template = _WHY[note["why"]]
        found.append(_(template) % note)
    return found


def _changed(
    request: HttpRequest, code: str, key: str, change: Callable[[], object], *, to: str = "/patches/redraw"
) -> HttpResponse:
    """Change something of a community and show it; a refusal is shown on the page it belongs to. A change that came to
    something else than `key` says so by the key it returns."""
    try:
        found = change()
    except RuleBroken as error:
        return _page(request, code, error)
    return HttpResponseRedirect(
        f"{to}?{urlencode({'community': code, 'done': found if isinstance(found, str) else key})}"
    )


@door("plan.start", "POST")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a what-if."""
    actor, at = actor_of(request), asked_at(request)
    code = chosen_community(request, actor)
    if not code:
        raise NotFound()
    as_is = text(request, "as_is", limit=1) == "1"
    return _changed(
        request,
        code,
        "started",
        lambda: actions.start_plan(actor, division_code=code, from_on=local(at).date(), as_is=as_is, at=at),
    )


Change = Callable[[Actor, dict[str, Any]], object]


def _in_plan(request: HttpRequest, ref: str, key: str, change: Change, *, to: str = "/patches/redraw") -> HttpResponse:
    """Change a what-if: `change` is given the actor, and which what-if as it was seen, and when."""
    actor = actor_of(request)
    code = plans.community_of(actor, ref)

    def run() -> object:
        return change(actor, {"ref": ref, "edition": read_number(request, "edition"), "at": asked_at(request)})

    return _changed(request, code, key, run, to=to)


@door("plan.move", "POST")
def move(request: HttpRequest, ref: str) -> HttpResponse:
    """Put the ticked stairwells into a patch."""

    def change(actor: Actor, seen: dict[str, Any]) -> None:
        wanted = text(request, "number", limit=4, required=True)
        number = None if wanted == "new" else read_number(request, "number")
        actions.move_stairwells(actor, **seen, stairwells=read_stairwells(request, "stairwell"), number=number)

    return _in_plan(request, ref, "moved", change)


@door("plan.split", "POST")
def split(request: HttpRequest, ref: str) -> HttpResponse:
    """Make two of one patch."""

    def change(actor: Actor, seen: dict[str, Any]) -> None:
        actions.split_patch(actor, **seen, number=read_number(request, "number"))

    return _in_plan(request, ref, "split", change)


@door("plan.merge", "POST")
def merge(request: HttpRequest, ref: str) -> HttpResponse:
    """Make one patch of two."""

    def change(actor: Actor, seen: dict[str, Any]) -> None:
        number, into = read_number(request, "number"), read_number(request, "into")
        actions.merge_patches(actor, **seen, number=number, into=into)

    return _in_plan(request, ref, "merged", change)


@door("plan.redraw", "POST")
def draw(request: HttpRequest, ref: str) -> HttpResponse:
    """Draw all of it anew, or one patch."""

    def change(actor: Actor, seen: dict[str, Any]) -> str:
        wanted = text(request, "number", limit=6)
        numbers = [] if wanted in ("", "keep", "afresh") else [read_number(request, "number")]
        if actions.redraw_plan(actor, **seen, numbers=numbers, afresh=wanted == "afresh"):
            return "drawn"
        return "stays_one" if numbers else "stays_all"

    return _in_plan(request, ref, "drawn", change)


@door("plan.name_officer", "POST")
def name_officer(request: HttpRequest, ref: str) -> HttpResponse:
    """Choose officer and deputy of a patch."""

    def change(actor: Actor, seen: dict[str, Any]) -> None:
        people = {side: text(request, side, limit=12) for side in ("A", "B")}
        actions.name_in_plan(actor, **seen, number=read_number(request, "number"), people=people)

    return _in_plan(request, ref, "named", change)


@door("plan.drop", "POST")
def drop(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw it away."""
    return _in_plan(request, ref, "dropped", lambda actor, seen: actions.drop_plan(actor, **seen), to="/patches")


@door("plan.publish", "POST")
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Put it into force from a day on."""

    def change(actor: Actor, seen: dict[str, Any]) -> None:
        day, reason = read_day(request, "from_on"), text(request, "reason")
        replacing = request.POST.getlist("replacing")
        actions.publish_plan(
            actor,
            **seen,
            from_on=day,
            reason=reason,
            replacing=replacing,
            is_same_meant=bool(text(request, "same", limit=1)),
            is_cut_meant=bool(text(request, "cut", limit=1)),
        )

    return _in_plan(request, ref, "published", change, to="/patches")


@door("publication.undo", "POST")
def undo(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish again what held before."""
    actor, at = actor_of(request), asked_at(request)
    code = plans.community_published(actor, ref)
    change = partial(actions.undo_publication, actor, ref=ref, at=at)
    return _changed(request, code, "undone", change, to="/patches")
