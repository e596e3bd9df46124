"""Statements handed straight to libpq answer, fail and begin transactions as psycopg's own do."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection
from psycopg.pq import ConnStatus

from yimen.core.database import PLANNED_ANEW, reaching
from yimen.core.database.cursors import PromptCursor, _error
from yimen.core.reach import under

TIMES = 6  # the server has prepared a statement by then
ASKED = "select %s::text, %s::int, %s::timestamptz"


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that went psycopg's way."""
    slow: list[str] = []
    ask = psycopg.Cursor.execute

    def asked(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        slow.append(query)
        return ask(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", asked)
    return slow


def own() -> psycopg.Connection[Any]:
    """A connection of the test's own, outside its transaction."""
    connection.ensure_connection()
    made: psycopg.Connection[Any] = connection.get_new_connection(connection.get_connection_params())
    made.autocommit = True
    return made


@pytest.mark.django_db
def test_a_statement_asked_often_goes_straight_to_the_server_and_answers_alike(direct: list[str]) -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    for turn in range(TIMES):
        with connection.cursor() as cursor:
            cursor.execute(ASKED, (f"第{turn}", turn, at))
            assert cursor.fetchall() == [(f"第{turn}", turn, at)]
            assert cursor.rowcount == 1
    assert direct.count(ASKED) < TIMES


@pytest.mark.django_db
def test_it_fails_by_the_same_errors() -> None:
    with own() as mine:
        assert mine.cursor_factory is PromptCursor
        for turn in range(TIMES):
            mine.execute("select 8 / %s::int", (turn + 1,))
        with pytest.raises(psycopg.errors.DivisionByZero):
            mine.execute("select 8 / %s::int", (0,))
    with pytest.raises(DataError), connection.cursor() as cursor:
        cursor.execute("select 8 / %s::int", (0,))


@pytest.mark.django_db
def test_a_connection_that_broke_is_said_to_have_broken() -> None:
    mine = own()
    for turn in range(TIMES):
        mine.execute(ASKED, ("", turn, None))
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s)", (mine.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        mine.execute(ASKED, ("", 1, None))


def test_an_error_that_no_server_has_named_is_a_lost_connection_too() -> None:
    gone = SimpleNamespace(error_field=lambda field: None, get_error_message=lambda encoding: "closed unexpectedly")
    found = _error(SimpleNamespace(status=ConnStatus.OK), gone, "utf-8")
    assert isinstance(found, psycopg.OperationalError)
    assert "closed unexpectedly" in str(found)


@pytest.mark.django_db
def test_a_transaction_is_begun_before_its_first_statement() -> None:
    with own() as mine:
        for turn in range(TIMES):
            mine.execute(ASKED, ("", turn, None))
        mine.autocommit = False
        mine.execute(ASKED, ("", 1, None))
        assert mine.info.transaction_status is psycopg.pq.TransactionStatus.INTRANS
        mine.rollback()


@pytest.mark.django_db
def test_each_level_of_reach_has_plans_of_its_own() -> None:
    asked = "select %s::int as at_level"
    for reach in map(under, ("320213025001", "3202", "3205")):
        with reaching(reach):
            for turn in range(TIMES):
                with connection.cursor() as cursor:
                    cursor.execute(asked, (turn,))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like %s", ("%as at_level%",))
        assert cursor.fetchone() == (2,)


@pytest.mark.django_db
def test_a_statement_that_asks_for_it_is_planned_anew_each_time() -> None:
    asked = f"{PLANNED_ANEW} select %s::int as anew"
    for turn in range(TIMES):
        with connection.cursor() as cursor:
            cursor.execute(asked, (turn,))
            assert cursor.fetchone() == (turn,)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like %s", ("%as anew%",))
        assert cursor.fetchone() == (0,)
