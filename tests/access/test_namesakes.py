"""Two people make administrators of two accounts of one name at the same moment, each on a connection of their own."""

import threading
from typing import Any

from django.db import connections, transaction

from tests import cast
from yimen.access import actions
from yimen.access.models import Seat
from yimen.core.actor import SYSTEM, Role
from yimen.core.errors import RuleBroken

AT = cast.MONDAY


def test_two_namesakes_granted_at_once_by_two_people_are_one_too_many(own_database: None) -> None:
    """Two connections: the second waits until the first has committed, and then sees its seat."""
    wanted: dict[str, Any] = {"division_code": cast.CITY, "from_on": AT.date(), "at": AT, "approved": True}
    refs = [
        actions.create_account(SYSTEM, username=username, name="祝枝山", password=cast.PASSWORD, at=AT).ref
        for username in ("w9001", "w9002")
    ]
    ended: list[object] = []

    def second() -> None:
        try:
            ended.append(actions.grant_seat(SYSTEM, account_ref=refs[1], role=Role.AUDITOR, **wanted))
        except RuleBroken as refused:
            ended.append(refused)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        actions.grant_seat(SYSTEM, account_ref=refs[0], role=Role.SYSADMIN, **wanted)
        thread.start()
        thread.join(0.5)
        assert ended == [], "it waits"
    thread.join(10)
    assert [str(getattr(one, "field", "")) for one in ended] == ["role"]
    assert Seat.objects.filter(account__name="祝枝山").count() == 1
