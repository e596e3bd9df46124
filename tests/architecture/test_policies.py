"""The second gate: the database itself asks who reaches a row. Shown by taking the first one away."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Q

from tests import cast
from tests.architecture.callers import Caller, Callers
from tests.architecture.doors import doors
from tests.architecture.grid import HOME, PLACES, staff_rows
from tests.architecture.test_plans import LISTS, TEXTS
from tests.architecture.things import Things
from yimen.access import scope
from yimen.core.actor import STAFF_ROLES, Actor, Role
from yimen.core.policies import within
from yimen.core.reach import EVERYWHERE
from yimen.site.classification import OF_A_PERSON, lines

pytestmark = pytest.mark.django_db

# Tables that hold something of a person and have no policy, and why.
OPEN = {
    "access.Account": "who asks is found in it, before anybody has a reach; staff are named to all",
    "access.Seat": "the same",
    "access.Session": "the same; found by the hash of a secret",
    "access.Token": "the same; found by the hash of a secret",
    "access.TypedFilter": "sealed, and found with the session in which it was typed",
    "access.Attempt": "counts wrong tries before anybody has signed in",
    "orgs.Absence": "who is there today is told to every resident who asks",
    "orgs.Skill": "of staff, without a division; read with the station",
    "trail.Idempotency": "sealed answers, found by the asker's own key, kept for 72 hours",
    "trail.Verification": "which auditor asked for it",
    "visits.VulnerableRule": "the rules of the city itself, with who set them",
}


def test_every_table_with_something_of_a_person_has_its_policies() -> None:
    personal = {line.model for line in lines() if line.class_ in OF_A_PERSON}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, array_agg(p.polcmd::text) from pg_class c join pg_policy p on p.polrelid = c.oid"
            " where c.relrowsecurity group by 1"
        )
        there = {name: set(acts) for name, acts in cursor.fetchall()}
    without = {label for label in personal if there.get(apps.get_model(label)._meta.db_table) != {"r", "a", "w", "d"}}
    assert without == set(OPEN)


_POLICIES = "select tablename, policyname, qual, with_check from pg_policies where schemaname = 'public' order by 1, 2"


def test_an_upgrade_gives_policies_the_form_they_have_in_a_new_database() -> None:
    rewrite = importlib.import_module("yimen.trail.migrations.0010_reach_estimated").Migration.operations[0].sql
    bare = within("division_code")
    with connection.cursor() as cursor:
        cursor.execute(_POLICIES)
        new = cursor.fetchall()
        assert not any("yimen.lo" in f"{row}" and "COALESCE(" not in f"{row}" for row in new)
        cursor.execute(
            f"alter policy reach_read on registry_residence using (({bare}) or registry_served(resident_id))"
        )
        cursor.execute(f"alter policy reach_update on cases_case using ({bare}) with check ({bare})")
        cursor.execute(f"alter policy reach_insert on cases_draft with check ({bare})")
        cursor.execute(_POLICIES)
        assert sum(before != after for before, after in zip(new, cursor.fetchall(), strict=True)) == 3
        for _twice in range(2):
            cursor.execute(rewrite)
            cursor.execute(_POLICIES)
            assert cursor.fetchall() == new


def _bounds(actor: Actor) -> tuple[str, str]:
    return EVERYWHERE


def _in_reach(actor: Actor, field: str = "division_code") -> Q:
    return Q()


def _within_sql(code: str, name: str) -> str:
    return f"%({name})s::text is not null"


def _within(table: str, low: str, values: dict[str, Any]) -> str:
    return "true"


GATES = {"bounds": _bounds, "in_reach": _in_reach, "within_sql": _within_sql, "_within": _within}


@pytest.fixture
def no_first_gate() -> Iterator[None]:
    """Every query and action of the application believes that everybody reaches everything."""
    assert doors()  # all of it is loaded, so nothing takes an opened gate along
    ours = [module for name, module in sys.modules.items() if name.startswith("yimen.")]
    with ExitStack() as stack:
        for module in ours:
            for name, opened in GATES.items():
                if callable(vars(module).get(name)):
                    stack.enter_context(patch.object(module, name, opened))
        stack.enter_context(patch.object(Actor, "reaches", lambda self, code: True))
        assert scope.in_reach is _in_reach
        yield
    ours = [module for name, module in sys.modules.items() if name.startswith("yimen.")]
    assert not [one for one in ours if any(vars(one).get(name) is opened for name, opened in GATES.items())]


OF_PEOPLE = {"resident", "duplicate", "case", "draft", "dwelling", "follow_up", "import"}  # objects under policies
MARK = "\u9f98"  # in what the community has on record, and nowhere else: no secret or nonce is drawn from such letters


@pytest.fixture
def traces(things: Things) -> list[str]:
    """What must appear before nobody elsewhere: the mark, and the public references of all that the community has."""
    with connection.cursor() as cursor:
        cursor.execute("update registry_resident set name = left(name, 1) || %s", [MARK])
        cursor.execute("update registry_dwelling set address = address || %s", [MARK])
        found = [MARK, MARK.encode("unicode-escape").decode()]
        cursor.execute(
            "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relrowsecurity and (a.attname = 'ref' or (c.relname, a.attname) = ('cases_case', 'number'))"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f"select {column} from {table}")
            found += [value for (value,) in cursor.fetchall()]
    assert len(found) > 10
    return found


def _leaks(role: Role, things: Things, callers: Callers, traces: list[str]) -> list[tuple[str, ...]]:
    """Every door that shows somebody elsewhere something of the community, or that lets them act on it."""
    leaks: list[tuple[str, ...]] = []
    for reach in PLACES[HOME[role]]:
        if cast.COMMUNITY.startswith(reach):
            continue
        caller = callers(role, reach)
        for row in staff_rows():
            if row.may[role]:
                address = things.address(row)
                leaks += _leaks_of(caller, row.door.method, address, traces, known=row.kind in OF_PEOPLE)
        if role in SEARCHING:
            for page in LISTS:
                leaks += _leaks_of(caller, "GET", page, traces, known=False)
            for typed in TEXTS:
                leaks += _leaks_of(caller, "POST", "/search", traces, known=False, form=f"q={quote(typed)}")
    return leaks


def _leaks_of(
    caller: Caller, method: str, address: str, traces: list[str], *, known: bool, form: str = ""
) -> Iterator[tuple[str, ...]]:
    answer = caller.ask(method, address, form)
    if form and answer.status_code == 303:  # on to the list of what was typed
        answer = caller.ask("GET", answer.headers["Location"])
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    shown = [trace for trace in traces if trace in text and trace not in address]
    if shown or answer.status_code >= 500 or (known and answer.status_code != 404):
        yield method, address, form, str(answer.status_code), *shown


SEARCHING = (Role.WINDOW, Role.HEAD, Role.STREET, Role.DISTRICT, Role.CITY)
ELSEWHERE = [role for role in STAFF_ROLES if role not in (Role.FINANCE, Role.AUDITOR)]


@pytest.mark.parametrize("role", ELSEWHERE)
def test_without_the_first_gate_nothing_leaks(
    role: Role,
    things: Things,
    callers: Callers,
    traces: list[str],
    no_first_gate: None,
) -> None:
    assert _leaks(role, things, callers, traces) == []


def test_without_both_gates_everything_leaks(
    things: Things,
    callers: Callers,
    traces: list[str],
    no_first_gate: None,
) -> None:
    """So the test above has something to find."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("select relname from pg_class where relrowsecurity")
        for (table,) in cursor.fetchall():
            cursor.execute(f"alter table {table} disable row level security")
    assert len(_leaks(Role.WINDOW, things, callers, traces)) > 50
