"""Who answers for a stairwell today, as everybody may know it: what hangs in the stairwell, kept up to date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.access import queries as access
from yimen.core.clock import LOCAL, local
from yimen.core.database import reaching
from yimen.core.formats import format_phone
from yimen.core.reach import EVERYWHERE, under
from yimen.orgs import queries as orgs
from yimen.patches import queries as patches
from yimen.patches.queries.ground import ground_of
from yimen.patches.queries.signs import photo_of, where_words
from yimen.portal.kept import Kept
from yimen.portal.queries.halls import Hall, hall
from yimen.registry.queries.addresses import Address, Compound, address_parts, addresses_like, compounds_of

_DAYS = 7


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the coming week: in the hall, away (somebody else answers), or a day off."""

    on: date
    is_today: bool
    kind: str  # here, away, off
    hours: str


@dataclass(frozen=True, slots=True)
class Someone:
    """Officer or deputy with the number to call."""

    account_id: UUID
    name: str
    phone: str
    dial: str


@dataclass(frozen=True, slots=True)
class OfficerPage:
    """A patch as residents see it. `acting` answers now; None when nobody does, then the hall helps."""

    ref: str
    code: str
    number: int
    where: str
    households: int
    officer: Someone | None
    deputy: Someone | None
    acting: Someone | None
    is_away: bool
    back_at: datetime | None
    has_photo: bool
    week: Sequence[Day]
    hall: Hall | None
    hotline: str
    supervision: str


@dataclass(frozen=True, slots=True)
class Found:
    """A stairwell in words, with the patch it lies in; "" where its community has no patches yet."""

    words: str
    place: str
    ref: str


_ground: Kept[tuple[str, int, date], tuple[str, int]] = Kept(300)


def officer_page(ref: str, *, at: datetime) -> OfficerPage | None:
    """The page of a patch; None when no such patch stands today."""
    with reaching(EVERYWHERE):  # a name of twelve letters off a board tells where it belongs, and nothing else
        standing = patches.patch(ref, at=at)
    if standing is None:
        return None
    code = standing.division_code
    with reaching(under(code)):
        where, households = _ground.get((ref, standing.number, local(at).date()), lambda: _where(code, standing.id, at))
        place, above = hall(code, at=at), orgs.phones_above(code)
        people = [one for one in (standing.a, standing.b) if one is not None]
        phones = access.phones_of([one.account_id for one in people])
        told = {one.account_id: _someone(one, phones, place) for one in people}
        acting = standing.acting
        return OfficerPage(
            ref=ref,
            code=code,
            number=standing.number,
            where=where,
            households=households,
            officer=told[standing.a.account_id] if standing.a else None,
            deputy=told[standing.b.account_id] if standing.b and not standing.b.has_left else None,
            acting=told[acting.account_id] if acting else None,
            is_away=standing.a is not None and not standing.a.is_here,
            back_at=standing.a.away_until if standing.a else None,
            has_photo=standing.a is not None and photo_of(standing.a.account_id) is not None,
            week=_week(standing.a, place, at),
            hall=place,
            hotline=format_phone(above["city"]),
            supervision=format_phone(above["street"]),
        )


def community_of(ref: str) -> str:
    """The community whose boards and cards bear this name, also of a patch that has ended; "" for none."""
    with reaching(EVERYWHERE):
        return patches.community_of_patch(ref)


@dataclass(frozen=True, slots=True)
class Heir:
    """A patch of today that may have taken over from one that ended. `name` answers now, "" while nobody does."""

    ref: str
    number: int
    where: str
    name: str


def heirs(ref: str, code: str, *, at: datetime) -> list[Heir]:
    """The patches in which the stairwells of a patch that ended lie today; all of its community where that cannot be
    told."""
    on = local(at).date()
    with reaching(under(code)):
        after = {one.patch_id for one in patches.patches_after(ref, on=on)}
        lies, places = patches.division_on(code, on=on), ground_of(code, at=at).places
        return [
            Heir(
                one.ref,
                one.number,
                where_words([place for place in places if lies.get(place.id) == one.number]),
                one.acting.name if one.acting else "",
            )
            for one in patches.patches_at(code, at=at)
            if not after or one.id in after
        ]


def _where(code: str, patch_id: UUID, at: datetime) -> tuple[str, int]:
    own = set(patches.stairwells_of(patch_id, on=local(at).date()))
    places = [place for place in ground_of(code, at=at).places if place.id in own]
    return where_words(places), sum(place.households for place in places)


def _someone(person: patches.Person, phones: dict[UUID, str], place: Hall | None) -> Someone:
    phone = format_phone(phones.get(person.account_id, "")) or (place.phone if place else "")
    return Someone(
        person.account_id, person.name, phone, "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    )


def _week(officer: patches.Person | None, place: Hall | None, at: datetime) -> list[Day]:
    """The coming seven days: the hours of the hall on working days, unless an absence covers its opening."""
    if place is None:
        return []
    calendar, today = orgs.working_calendar(), local(at).date()
    away: list[tuple[datetime, datetime | None]] = []
    if officer is not None:
        last = datetime.combine(today + timedelta(days=_DAYS), place.closes_at, tzinfo=LOCAL)
        rows = orgs.absences(place.code, first=at, last=last, account_ids=[officer.account_id])
        away = [(row.from_at, row.to_at) for row in rows]
    days = []
    for offset in range(_DAYS):
        on = today + timedelta(days=offset)
        noon = datetime.combine(on, place.opens_at, tzinfo=LOCAL)
        moment = max(noon, at) if offset == 0 else noon
        gone = any(start <= moment and (end is None or moment < end) for start, end in away)
        kind = "away" if gone else "here"
        days.append(Day(on, offset == 0, kind if calendar.is_working(on) else "off", place.hours))
    return days


def photo(ref: str, *, at: datetime) -> bytes | None:
    """The photo of the officer of a patch."""
    with reaching(EVERYWHERE):
        standing = patches.patch(ref, at=at)
    if standing is None or standing.a is None:
        return None
    with reaching(under(standing.division_code)):
        return photo_of(standing.a.account_id)


def find_addresses(text: str, *, within: str, at: datetime) -> tuple[list[Found], tuple[str, str] | None]:
    """The stairwells an address may mean, in the chosen community first; where its building is known and its stairwell
    is not, those of the building, and the building and stairwell that were written."""
    for of_building in (False, True):
        found = addresses_like(text, within=within, of_building=of_building) if within else []
        found = found or addresses_like(text, of_building=of_building)
        if found:
            return _found(found, at), address_parts(text)[1:] if of_building else None
    return [], None


def _found(found: Sequence[Address], at: datetime) -> list[Found]:
    by_community: dict[str, list[Address]] = defaultdict(list)
    for one in found:
        by_community[one.community].append(one)
    rows = []
    for code, addresses in by_community.items():
        with reaching(under(code)):
            lies = patches.patches_of_stairwells([one.stairwell_id for one in addresses], on=local(at).date())
        for one in addresses:
            patch = lies.get(one.stairwell_id)
            rows.append(Found(_words(one), orgs.division_name(code), patch.ref if patch else ""))
    return rows


def _words(one: Address) -> str:
    return _("%(compound)s, building %(building)s, stairwell %(number)s") % {
        "compound": one.compound,
        "building": one.building,
        "number": one.number,
    }


def compounds(code: str) -> list[Compound]:
    """What can be chosen in a community."""
    return compounds_of(code)
