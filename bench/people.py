"""Who asks, and for what: cookies of the cast, and cases, residents and fragments drawn from the demonstration."""

import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from django.conf import settings
from django.db import connection
from django.utils.crypto import get_random_string

from bench.load import Request, by_htmx, request
from yimen.access import actions
from yimen.core.clock import now
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE

CSRF = get_random_string(32)


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of the cast."""

    username: str
    cookie: str
    reach: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to open."""

    numbers: tuple[str, ...]  # open cases of window's own
    cases: tuple[str, ...]
    residents: tuple[str, ...]
    fragments: tuple[str, ...]
    matters: tuple[str, ...]
    unserved: tuple[str, ...]  # residents for whom a case may be taken


def sign_in(username: str, password: str) -> Person:
    """A session of the cast, through the action a browser would reach."""
    cookie = actions.sign_in(username, password, at=now(), address="127.0.0.1", agent="bench", request_id="")
    with connection.cursor() as cursor:
        cursor.execute(
            "select t.division_code from access_seat t join access_account a on a.id = t.account_id "
            "join access_session s on s.seat_id = t.id where a.username = %s order by s.created_at desc limit 1",
            (username,),
        )
        (reach,) = cursor.fetchone()
    return Person(username, f"{settings.SESSION_COOKIE}={cookie}; csrf={CSRF}", reach)


def narrowed(page: str, person: Person) -> str:
    """The address of a list narrowed by what somebody typed, which is kept as the list itself would keep it."""
    path, _mark, query = page.partition("?")
    asked = dict(parse_qsl(query))
    typed: dict[str, str] = {name: asked.pop(name) for name in ("name", "door", "text", "person") if name in asked}
    if typed:
        asked["f"] = actions.keep_typed(typed, cookie=person.cookie.partition(";")[0].partition("=")[2])
    return f"{path}?{urlencode(asked)}" if asked else path


def _column(sql: str, *params: str) -> tuple[str, ...]:
    with reaching(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return tuple(row[0] for row in cursor.fetchall())


def stock(window: Person) -> Stock:
    """Cases, residents and search fragments of the window's own community."""
    inside = "division_code = %s"
    names = _column(
        f"select name from registry_resident where {inside} and merged_into_id is null limit 400",
        window.reach,
    )
    keys = _column(
        "select k from registry_resident, unnest(name_keys) k where division_code = %s "
        "and k ~ '^[a-z]{3,4}$' limit 400",
        window.reach,
    )
    doors = _column(f"select door_short from registry_dwelling where {inside} order by id limit 200", window.reach)
    numbers = _column(
        "select c.number from cases_case c join access_account a on a.id = c.owner_id where a.username = %s "
        "and c.state = 'open' order by c.id limit 300",
        window.username,
    )
    cases = _column(
        f"select number from cases_case where {inside} and not is_restricted order by id limit 800", window.reach
    )
    residents = _column(
        f"select ref from registry_resident where {inside} and merged_into_id is null and not is_protected "
        "order by id limit 3000",
        window.reach,
    )
    old = _column(
        f"select ref from registry_resident where {inside} and merged_into_id is null and not is_protected "
        "and died_on is null and phone is not null and id_number is not null and registered_address <> '' "
        "and birth_on < '1962-01-01' and exists (select from registry_residence l where l.to_on is null "
        "and l.resident_id = registry_resident.id and l.kind in ('both', 'living')) order by id",
        window.reach,
    )
    fragments = tuple(name[:2] for name in names) + keys + doors
    return Stock(numbers, cases, residents, fragments, ("MZ-10", "MZ-11", "LD-01", "HW-01", "ZZ-01"), old)


def search(person: Person, fragment: str) -> Request:
    """What the box sends while somebody types."""
    body = f"q={quote(fragment)}&csrfmiddlewaretoken={CSRF}".encode()
    return by_htmx(request("search", "POST", "/search", cookie=person.cookie, form=body))


def note(person: Person, number: str) -> Request:
    """Words for colleagues on a case."""
    body = f"text={quote('已电话联系')}&csrfmiddlewaretoken={CSRF}".encode()
    return request("write", "POST", f"/cases/{number}/note", cookie=person.cookie, form=body, expect=(302,))


def take(token: str, resident: str, key: str) -> Request:
    """A matter taken over the API, once per key."""
    body = json.dumps(
        {"resident": resident, "matters": ["MZ-10"], "papers": {"ID": "seen", "PH": "in"}, "again": ["MZ-10"]}
    )
    raw = (
        "POST /api/v1/cases HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    return Request("write", raw.encode(), (201,))
