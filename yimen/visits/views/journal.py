"""The journal: the month of an officer, a patch or a household, one day, and the month as a book."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from yimen import visits
from yimen.access.gate import actor_of, door
from yimen.cases.queries.words import matter_name
from yimen.core import documents
from yimen.core.clock import day_of, local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.formats import format_date, format_short
from yimen.core.web import asked_at, done, page, refusal, text
from yimen.orgs.queries import division_name
from yimen.visits.actions.noting import LONGEST, add_note
from yimen.visits.actions.printing import printed
from yimen.visits.queries.doors import compounds_of
from yimen.visits.queries.journal import Line, Scope, lines, matching, names_at, with_masked
from yimen.visits.queries.patch import patch_in_reach, patches_for, today_of
from yimen.visits.queries.vulnerable import door_meant, dwelling_id
from yimen.visits.rules.months import first_of, month_before, next_month
from yimen.visits.rules.words import OUTCOMES, TOPICS
from yimen.visits.views.patch import read_month

_TEMPLATES = Path(visits.__file__).parent / "documents"
KINDS = {
    "visit": N_("visit at the door"),
    "note": N_("note"),
    "case": N_("counter"),
    "box": N_("letter box"),
    "call": N_("call"),
    "group": N_("chat group"),
    "web": N_("message"),
    "desk": N_("reception"),
    "emptying": N_("box emptied"),
}
AFTER = {
    "open": N_("waits"),
    "taken": N_("taken over"),
    "refused": N_("left as it was"),
    "answered": N_("answered at once"),
}
PAGE = 20  # lines, and what belongs to the day of the last
_DONE = {"noted": N_("Written into the journal.")}


@door("journal.read")
def journal(request: HttpRequest) -> HttpResponse:
    """A month, narrowed by a text when one is asked for."""
    return _journal(request)


@door("journal.read")
def day(request: HttpRequest, on: str) -> HttpResponse:
    """One day."""
    try:
        named = day_of(on)
    except ValueError as error:
        raise NotFound() from error
    return _journal(request, day=named)


@door("journal.note", "POST")
def note(request: HttpRequest) -> HttpResponse:
    """Free words for a day."""
    actor = actor_of(request)
    try:
        made = add_note(
            actor,
            on=_day(request),
            words=text(request, "words", limit=LONGEST),
            dwelling_ref=door_meant(actor, text(request, "door", limit=30)),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _journal(request, error=error)
    return HttpResponseRedirect(f"/journal/{made.on.isoformat()}?done=noted")


def _day(request: HttpRequest) -> date:
    try:
        return day_of(text(request, "on", limit=10))
    except ValueError as error:
        raise RuleBroken(N_("Choose a day."), field="on") from error


def _scope(request: HttpRequest) -> tuple[Scope, str, dict[str, str]]:
    """Whose journal, in words, and how the address keeps it."""
    actor, at = actor_of(request), asked_at(request)
    if ref := text(request, "patch", limit=12):
        standing = patch_in_reach(actor, ref, at=at)
        return Scope(patch_id=standing.id), _("Patch %(n)s") % {"n": standing.number}, {"patch": ref}
    if ref := text(request, "door", limit=12) if request.method == "GET" else "":
        found = dwelling_id(actor, ref)
        if found is None:
            raise NotFound()
        return Scope(dwelling_id=found), _("One household"), {"door": ref}
    return Scope(account_id=actor.person), actor.name, {}


def _journal(request: HttpRequest, *, day: date | None = None, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    scope, name, kept = _scope(request)
    month = first_of(day) if day else read_month(request)
    first, following = (day, day + timedelta(days=1)) if day else (month, next_month(month))
    found = lines(actor, scope, first=first, following=following, at=at)
    wanted = text(request, "text", limit=40)
    names = names_at(actor, found)
    compounds = compounds_of(line.dwelling_ref for line in found)
    if wanted:
        found = matching(found, names, wanted, {key: _(words) for key, words in TOPICS.items()}, compounds)
    today = today_of(at)
    query, here = urlencode(kept), urlencode({"month": f"{month:%Y-%m}", **kept} | ({"text": wanted} if wanted else {}))
    until = _until(request) if day is None else None
    shown, onward = latest_days(found, until=until) if day is None else (found, None)
    context: dict[str, Any] = {
        "days": by_day(with_masked(shown, names)),
        "shown": len(shown),
        "total": len(found),
        "next": f"/journal?{here}&until={onward.isoformat()}" if onward else "",
        "first": f"/journal?{here}" if until else "",
        "compounds": compounds,
        "counts": counts_of(found),
        "name": name,
        "kept": kept,
        "day": day,
        "month": f"{month:%Y-%m}",
        "before": f"/journal?month={month_before(month):%Y-%m}&{query}",
        "after": f"/journal?month={next_month(month):%Y-%m}&{query}" if next_month(month) <= today else "",
        "print_href": f"/journal.pdf?month={month:%Y-%m}&{query}" if "door" not in kept else "",
        "own": patches_for(actor, at=at),
        "text": wanted,
        "community": division_name(actor.reach),
        "today": (day or today).isoformat(),
        "latest": today.isoformat(),
        "longest": LONGEST,
        "typed": request.POST,
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "visits/journal.html", context, status=422 if error else 200)


def _until(request: HttpRequest) -> date | None:
    typed = text(request, "until", limit=10)
    try:
        return day_of(typed) if typed else None
    except ValueError as error:
        raise NotFound() from error


def latest_days(found: Sequence[Line], *, until: date | None) -> tuple[list[Line], date | None]:
    """The lines of the latest whole days, as many as make a page, no later than a day; and the day the next page
    begins with, None when there is none."""
    on_day = Counter(line.on for line in found if until is None or line.on <= until)
    days, count = [], 0
    for day in sorted(on_day, reverse=True):
        if count >= PAGE:
            return [line for line in found if line.on in days], day
        days.append(day)
        count += on_day[day]
    return [line for line in found if line.on in days], None


def by_day(found: Sequence[Line]) -> list[tuple[date, list[dict[str, Any]]]]:
    """The lines by the day they tell of, latest day first, each in the reader's words."""
    days: dict[date, list[dict[str, Any]]] = {}
    for line in found:
        days.setdefault(line.on, []).append(in_words(line))
    return sorted(days.items(), reverse=True)


