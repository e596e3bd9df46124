"""What must hold when two people, or one person twenty times, act in the same moment."""

import threading

from django.db import connection

from tests import cast
from tests.access.test_approvals import answer, city_seats, proved, second_security
from tests.access.test_approvals import ask as ask_seat
from tests.site.test_files import ask
from yimen.access import actions as access
from yimen.access.models import Approval, Export, Seat
from yimen.core.actor import Actor, Role
from yimen.core.errors import Conflict, RuleBroken


def test_two_approvers_at_once_give_one_seat(own_database: None) -> None:
    asked = ask_seat()
    outcomes: list[str] = []
    approvers = [proved("security"), second_security()]

    def go(who: Actor) -> None:
        try:
            outcomes.append(answer(who, asked).state)
        except Conflict:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(who,)) for who in approvers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), city_seats()) == (["too late", "used"], 1)


def test_twenty_requests_at_once_do_not_pass_the_measure(own_database: None) -> None:
    def go() -> None:
        ask(rows=30)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Export.objects.filter(approval=None).count() == 6  # 6 × 30 of 200
    assert Approval.objects.filter(state="pending").count() == 14


def test_of_the_last_two_auditors_whose_posts_end_at_once_one_stays(own_database: None) -> None:
    cast.seat_person(cast.Person("second", "罗云", Role.AUDITOR, cast.CITY), at=cast.MONDAY)
    refused: list[RuleBroken] = []
    security = cast.actor("security")
    refs = Seat.objects.filter(role=Role.AUDITOR, to_on=None).values_list("ref", flat=True)
    together = threading.Barrier(2)

    def end(ref: str) -> None:
        together.wait()
        try:
            access.end_seat(security, ref=ref, at=cast.MONDAY)
        except RuleBroken as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=end, args=(ref,)) for ref in refs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(threads), len(refused), Seat.objects.filter(role=Role.AUDITOR, to_on=None).count()) == (2, 1, 1)
