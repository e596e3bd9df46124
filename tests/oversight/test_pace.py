"""Above the stations nobody opens one resident after the other; at the counter nobody is stopped."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests import cast
from tests.registry.town import AT, Town, build_town
from yimen.core.actor import Actor
from yimen.core.errors import RuleBroken
from yimen.orgs.models import Norm
from yimen.registry import queries
from yimen.registry.queries.quota import forget_pace, pace_values
from yimen.trail.models import Entry
from yimen.trail.queries import OPENED_ABOVE
from yimen.trail.record import record

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    forget_pace()
    return build_town()


def opened(actor: Actor, count: int, *, minutes: float = 0.5) -> None:
    with transaction.atomic():
        for number in range(count):
            at = AT - timedelta(minutes=minutes * number)
            place = ("resident", str(number))
            record(actor, "resident.read", subject=place, division_code=cast.COMMUNITY, at=at, is_read=True)


def reads(actor: Actor) -> int:
    return Entry.objects.filter(account_id=actor.account_id, verb="resident.read").count()


def test_the_sixty_first_resident_of_an_hour_stays_closed_above_the_stations(town: Town) -> None:
    street, ref = cast.actor("street"), town.people["张国富"].ref
    opened(street, 59)
    assert queries.resident_page(street, ref, AT).ref == ref
    with pytest.raises(RuleBroken, match="60 residents within an hour"):
        queries.resident_page(street, ref, AT + timedelta(seconds=1))
    assert reads(street) == 60
    assert queries.resident_page(street, ref, AT + timedelta(minutes=40)).ref == ref


def test_the_counter_is_not_stopped(town: Town) -> None:
    window = cast.actor("window")
    opened(window, 90)
    assert queries.resident_page(window, town.people["张国富"].ref, AT).ref


def test_a_city_raises_the_number_with_a_document(town: Town) -> None:
    street = cast.actor("street")
    opened(street, 80)
    Norm.objects.create(name="opened_above_an_hour", value=200, document="锡民〔2026〕9号", from_on=AT.date())
    forget_pace()
    assert queries.resident_page(street, town.people["张国富"].ref, AT).ref


def test_the_three_hundred_and_first_of_a_day_stays_closed_too(town: Town) -> None:
    street = cast.actor("street")
    opened(street, 300, minutes=1.05)
    with pytest.raises(RuleBroken, match="today"):
        queries.resident_page(street, town.people["张国富"].ref, AT + timedelta(minutes=30))


def test_counting_is_done_by_an_index_of_its_own(town: Town) -> None:
    street = cast.actor("street")
    opened(street, 50)
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        scans = "select pg_stat_get_xact_numscans('entry_opened_above'::regclass)"
        cursor.execute(scans)
        [(before,)] = cursor.fetchall()
        cursor.execute(f"select {OPENED_ABOVE}", pace_values(street, AT))
        cursor.execute(scans)
        assert cursor.fetchall() == [(before + 1,)]