def in_words(line: Line) -> dict[str, Any]:
    """A line as it is read."""
    after = " ".join(_(AFTER[one]) if one in AFTER else one for one in line.after.split())
    if line.kind == "emptying":
        letters = int(line.after)
        after = ngettext("%(num)s letter", "%(num)s letters", letters) % {"num": letters} if letters else _("no letter")
    return {"line": line, "kind": _(KINDS[line.kind]), "said": _said(line), "after": after, "href": _href(line)}


def _said(line: Line) -> list[str]:
    if line.kind == "case":
        return [matter_name(UUID(line.ref))]
    if line.kind == "emptying":
        return [line.outcome]
    said = [_(OUTCOMES[line.outcome])] if line.outcome else []
    return said + [_(TOPICS.get(topic, topic)) for topic in line.topics]


def _href(line: Line) -> str:
    if line.kind == "case":
        return f"/cases/{line.after}"
    pages = {"visit": "visits", "note": "", "emptying": "contact-boxes"}
    page_of = pages.get(line.kind, "contacts")
    return f"/{page_of}/{line.ref}" if page_of else ""


def counts_of(found: Sequence[Line]) -> list[tuple[str, int]]:
    """How many lines of each kind."""
    counted = Counter(line.kind for line in found)
    return [(_(words), counted[kind]) for kind, words in KINDS.items() if counted[kind]]


@door("journal.print")
def book(request: HttpRequest) -> HttpResponse:
    """The month as a book: A4, names masked, an index by household and by topic."""
    actor, at = actor_of(request), asked_at(request)
    scope, name, _kept = _scope(request)
    month = read_month(request)
    found = lines(actor, scope, first=month, following=next_month(month), at=at)
    found = with_masked(found, names_at(actor, found))
    printed(actor, month=month, lines=len(found), at=at)
    language = get_language() or "zh-hans"
    compounds = compounds_of(line.dwelling_ref for line in found)
    data = _book([_placed(line, compounds) for line in found], month, language) | {
        "lang": "en" if language.startswith("en") else "zh",
        "place": f"{division_name(actor.reach)} · {name}",
        "by": _("%(name)s printed this on %(day)s. Names are masked.")
        % {"name": actor.name, "day": format_date(local(at).date(), "plain", language=language)},
    }
    pdf = documents.render(
        _TEMPLATES / "journal.typ",
        data,
        watermark=f"{actor.name} {local(at):%Y-%m-%d %H:%M}",
        demo=_("Demonstration") if settings.DEMO else "",
    )
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="journal-{month:%Y-%m}.pdf"'
    return response


def _placed(line: Line, compounds: Mapping[str, str]) -> Line:
    return replace(line, door=f"{compounds[line.dwelling_ref]} {line.door}") if line.dwelling_ref in compounds else line


def _book(found: Sequence[Line], month: date, language: str) -> dict[str, Any]:
    days: list[dict[str, Any]] = []
    doors: dict[str, list[int]] = {}
    topics: dict[str, list[int]] = {}
    for number, line in enumerate(sorted(found, key=lambda one: (one.on, one.at)), start=1):
        if not days or days[-1]["on"] != line.on.isoformat():
            title = format_date(line.on, "day", language=language)
            days.append({"on": line.on.isoformat(), "title": title, "rows": []})
        days[-1]["rows"].append(_printed(number, line, language))
        if line.door:
            doors.setdefault(line.door, []).append(number)
        for topic in line.topics:
            topics.setdefault(_(TOPICS.get(topic, topic)), []).append(number)
    return {
        "title": _("Journal"),
        "number": f"{month:%Y-%m}",
        "sums": [[words, str(count)] for words, count in counts_of(found)],
        "heads": [_("No."), _("Time"), _("Way"), _("Which household"), _("What was said"), _("What came of it")],
        "days": days,
        "index_title": _("Index"),
        "indexes": [[_("By household"), _places(doors)], [_("By topic"), _places(topics)]],
        "empty": "" if found else _("Nothing was written down in this month."),
        "signs": [_("Signature of the officer"), _("Signature of the head"), _("Seal")],
    }


def _places(index: Mapping[str, Sequence[int]]) -> list[list[str]]:
    return [[name, ", ".join(map(str, numbers))] for name, numbers in sorted(index.items())]


def _printed(number: int, line: Line, language: str) -> list[str]:
    words = in_words(line)
    said = _(", ").join([*words["said"], line.words] if line.words else words["said"])
    late = ""
    if line.written_on:
        late = _("written down %(day)s") % {"day": format_short(line.written_on, language=language, today=line.on)}
    who = f"{line.door} {line.masked}".strip()
    return [str(number), f"{local(line.at):%H:%M}", words["kind"], who, said, late, words["after"]]
