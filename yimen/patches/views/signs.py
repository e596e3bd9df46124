"""Boards and contact cards of a station: print, hang, hand out, and see which are to be replaced."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.actor import Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.web import asked_at, done, fragment, is_fragment, page, refusal, text
from yimen.orgs import queries as orgs
from yimen.patches.actions import printing, signs
from yimen.patches.queries import may_act
from yimen.patches.queries.signs import PrintRow, numbers_of, photo_of, print_file, print_of, prints_of, signs_of

_DONE = {
    "posted": N_("Written down: the boards hang as of today."),
    "given": N_("Written down: the cards were handed out today."),
    "photo": N_("The photo is kept. It stands on the next boards and on the resident page."),
}
_STATES = {"waiting": N_("being drawn"), "done": N_("ready"), "failed": N_("could not be drawn, ask again")}
KINDS = {"boards": N_("Stairwell boards"), "cards": N_("Contact cards")}


@door("sign.read")
def registers(request: HttpRequest) -> HttpResponse:
    """Every patch with its boards and cards, and the sheets that were drawn."""
    return _page(request)


def _page(request: HttpRequest, error: RuleBroken | None = None) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    code = text(request, "station", limit=12) or actor.reach
    if not actor.reaches(code):
        raise NotFound()
    if len(code) != 12:
        return page(request, "patches/sign_stations.html", {"stations": _stations(code, request)})
    found = signs_of(code, at=at)
    is_own = code == actor.reach
    context = {
        "name": orgs.division_name(code),
        "patches": found,
        "boards_due": sum(one.boards_due for one in found),
        "cards_due": sum(one.cards_due for one in found),
        "prints": [(one, _title(one)) for one in prints_of(code)] if is_own else [],
        "states": {key: _(words) for key, words in _STATES.items()},
        "numbers": numbers_of(code, at=at),
        "may_print": is_own and may(actor, "sign.print"),
        "may_write": {one.standing.ref for one in found if is_own and may_act(actor, one.standing)},
        "workers": _workers(request) if is_own and may(actor, "portrait.keep") else [],
        "error": refusal(error),
        "messages": done(request, _DONE),
    }
    return page(request, "patches/signs.html", context, status=422 if error else 200)


def _workers(request: HttpRequest) -> list[tuple[str, str]]:
    """Whose photo this person may keep."""
    actor = actor_of(request)
    people = orgs.workers(actor.reach, at=asked_at(request))
    return [(one.ref, one.name) for one in people if actor.role is Role.HEAD or one.account_id == actor.account_id]


def _stations(code: str, request: HttpRequest) -> list[dict[str, Any]]:
    rows = orgs.with_stations(code, on=local(asked_at(request)).date())
    return [{"href": f"/patches/signs?station={row}", "title": orgs.division_name(row)} for row in rows]


@door("sign.print", "POST")
def ask(request: HttpRequest) -> HttpResponse:
    """Have boards or cards drawn; the next page says how far they are."""
    try:
        made = printing.ask_print(
            actor_of(request),
            kind=text(request, "kind", limit=6),
            paper=text(request, "paper", limit=2) or "a4",
            patch_ref=text(request, "patch", limit=12),
            is_due=text(request, "due", limit=1) == "1",
            origin=f"{request.scheme}://{request.get_host()}",
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _page(request, error)
    return HttpResponseRedirect(f"/patches/prints/{made.ref}")


def _title(shown: PrintRow) -> str:
    """What is printed, boards with their paper: both sizes may be drawn on one day."""
    words = _(KINDS[shown.kind])
    return f"{words} {shown.paper.upper()}" if shown.kind == "boards" else words


@door("sign.print")
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """How far a PDF is. htmx asks for the progress alone and is sent on at its end."""
    shown = print_of(actor_of(request).reach, ref)
    if shown is None:
        raise NotFound()
    context = {"shown": shown, "title": _title(shown), "state": _(_STATES[shown.state])}
    context["pages"] = ngettext("%(num)s page", "%(num)s pages", shown.pages) % {"num": shown.pages}
    if is_fragment(request):
        if shown.is_working:
            return fragment(request, "patches/print_progress.html", context)
        return HttpResponse(headers={"HX-Redirect": f"/patches/prints/{ref}"})
    return page(request, "patches/print.html", context)


@door("sign.print")
def sheet_pdf(request: HttpRequest, ref: str) -> HttpResponse:
    """The PDF."""
    content = print_file(actor_of(request).reach, ref)
    if content is None:
        raise NotFound()
    return HttpResponse(content, content_type="application/pdf")


def _wells(request: HttpRequest) -> set[UUID] | None:
    """The stairwells that were ticked; None for all."""
    typed = request.POST.getlist("well")
    try:
        return {UUID(one) for one in typed} or None
    except ValueError:
        raise NotFound() from None


@door("board.post", "POST")
def post(request: HttpRequest, ref: str) -> HttpResponse:
    """The boards hang."""
    try:
        signs.post_boards(actor_of(request), patch_ref=ref, stairwell_ids=_wells(request), at=asked_at(request))
    except RuleBroken as error:
        return _page(request, error)
    return HttpResponseRedirect("/patches/signs?done=posted")


@door("card.give", "POST")
def give(request: HttpRequest, ref: str) -> HttpResponse:
    """The cards were handed out."""
    try:
        signs.give_cards(actor_of(request), patch_ref=ref, stairwell_ids=_wells(request), at=asked_at(request))
    except RuleBroken as error:
        return _page(request, error)
    return HttpResponseRedirect("/patches/signs?done=given")


@door("portrait.keep", "POST")
def photo(request: HttpRequest) -> HttpResponse:
    """A photo comes in."""
    sent = request.FILES.get("photo")
    try:
        if sent is None or (sent.size or 0) > signs.LARGEST_PHOTO:
            raise RuleBroken(N_("Choose a photo of at most 8 MB: JPEG, PNG or WebP."), field="photo")
        signs.keep_photo(
            actor_of(request),
            account_ref=text(request, "person", limit=12),
            content=sent.read(),
            at=asked_at(request),
        )
    except RuleBroken as error:
        return _page(request, error)
    return HttpResponseRedirect("/patches/signs?done=photo")


@door("sign.print")
def portrait(request: HttpRequest, account: str) -> HttpResponse:
    """The photo of somebody of the station."""
    actor, at = actor_of(request), asked_at(request)
    worker = next((one for one in orgs.workers(actor.reach, at=at) if one.ref == account), None)
    content = photo_of(worker.account_id) if worker else None
    if content is None:
        raise NotFound()
    return HttpResponse(content, content_type="image/jpeg")
