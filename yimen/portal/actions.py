"""Opening a case or a complaint by its number and second secret, and the ticket that keeps it open for a while."""

import ipaddress
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from yimen.access.actions import note_failure, wait_for_turn
from yimen.access.check import require
from yimen.cases import actions as cases
from yimen.cases.queries import resident
from yimen.cases.queries.resident import Known
from yimen.cases.rules import normal_number
from yimen.core.actor import Actor, Role
from yimen.core.database import reaching, want
from yimen.core.errors import N_, RuleBroken
from yimen.core.reach import under
from yimen.trail.idempotency import once
from yimen.trail.record import record
from yimen.visits.actions import contacts as visits
from yimen.visits.actions.contacts import Said

LIFE = timedelta(minutes=30)
_COOKIE = "track"
_SALT = "portal.track"
_COUNTERS = 24  # of one address: a family or a lobby shares an address, somebody who tries every number fills them all
_NOBODY = UUID(int=0)  # residents have no account; the key of a form is theirs alone
_WRONG = N_("Number and code do not fit together. Look at both on the receipt, or call the station.")


def unlock(number: str, secret: str, *, address: str, at: datetime, request_id: str) -> Known:
    """What this number and code open; the same words for an unknown number and for a wrong code."""
    keys = _counters(number, address)
    for key in keys:
        wait_for_turn(key, at=at)
    known = resident.recognised(number, secret)
    if known is None:
        for key in keys:
            note_failure(key, at=at)
        raise RuleBroken(_WRONG, field="code")
    actor = as_resident(known.division_code, address=address, request_id=request_id)
    require(actor, "case.follow")
    with transaction.atomic():
        record(
            actor,
            "case.follow",
            subject=(known.kind, known.number),
            division_code=known.division_code,
            at=at,
            is_read=True,
        )
    return known


def _counters(number: str, address: str) -> tuple[str, ...]:
    """One counter for this number from this address, one of a few for the address whatever the number."""
    wanted, network = normal_number(number)[:24], _network(address)
    return (f"track:{wanted}:{network}", f"track:{zlib.crc32(wanted.encode()) % _COUNTERS}:{network}")


def _network(address: str) -> str:
    """The address; of IPv6 the part a household is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:40]
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


def as_resident(division_code: str, *, address: str, request_id: str) -> Actor:
    """The resident behind a number and its code, who from here on reaches the one community of the case."""
    want(under(division_code))
    return Actor(Role.RESIDENT, division_code, name="resident", request_id=request_id, address=address)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the form holds. `key` is the form's own: sent twice, it is one complaint."""

    key: UUID
    community: str
    number: str
    text: str
    contact: str
    of_head: bool


def complain(made: Complaint, *, address: str, at: datetime, request_id: str) -> tuple[str, str]:
    """Its number and code. A case number that the community does not have is kept in the words, so that the answer
    never tells which numbers exist."""
    actor = as_resident(made.community, address=address, request_id=request_id)
    counter = f"complain:{_network(address)}"

    def run() -> tuple[int, dict[str, str]]:
        wait_for_turn(counter, at=at)
        known = made.number if made.number and resident.case_in(made.community, made.number) else ""
        words = made.text if known or not made.number else f"{made.text} [{normal_number(made.number)}]"
        found, secret = cases.complain(
            actor, number=known, text=words, contact=made.contact, of_head=made.of_head, at=at
        )
        note_failure(counter, at=at)  # nothing failed; the counter keeps one address from flooding the desk
        return 201, {"number": found.number, "secret": secret}  # the stored answer is sealed

    _status, answer = once(_NOBODY, str(made.key), repr(made).encode(), run, at=at)
    return answer["number"], answer["secret"]


@dataclass(frozen=True, slots=True)
class Message:
    """What the form on an officer's page holds. `key` is the form's own: sent twice, it is one message."""

    key: UUID
    community: str
    patch: str
    words: str
    name: str
    phone: str


def leave_message(made: Message, *, address: str, at: datetime, request_id: str) -> str:
    """Its number."""
    actor = as_resident(made.community, address=address, request_id=request_id)
    counter = f"message:{_network(address)}"

    def run() -> tuple[int, dict[str, str]]:
        wait_for_turn(counter, at=at)
        said = Said(made.words, made.name, made.phone)
        found = visits.leave_message(actor, patch_ref=made.patch, said=said, at=at)
        note_failure(counter, at=at)  # nothing failed; the counter keeps one address from flooding the desk
        return 201, {"number": found.number}

    with reaching(under(made.community)):
        _status, answer = once(_NOBODY, str(made.key), repr(made).encode(), run, at=at)
    return str(answer["number"])


def give_ticket(response: HttpResponse, known: Known, *, at: datetime) -> None:
    """Let this browser open what was unlocked, for half an hour."""
    until = int((at + LIFE).timestamp())
    value = signing.dumps([known.kind, known.number, known.division_code, until], salt=_SALT)
    response.set_cookie(
        _COOKIE,
        value,
        max_age=int(LIFE.total_seconds()),
        path="/p/",
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )


def ticket_of(request: HttpRequest, *, at: datetime) -> Known | None:
    """What this browser may open now, which from here on is reached."""
    try:
        kind, number, code, until = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if at.timestamp() >= until:
        return None
    want(under(code))
    return Known(kind, number, code)


def take_ticket_back(response: HttpResponse) -> None:
    """Forget it, on a phone or a screen that others use too."""
    response.delete_cookie(_COOKIE, path="/p/")
