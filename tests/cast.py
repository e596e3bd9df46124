"""The fixed cast of the tests: who they are, where they sit, and how to act or click as one of them.

Everything in it is fictional except the names and codes of divisions.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.test import Client

from yimen.access import actions as access
from yimen.access import queries
from yimen.access.actions.sessions import as_actor, open_session
from yimen.catalogue import actions as catalogue
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.clock import LOCAL, now
from yimen.core.errors import NotFound
from yimen.orgs import actions as orgs

MONDAY = datetime(2026, 11, 16, 10, 0, tzinfo=LOCAL)  # an ordinary working day, ten in the morning
SINCE = date(2025, 1, 6)
PASSWORD = "seven lanterns over the canal"

CITY, DISTRICT, STREET, COMMUNITY = "3202", "320213", "320213025", "320213025001"
SIBLING = "320213025002"  # another community of the same street
NEXT_STREET = "320213024"
NEXT_COMMUNITY = "320213024001"  # a community of the neighbouring street
OTHER_DISTRICT = "320205"
OTHER_COMMUNITY = "320205001001"


@dataclass(frozen=True)
class Person:
    """One of the cast. `posts` are A and B posts of a worker such as "MZ A"; the first is where they sign in."""

    username: str
    name: str
    role: Role
    division_code: str
    posts: tuple[str, ...] = field(default=())
    line: str = ""


CAST = (
    Person("window", "沈晓岚", Role.WINDOW, COMMUNITY, ("MZ A", "LD B")),
    Person("window2", "许一帆", Role.WINDOW, COMMUNITY, ("LD A", "MZ B")),
    Person("window3", "陆建明", Role.WINDOW, COMMUNITY, ("ZZ A", "HW A", "WJ B", "JS B")),
    Person("window4", "钱小满", Role.WINDOW, COMMUNITY, ("WJ A", "JS A", "ZZ B", "HW B")),
    Person("head", "吴静雯", Role.HEAD, COMMUNITY),
    Person("sibling", "高文佳", Role.WINDOW, SIBLING, ("MZ A", "LD B")),
    Person("siblinghead", "冯国良", Role.HEAD, SIBLING),
    Person("street", "周敏", Role.STREET, STREET),
    Person("nextstreet", "唐书琴", Role.STREET, NEXT_STREET),
    Person("nextdoor", "丁海波", Role.WINDOW, NEXT_COMMUNITY, ("MZ A", "LD A")),
    Person("nexthead", "薛明", Role.HEAD, NEXT_COMMUNITY),
    Person("district", "顾正平", Role.DISTRICT, DISTRICT),
    Person("otherdistrict", "华宁", Role.DISTRICT, OTHER_DISTRICT),
    Person("faraway", "严立", Role.WINDOW, OTHER_COMMUNITY, ("MZ A",)),
    Person("city", "秦岚", Role.CITY, CITY),
    Person("dept", "蒋文", Role.DEPT, DISTRICT, line="MZJ"),
    Person("finance", "谢宏", Role.FINANCE, DISTRICT),
    Person("sysadmin", "方哲", Role.SYSADMIN, CITY),
    Person("security", "邵青", Role.SECURITY, CITY),
    Person("auditor", "马骏", Role.AUDITOR, CITY),
)
SEATS: dict[str, Person] = {person.username: person for person in CAST}


def build_world() -> None:
    """Divisions, departments, posts, calendars, stations and the cast, through the actions a real city uses."""
    at = datetime(2025, 1, 6, 8, 0, tzinfo=LOCAL)
    orgs.load_house(SYSTEM, at=at)
    orgs.load_stations(SYSTEM, rows=orgs.station_rows(DISTRICT), at=at)
    orgs.load_stations(SYSTEM, rows=[orgs.StationRow(OTHER_COMMUNITY)], at=at)
    catalogue.load_default_catalogue(SYSTEM, at=at)
    for person in CAST:
        seat_person(person, at=at)


def seat_person(person: Person, *, at: datetime) -> None:
    """An account with all its seats."""
    account = access.create_account(
        SYSTEM, username=person.username, name=person.name, password=PASSWORD, must_choose=False, at=at
    )
    for held in person.posts or ("",):
        post, _, side = held.partition(" ")
        access.grant_seat(
            SYSTEM,
            account_ref=account.ref,
            role=person.role,
            division_code=person.division_code,
            line=person.line,
            post=post,
            side=side,
            from_on=SINCE,
            at=at,
        )


def actor(username: str, post: str = "") -> Actor:
    """One of the cast in their first seat, or in the seat of a post such as "LD"."""
    account = queries.account_named(username)
    assert account is not None, f"{username} is not in the cast"
    seats = [seat for seat in queries.live_seats(account.id, on=MONDAY.date()) if post in ("", seat.post)]
    first = (SEATS[username].posts or ("",))[0] if username in SEATS else ""
    if not seats:
        raise NotFound()
    seat = next((seat for seat in seats if f"{seat.post} {seat.side}".strip() == first), seats[0])
    return as_actor(account, seat, request_id="test", address="127.0.0.1")


def client_for(username: str, post: str = "") -> Client:
    """A browser in which one of the cast is signed in, without the slow password check; forms need no token."""
    found = actor(username, post)
    assert found.account_id is not None
    seat = next(seat for seat in queries.live_seats(found.account_id, on=MONDAY.date()) if seat.id == found.seat_id)
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = open_session(
        found.account_id, seat, at=now(), address="127.0.0.1", agent="test"
    )
    return client
