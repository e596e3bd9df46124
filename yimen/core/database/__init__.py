"""Under whose reach the statements of this thread run. Beneath `access.scope`, which every query asks itself: the
database's own policies (`yimen.core.policies`) hold where a query forgets to."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import connection

from yimen.core.reach import EVERYWHERE, NOWHERE, Reach

if TYPE_CHECKING:
    from yimen.core.database.base import DatabaseWrapper

# Begins a statement whose right plan hangs on its values. A plan for any value, which the server keeps for others, may
# take ten times as long as finding the right one.
PLANNED_ANEW = "/* planned anew */"


def _here() -> "DatabaseWrapper":
    return cast("DatabaseWrapper", connection)


def want(reach: Reach) -> None:
    """From here on, this thread's statements run under this reach. Costs nothing until one does."""
    _here().wanted = reach


def want_nothing(**_signal: object) -> None:
    """No row of anybody: how every request begins and ends."""
    _here().wanted = NOWHERE


@contextmanager
def reaching(reach: Reach) -> Iterator[None]:
    """A stretch of work under another reach, such as a resident's whose secret fitted."""
    here = _here()
    before, here.wanted = here.wanted, reach
    try:
        yield
    finally:
        here.wanted = before


def become_owner() -> None:
    """This process is the owner of the tables, whom no policy asks: migrations and loaders."""
    connection.close()
    connection.settings_dict.update(settings.OWNER_DATABASE)


def reach_everything() -> None:
    """This process works for the whole city: the worker and commands, never the web."""
    from yimen.core.database.base import DatabaseWrapper

    DatabaseWrapper.outside_requests = EVERYWHERE
    _here().wanted = EVERYWHERE


def fetch_who(sql: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run the statement that finds who is asking; its row begins with two calls of `set_config`, for `yimen.lo` and
    `yimen.hi`, so that the reach comes into force in the same round trip. It must read no table that has a policy."""
    here = _here()
    here.ensure_connection()
    before, here.in_force = here.in_force, here.wanted  # this one statement brings its own
    try:
        with here.cursor() as cursor:
            cursor.execute(sql, values)
            row: tuple[Any, ...] | None = cursor.fetchone()
    except BaseException:
        here.in_force = None
        raise
    if row is None:
        here.in_force = before
        return None
    here.wanted = here.in_force = (row[0], row[1])
    return row[2:]
