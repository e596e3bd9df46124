"""Doors of what needs a second person, and of lists that leave as files."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access import actions as access
from yimen.access import queries as waiting
from yimen.access import rules
from yimen.access.check import is_proved
from yimen.access.gate import actor_of, door, proved
from yimen.access.queries.approvals import SHOWN
from yimen.cases.queries.lists import Wanted
from yimen.cases.views.lists import wanted_of
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.formats import format_number
from yimen.core.web import asked_at, done, page, refusal, sentence, text
from yimen.orgs import queries as orgs
from yimen.registry.queries.people import Filter
from yimen.registry.views.people import filter_of
from yimen.site import files

KINDS = {"seat": N_("A post of city level"), "export": N_("A list as a file")}
STATES = {
    "pending": N_("Waits for a second person"),
    "approved": N_("Approved"),
    "used": N_("Approved and done"),
    "refused": N_("Turned down"),
    "expired": N_("Run out"),
    "ready": N_("Ready"),
}
_DONE = {
    "asked": N_("Asked. A second person has to approve; you see the answer here."),
    "ready": N_("The file is ready for 24 hours."),
    "approved": N_("Approved. Both names are on record."),
    "refused": N_("Refused. The person who asked reads your reason."),
}


@door("approval.read")
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I asked for, and my files."""
    actor, at = actor_of(request), asked_at(request)
    context = {
        **_words(actor),
        "waiting": waiting.approvals_waiting(actor, at),
        "own": waiting.approvals_asked(actor, at),
        "files": waiting.exports_asked(actor, at),
        "shown_most": SHOWN,
        "messages": done(request, _DONE),
    }
    return page(request, "site/approvals.html", context)


@door("approval.read")
def approval(request: HttpRequest, ref: str) -> HttpResponse:
    """One request: who asks for what, why, until when."""
    return _approval(request, ref)


def _approval(request: HttpRequest, ref: str, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    found = waiting.approval(actor, ref, at)
    if found is None:
        raise NotFound()
    context = {
        **_words(actor),
        "one": found,
        "told": _told(found),
        "may_answer": found.state == "pending" and not found.is_own and actor.role in rules.APPROVERS[found.kind],
        "wants_password": not is_proved(actor, at),
        "error": refusal(error),
        "typed": request.POST,
    }
    return page(request, "site/approval.html", context, status=422 if error else 200)


def _told(one: waiting.Asked) -> list[tuple[str, str]]:
    """What exactly is asked for, in words."""
    what = one.what
    if one.kind == "seat":
        role = Role(what["role"])
        seat = orgs.seat_words(role, post=what["post"], side=what["side"], line=what["line"])
        return [
            (_("Who gets the post"), what["name"]),
            (_("Role"), orgs.role_name(role) if seat == orgs.role_name(role) else f"{orgs.role_name(role)} · {seat}"),
            (_("Division"), f"{orgs.division_name(what['division_code'])} {what['division_code']}"),
            (_("Begins"), what["from_on"]),
        ]
    return [
        (_("List"), _(files.SOURCES[what["source"]])),
        (_("Rows"), format_number(what["rows"])),
        (_("Within"), orgs.division_name(what["within"])),
        *files.in_words(what["filter"], get_language() or "zh-hans"),
    ]


@door("approval.answer", "POST")
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """Approve or refuse what was shown."""
    at, grant = asked_at(request), text(request, "grant", limit=1) == "1"
    try:
        access.answer_approval(
            proved(request, at),
            ref=ref,
            seal=text(request, "seal", limit=64),
            grant=grant,
            answer=text(request, "answer", limit=200),
            at=at,
        )
    except Conflict:
        raise
    except RuleBroken as error:
        return _approval(request, ref, error)
    return HttpResponseRedirect(f"/approvals?done={'approved' if grant else 'refused'}")


@door("resident.export", "POST")
def people_file(request: HttpRequest) -> HttpResponse:
    """The list of residents as a file: what it would hold, then the request."""
    return _file(request, "people", filter_of(request))


@door("case.export", "POST")
def cases_file(request: HttpRequest) -> HttpResponse:
    """The list of cases as a file."""
    return _file(request, "cases", wanted_of(request))


def _file(request: HttpRequest, source: str, chosen: Filter | Wanted) -> HttpResponse:
    at, error = asked_at(request), None
    actor = actor_of(request)
    scope, alone = files.scope_of(actor, source, chosen, at), files.rows_alone(at)
    if text(request, "confirm", limit=1):
        reason = text(request, "reason", limit=200)
        try:
            what: dict[str, Any] = dict(scope.what)
            asked = access.ask_export(
                proved(request, at), source=source, what=what, rows=scope.rows, alone=alone, reason=reason, at=at
            )
        except RuleBroken as refused:
            error = refused
        else:
            return HttpResponseRedirect(f"/approvals?done={'asked' if asked.approval_id else 'ready'}")
    before = access.taken_out(actor, at)
    context = {
        "source": source,
        "title": _(files.SOURCES[source]),
        "scope": scope,
        "told": files.in_words(scope.what, get_language() or "zh-hans"),
        "kept": _kept(request),
        "most": rules.MOST_ROWS,
        "refused": sentence(wrong) if (wrong := rules.no_file(scope.rows)) else "",
        "alone": alone,
        "before": before,
        "needs_second": before + scope.rows > alone,
        "wants_password": not is_proved(actor, at),
        "error": refusal(error),
        "typed": request.POST,
    }
    return page(request, "site/file.html", context, status=422 if error else 200)


_OURS = {"csrfmiddlewaretoken", "confirm", "reason", "password", "after"}


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The filter as the list's own form sent it, to be sent again."""
    return [(name, value) for name, value in request.POST.items() if name not in _OURS and isinstance(value, str)]


@door("export.download")
def download(request: HttpRequest, ref: str) -> HttpResponse:
    """The workbook itself."""
    name, body = files.file_of(actor_of(request), ref=ref, at=asked_at(request))
    response = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _words(actor: Actor) -> dict[str, Any]:
    return {
        "kinds": {code: _(words) for code, words in KINDS.items()},
        "states": {code: _(words) for code, words in STATES.items()},
        "sources": {code: _(words) for code, words in files.SOURCES.items()},
        "division_name": orgs.division_name,
        "may_answer_any": any(actor.role in roles for roles in rules.APPROVERS.values()),
    }
