"""A/B posts: who holds which, who is away, who stands in, and where nobody will."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs import actions, queries
from yimen.orgs.forms import read_moment

AHEAD = timedelta(days=14)
REASONS = (
    ("leave", N_("Leave")),
    ("visit", N_("Visiting residents")),
    ("meeting", N_("Meeting")),
    ("sick", N_("Sick")),
    ("other", N_("Other")),
)
_DONE = {
    "away": N_("Marked. The other side of each post has the open work from that minute."),
    "back": N_("Marked as back. The work returns from this minute."),
}


@door("cover.read")
def cover(request: HttpRequest) -> HttpResponse:
    """The board of a station, or for the street the stations and where a post is bare."""
    return _board(request)


def _board(request: HttpRequest, *, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    code = actor.reach if actor.role in queries.STATION_ROLES else text(request, "station", limit=15)
    if code and not actor.reaches(code):
        raise NotFound()
    if not code:
        return _stations(request)
    people = [worker for worker in queries.workers(code, at=at) if _may_mark(actor, worker)]
    context = {
        "station": queries.division_name(code),
        "posts": [_post(post, queries.holders(code, post, at=at)) for post in queries.post_codes()],
        "gaps": queries.uncovered_posts(code, at=at, ahead=AHEAD),
        "absences": queries.absences(code, first=at),
        "may_mark": actor.role in queries.STATION_ROLES,
        "people": people,
        "person_options": [(worker.ref, worker.name) for worker in people],
        "reasons": REASONS,
        "reason_options": [(code, _(words)) for code, words in REASONS],
        "earliest": local(at).strftime("%Y-%m-%dT%H:%M"),
        "error": refusal(error),
        "typed": request.POST,
        "post_name": queries.post_name,
        "messages": done(request, _DONE),
        "is_head": actor.role is Role.HEAD,
    }
    return page(request, "orgs/cover.html", context, status=422 if error else 200)


def _may_mark(actor: Any, worker: queries.Worker) -> bool:
    return actor.role is Role.HEAD or worker.account_id == actor.account_id


def _post(code: str, sitting: list[queries.Holder]) -> dict[str, Any]:
    acting = next((holder for holder in sitting if holder.away is None), None)
    return {
        "name": queries.post_name(code),
        "a": [holder for holder in sitting if holder.side == "A"],
        "b": [holder for holder in sitting if holder.side == "B"],
        "acting": acting,
    }


def _stations(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    gaps: dict[str, list[queries.Gap]] = {}
    for gap in queries.uncovered_posts(actor.reach, at=at, ahead=AHEAD):
        gaps.setdefault(gap.division_code, []).append(gap)
    away = queries.absent_now(actor.reach, at=at).values()
    rows = [
        {
            "code": row.code,
            "name": queries.division_name(row.code),
            "gaps": gaps.get(row.code, []),
            "away": [one.name for one in away if one.division_code == row.code],
        }
        for row in queries.children_of(actor.reach, on=local(at).date())
    ]
    return page(request, "orgs/cover_stations.html", {"stations": rows, "post_name": queries.post_name})


@door("absence.mark", "POST")
def mark(request: HttpRequest) -> HttpResponse:
    """Mark a person absent."""
    at = asked_at(request)
    try:
        actions.mark_absent(
            actor_of(request),
            account_ref=text(request, "person", required=True),
            reason=text(request, "reason"),
            from_at=read_moment(request, "from_at") or at,
            to_at=read_moment(request, "to_at"),
            note=text(request, "note"),
            at=at,
        )
    except RuleBroken as error:
        return _board(request, error=error)
    return HttpResponseRedirect("/cover?done=away")


@door("absence.end", "POST")
def back(request: HttpRequest, ref: str) -> HttpResponse:
    """The person is back."""
    actions.end_absence(actor_of(request), ref=ref, at=asked_at(request))
    return HttpResponseRedirect("/cover?done=back")
