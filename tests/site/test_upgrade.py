"""From the last state that others may run, with data in it, to this one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from pytest_django.plugin import DjangoDbBlocker

# The end of the first release but one: the counter, before rosters, policies and seals. A release adds its own line.
BEFORE = [
    ("access", "0002_must_choose"),
    ("cases", "0006_paused_date"),
    ("catalogue", "0001_initial"),
    ("orgs", "0002_norms"),
    ("registry", "0002_provenance_before"),
    ("trail", "0002_append_only"),
]
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def empty(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database with nothing in it, in the place of the test's own."""
    default = connections["default"]
    shared = default.settings_dict["NAME"]
    name = f"{shared}_old"
    default.close()
    with django_db_blocker.unblock():
        with default._nodb_cursor() as cursor:
            cursor.execute(f'drop database if exists "{name}" with (force)')
            cursor.execute(f'create database "{name}"')
        default.settings_dict["NAME"] = name
        try:
            yield
        finally:
            default.close()
            default.settings_dict["NAME"] = shared
            with default._nodb_cursor() as cursor:
                cursor.execute(f'drop database if exists "{name}" with (force)')


def rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_what_was_there_before_the_upgrade_is_there_after_it(empty: None) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    account = old.get_model("access", "Account")._default_manager.create(
        username="window", name="Shen", password="x", created_at=AT
    )
    for number in range(30):
        old.get_model("trail", "Entry")._default_manager.create(
            at=AT,
            verb="case.note",
            account_id=account.pk,
            actor_name="Shen",
            role="window",
            division_code="320213025001",
            subject_kind="case",
            subject_id=str(number),
            note="note",
        )

    call_command("migrate", interactive=False, verbosity=0)

    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert rows("select username, name from access_account") == [("window", "Shen")]
    assert rows("select count(*), count(distinct subject_id), min(note) from trail_entry") == [(30, 30, "note")]
    assert rows("select count(*) from pg_trigger where tgname = 'trail_entry_append_only' and tgenabled = 'O'") == [
        (1,)
    ]
