"""The trail as the auditor searches it, and as each person sees their own part."""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.access import queries as people
from yimen.access.gate import actor_of, door
from yimen.access.matrix import MATRIX
from yimen.access.typed import KEY, to_list, typed
from yimen.access.verbs import words_of
from yimen.core.actor import Actor, Role
from yimen.core.clock import LOCAL, local
from yimen.core.database import reaching
from yimen.core.errors import N_, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.core.sheets import harmless
from yimen.core.web import asked_at, page, pages_around, refusal, text
from yimen.orgs import queries
from yimen.orgs.forms import read_date
from yimen.orgs.views.seals import sealed
from yimen.orgs.views.trail_words import KINDS, changes_in_words
from yimen.trail import actions as trail_actions
from yimen.trail import queries as trail
from yimen.trail.queries import EntryRow, Wanted

_TYPED = {"person": 50, "subject": 40}  # what somebody types, and how long it may be
_CHOSEN = ("verb", "division", "first", "last", "reads")


@door("trail.read", "GET", "POST")
def entries(request: HttpRequest) -> HttpResponse:
    """Search by person, verb, subject, division and dates; the newest first. What is typed comes by POST, and no name
    stands in an address."""
    actor, problem, found = actor_of(request), None, []
    chosen = {name: value for name in _CHOSEN if (value := request.POST.get(name) or request.GET.get(name))}
    asked: Mapping[str, str] = {}
    try:
        asked = _typed(request)
        if request.method == "POST" or any(request.GET.get(name) for name in _TYPED):
            return to_list(request, chosen, asked)
        found = trail.entries(_wanted(request, actor, asked), before=_place(request), limit=trail.PAGE + 1)
    except RuleBroken as refused:
        problem = refused
    told = _page_of(found)
    query = chosen | ({KEY: key} if (key := request.GET.get(KEY, "")) else {})
    context = {
        **told,
        "filters": {**chosen, **asked},
        "kept": query,
        "pages": None if problem else pages_around(request, query, told["next"]),
        "error": refusal(problem),
        "seals": sealed(),
        "verbs": sorted(((verb, _(words_of(verb))) for verb in MATRIX), key=lambda pair: pair[0]),
    }
    return page(request, "orgs/trail.html", context, status=422 if problem else 200)


def _typed(request: HttpRequest) -> Mapping[str, str]:
    """Person and subject: as they were sent now, else as they are kept."""
    return {**{name: text(request, name, limit=limit) for name, limit in _TYPED.items()}, **typed(request)}


def _wanted(request: HttpRequest, actor: Actor, asked: Mapping[str, str]) -> Wanted:
    first, last = read_date(request, "first"), read_date(request, "last")
    if first and last and last < first:
        raise RuleBroken(N_("The last day lies before the first. Check both dates."), field="last")
    division, person = text(request, "division", limit=15), asked["person"]
    if division and not (actor.reaches(division) and queries.division(division)):
        raise RuleBroken(N_("No division with this code lies within your reach. Check the code."), field="division")
    subject = asked["subject"]
    return Wanted(
        prefix=division or actor.reach,
        person=person,
        accounts=people.accounts_called(person) if person else (),
        verb=text(request, "verb", limit=60),
        subject=_kinds().get(subject, subject),
        thing=trail.thing_called(subject) if subject else None,
        first=datetime.combine(first, time.min, tzinfo=LOCAL) if first else None,
        last=datetime.combine(last + timedelta(days=1), time.min, tzinfo=LOCAL) if last else None,
        reads={"1": True, "0": False}.get(text(request, "reads", limit=1)),
    )


def _kinds() -> dict[str, str]:
    """The kinds of things by the words that the page uses for them."""
    return {_(words): kind for kind, words in KINDS.items()}


def _place(request: HttpRequest) -> int | None:
    """The key of the last row of the page before, as that page wrote it."""
    value = text(request, "after", limit=16)
    try:
        return int(value, 36) if value else None
    except ValueError:
        raise RuleBroken(N_("This page address is damaged. Start again from the first page.")) from None


_MANY = ("people", "contacts", "visits", "vulnerable", "load", "demo")  # whose ids name a place or nothing


def _page_of(found: list[EntryRow]) -> dict[str, Any]:
    rows = found[: trail.PAGE]
    names = people.names_of({row.subject_id for row in rows if row.subject_kind == "account"})
    names |= trail.case_numbers({row.subject_id for row in rows if row.subject_kind == "case"})
    return {
        "rows": [_in_words(row, names) for row in rows],
        "next": _base36(rows[-1].id) if len(found) > trail.PAGE else "",
    }


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


def _in_words(row: EntryRow, names: dict[str, str]) -> dict[str, Any]:
    role = queries.role_name(Role(row.role)) if row.role in set(Role) else row.role
    post, _space, side = row.seat.partition(" ")
    return {
        "at": row.at,
        "who": "" if row.actor_name == row.role else row.actor_name,
        "seat": queries.seat_words(Role(row.role), post=post, side=side) if post and side else role,
        "acting_for": row.acting_for_name,
        "verb": row.verb,
        "words": _(words_of(row.verb)),
        "kind": _(KINDS[row.subject_kind]) if row.subject_kind in KINDS else row.subject_kind,
        "subject": names.get(row.subject_id, "" if row.subject_kind in _MANY else row.subject_id),
        "division": queries.division_name(row.division_code) if row.division_code else "",
        "note": row.note,
        "changes": changes_in_words(row.changes, row.verb),
        "is_read": row.is_read,
        "address": row.address,
    }


def _changes(changes: Any) -> str:
    if isinstance(changes, dict):
        return ", ".join(f"{name}: {value}" for name, value in changes.items() if value not in ("", None))
    return ", ".join(str(name) for name in changes)


@door("trail.export")
def export(request: HttpRequest) -> HttpResponse:
    """The same search as a CSV file, on record."""
    actor, at = actor_of(request), asked_at(request)
    wanted = _wanted(request, actor, _typed(request))
    trail_actions.record_export(actor, wanted=wanted, at=at)
    name = f"trail-{local(at):%Y%m%d-%H%M}.csv"
    response = HttpResponse("".join(_csv(wanted)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file that gives back what is written to it."""

    def write(self, value: str) -> str:
        return value


def _csv(wanted: Wanted) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(
        [
            *(_("Time"), _("Person"), _("Post"), _("For"), _("Verb"), _("Kind"), _("Subject"), _("Division")),
            *(_("Reason"), _("Changes"), _("Request"), _("Address"), _("Read")),
        ]
    )
    for row in trail.every(wanted, limit=trail.EXPORT_LIMIT):
        yield writer.writerow(
            harmless(value)
            for value in (
                local(row.at).isoformat(timespec="seconds"),
                row.actor_name,
                f"{row.role} {row.seat}".strip(),
                row.acting_for_name,
                row.verb,
                row.subject_kind,
                row.subject_id,
                row.division_code,
                row.note,
                _changes(row.changes),
                row.request_id,
                row.address,
                "1" if row.is_read else "",
            )
        )


@door("account.own")
def own(request: HttpRequest) -> HttpResponse:
    """What I looked at and did; only my own."""
    reads = text(request, "reads", limit=1) or "1"
    wanted = Wanted(account_id=actor_of(request).person, reads={"1": True, "0": False}.get(reads))
    with reaching(EVERYWHERE):  # in whichever seat, and before they moved to another station
        found = trail.entries(wanted, before=_place(request), limit=trail.PAGE + 1)
    return page(request, "orgs/own_trail.html", {**_page_of(found), "reads": reads})
