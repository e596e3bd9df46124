"""The database's own question who reaches a row, on tables made for the purpose."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.migrations.state import ProjectState

from yimen.core.policies import parent_policy, reach_policy
from yimen.core.reach import APP_ROLE

pytestmark = pytest.mark.django_db

HERE, NEXT = "320213025001", "320213025002"


@pytest.fixture
def walls() -> Iterator[None]:
    """A table of rows with a code and a table of their children, both under policies, one row of each community."""
    state = ProjectState()
    with connection.cursor() as cursor, connection.schema_editor() as editor:
        cursor.execute(f"""
            create table wall (id int primary key, code varchar(15) collate "C");
            create table brick (id int primary key, wall_id int);
            insert into wall values (1, '{HERE}'), (2, '{NEXT}');
            insert into brick values (1, 1), (2, 2), (3, null);
            grant all on wall, brick to {APP_ROLE};
        """)
        for policy in (reach_policy("wall", "code"), parent_policy("brick", "wall_id", "wall")):
            policy.database_forwards("core", editor, state, state)
        cursor.execute(f"set role {APP_ROLE}")
        yield
        cursor.execute("reset role")


def reach(low: str, high: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('yimen.lo', %s, false), set_config('yimen.hi', %s, false)", [low, high])


def ids(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {table} order by id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.usefixtures("walls")
def test_without_a_reach_there_is_no_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("reset yimen.lo; reset yimen.hi")
    assert (ids("wall"), ids("brick")) == ([], [])
    reach("", "")
    assert (ids("wall"), ids("brick")) == ([], [])


@pytest.mark.usefixtures("walls")
def test_a_reach_opens_its_rows_and_their_children() -> None:
    reach(HERE, HERE + "~")
    assert (ids("wall"), ids("brick")) == ([1], [1])
    reach("3202", "3202~")
    assert (ids("wall"), ids("brick")) == ([1, 2], [1, 2])
    reach("3101", "3101~")
    assert (ids("wall"), ids("brick")) == ([], [])


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize(
    "statement",
    [
        f"insert into wall values (3, '{NEXT}')",
        f"update wall set code = '{NEXT}' where id = 1",
        "insert into brick values (4, 2)",
        "update brick set wall_id = 2 where id = 1",
    ],
)
def test_nothing_is_written_out_of_reach(statement: str) -> None:
    reach(HERE, HERE + "~")
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("walls")
@pytest.mark.parametrize("statement", ["update wall set id = 9 where id = 2", "delete from brick where id = 2"])
def test_what_is_out_of_reach_is_not_there_to_be_changed(statement: str) -> None:
    reach(HERE, HERE + "~")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount == 0
