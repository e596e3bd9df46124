"""Where a phone's script speaks with the server: who am I to you, my pack, my records. JSON, and words in it."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door, public_door
from yimen.access.queries import own_account
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.formats import sentences
from yimen.core.web import asked_at, fragment, page, received, sentence
from yimen.visits.actions.packing import pack, wiped
from yimen.visits.actions.recording import Recorded, import_visits, record_visits
from yimen.visits.queries.packed import is_to_be_wiped
from yimen.visits.queries.same_fact import disputed
from yimen.visits.rules.offline import PACK_LASTS, Sent, is_clock_wrong
from yimen.visits.views.doors import count_words, counts_words, stop_words
from yimen.visits.views.phone import dispute_words
from yimen.visits.views.records import (
    MOST_BYTES,
    MOST_FILE_BYTES,
    UNREADABLE,
    check_size,
    device_of,
    from_file,
    from_phone,
)
from yimen.visits.views.turns import in_turn
from yimen.visits.views.words import clock_words, credit_words

_FRESH = "private, no-cache"  # asked for anew each time


@public_door()
def hello(request: HttpRequest) -> HttpResponse:
    """Who is signed in here, a token for the next sending, and whether this phone is to forget everything. Open to
    everybody, for a phone that was lost is signed in as nobody."""
    device = device_of(request)
    actor, base = received(request).actor, received(request).base_frame()
    said = {
        "account": own_account(actor.person).ref if actor else "",
        "token": str(base["csrf_token"]),
        "wipe": device is not None and is_to_be_wiped(device),
        "now": asked_at(request).isoformat(),
    }
    return _json(said)


@public_door("POST")
def wiped_(request: HttpRequest) -> HttpResponse:
    """The phone has forgotten everything."""
    device = device_of(request)
    if device is not None:
        wiped(device, at=asked_at(request))
    return _json({})


@door("device.pack", "POST")
@in_turn
def pack_(request: HttpRequest) -> HttpResponse:
    """The officer's own walk for one phone, gone after 72 hours."""
    device, actor, at = device_of(request), actor_of(request), asked_at(request)
    if device is None:
        return _refused(RuleBroken(UNREADABLE))
    try:
        packed = pack(actor, device_id=device, agent=request.headers.get("User-Agent", ""), at=at)
    except RuleBroken as error:
        return _refused(error)
    day = local(at).date()
    walk = [stop_words(stop, day) for stop in packed.stops]
    said = {
        "account": packed.account_ref,
        "patches": packed.patches,
        "now": at.isoformat(),
        "lasts_s": int(PACK_LASTS.total_seconds()),
        "counts": counts_words(packed.counts),
        "walk": [{**stop, "count": count_words(stop)} for stop in walk],
        "disputes": [dispute_words(one) for one in disputed(actor)],
    }
    return _json(said)


@door("visit.record", "POST")
@in_turn
def sync(request: HttpRequest) -> HttpResponse:
    """Records of a phone, each with what became of it in words. Sent again, they get the same answer."""
    actor = actor_of(request)
    try:
        check_size(int(request.META.get("CONTENT_LENGTH") or 0), MOST_BYTES)
        records, sent = from_phone(request.body, received_at=asked_at(request))
        taken = record_visits(actor, records=records, sent=sent)
    except RuleBroken as error:
        return _refused(error)
    return _json(
        {"records": [_result(one, sent) for one in taken], "disputes": [dispute_words(d) for d in disputed(actor)]}
    )


def _result(one: Recorded, sent: Sent) -> dict[str, Any]:
    if one.refused is None:
        words = [clock_words(sent.clock_off)] if is_clock_wrong(sent.clock_off) else []
        words += [credit_words(one.credit)] if one.credit else []
        return {"id": str(one.id), "state": "sent", "words": sentences(words, language=get_language() or "")}
    return {"id": str(one.id), "state": "decide", "words": sentence(one.refused)}


@door("visit.import", "GET", "POST")
def import_(request: HttpRequest) -> HttpResponse:
    """A file that a phone has saved because it found no network: bring it in at the station."""
    context: dict[str, Any] = {"messages": [], "error": "", "refused": [], "noted": []}
    file = request.FILES.get("file")
    if request.method == "GET":
        return page(request, "visits/phone_import.html", context)
    try:
        if file is None:
            raise RuleBroken(N_("Choose the file that the phone has saved."), field="file")
        parcels = from_file(file.read(MOST_FILE_BYTES + 1), received_at=asked_at(request))
        taken = import_visits(actor_of(request), parcels=parcels)
    except RuleBroken as error:
        return page(request, "visits/phone_import.html", {**context, "error": sentence(error)}, status=422)
    new = sum(one.is_new for one in taken)
    at = {said.id: said.at for records, _sent in parcels for said in records}
    refused = [(one.door, at[one.id], sentence(one.refused)) for one in taken if one.refused]
    noted = [(one.door, at[one.id], credit_words(one.credit)) for one in taken if one.credit and not one.refused]
    known = len(taken) - new - len(refused)
    words = _("%(new)s taken, %(known)s known already, %(refused)s refused.")
    said = words % {"new": new, "known": known, "refused": len(refused)}
    return page(
        request, "visits/phone_import.html", {**context, "messages": [said], "refused": refused, "noted": noted}
    )


@public_door()
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from an address whose scope holds the phone's pages: it lists what to keep, then the code."""
    response = fragment(request, "visits/phone_worker.js", {})
    for name, value in {
        "Content-Type": "text/javascript; charset=utf-8",
        "Service-Worker-Allowed": "/m",
        "Cache-Control": _FRESH,
    }.items():
        response.headers[name] = value
    return response


@public_door()
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to install these pages."""
    response = fragment(request, "visits/phone_manifest.json", {})
    for name, value in {"Content-Type": "application/manifest+json; charset=utf-8", "Cache-Control": _FRESH}.items():
        response.headers[name] = value
    return response


def _json(said: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(said, json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(error: RuleBroken) -> HttpResponse:
    body = json.dumps({"refused": sentence(error)}, ensure_ascii=False)
    return HttpResponse(body, status=422, content_type="application/json; charset=utf-8")
