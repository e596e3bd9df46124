"""Who the tests are to the database: the owner while a test prepares and looks, the role of web and worker, for which
the policies hold, while the product answers a request. The owner reaches everything, as the worker does: the searches
that its functions make ask for the reach, whoever calls them."""

import threading
from typing import Any, cast

from django.core.signals import request_finished, request_started
from django.db import connection, connections

from yimen.core.database import base
from yimen.core.reach import APP_ROLE, EVERYWHERE, Reach

_answering = threading.local()


class BothParts(base.DatabaseWrapper):
    """Takes the part that is played now, together with the reach, before the first statement of the part."""

    part = ""  # the role the server was last told to take
    _in_force: Reach | None = None

    @property
    def in_force(self) -> Reach | None:
        """No reach, while the server still plays another part."""
        return self._in_force if self.part == part() else None

    @in_force.setter
    def in_force(self, reach: Reach | None) -> None:
        self._in_force = reach

    def _tell(self, reach: Reach) -> None:
        assert self.connection is not None
        with self.wrap_database_errors, self.connection.cursor() as cursor:
            cursor.execute("select set_config('role', %s, false)", [part()])
        self.part = part()
        super()._tell(reach)


def part() -> str:
    """The role of this moment."""
    return APP_ROLE if getattr(_answering, "now", False) else "none"


def play_both_parts() -> None:
    """Have every connection of this process made so."""
    base.DatabaseWrapper = BothParts  # type: ignore[misc]  # Django takes the class from its module
    BothParts.outside_requests = EVERYWHERE
    del connections["default"]  # made while the models were loaded, and of the other kind
    request_started.connect(play_product)
    request_finished.connect(play_owner)


def play_product(**_signal: Any) -> None:
    """From here on this thread answers a request."""
    _answering.now = True


def play_owner(**_signal: Any) -> None:
    """From here on this thread prepares and looks: at the end of every request, and of a test that left one open."""
    _answering.now = False
    base.DatabaseWrapper.outside_requests = EVERYWHERE
    cast(BothParts, connection).wanted = EVERYWHERE
