"""Outlines: in force from a day on, one a day, taken back by the file; nobody draws what is not theirs."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests import cast
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.orgs import actions
from yimen.orgs.models import Outline
from yimen.orgs.queries.outlines import box_of, outlines_in
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db

SINCE = date(2025, 1, 6)
EVERYWHERE = (-180.0, -85.0, 180.0, 85.0)


def square(x: float) -> list[list[list[float]]]:
    return [[[x, 31.0], [x + 0.1, 31.0], [x + 0.1, 31.1], [x, 31.1], [x, 31.0]]]


def load(username: str, code: str, x: float, on: date = SINCE) -> object:
    return actions.load_outlines(
        cast.actor(username) if username else SYSTEM,
        rows=[actions.OutlineRow(code, [square(x)])],
        source="街道提供",
        reference="EPSG:4490",
        on=on,
        at=cast.MONDAY,
    )


def test_an_outline_holds_from_its_day_until_the_next() -> None:
    load("street", cast.COMMUNITY, 120.0)
    later = SINCE + timedelta(days=30)
    load("street", cast.COMMUNITY, 121.0, later)
    assert box_of(cast.COMMUNITY, on=later - timedelta(days=1)) == (120.0, 31.0, 120.1, 31.1)
    assert box_of(cast.COMMUNITY, on=later) == (121.0, 31.0, 121.1, 31.1)
    assert [one.division_code for one in outlines_in(cast.STREET, "community", EVERYWHERE, on=later)] == [
        cast.COMMUNITY
    ]
    assert outlines_in(cast.NEXT_STREET, "community", EVERYWHERE, on=later) == []


def test_a_file_is_taken_back_and_what_it_ended_holds_again() -> None:
    load("street", cast.COMMUNITY, 120.0)
    batch = load("street", cast.COMMUNITY, 121.0, SINCE + timedelta(days=30))
    assert actions.undo_outlines(cast.actor("street"), batch=batch, at=cast.MONDAY) == 1  # type: ignore[arg-type]  # a UUID
    assert box_of(cast.COMMUNITY, on=cast.MONDAY.date()) == (120.0, 31.0, 120.1, 31.1)
    assert Entry.objects.latest("id").verb == "outline.undo"
    with pytest.raises(NotFound):
        actions.undo_outlines(cast.actor("street"), batch=uuid4(), at=cast.MONDAY)


def test_an_older_file_is_not_taken_back_under_a_newer_one() -> None:
    first = load("street", cast.COMMUNITY, 120.0)
    load("street", cast.COMMUNITY, 121.0, SINCE + timedelta(days=30))
    with pytest.raises(RuleBroken):
        actions.undo_outlines(cast.actor("street"), batch=first, at=cast.MONDAY)  # type: ignore[arg-type]  # a UUID


def test_nobody_draws_what_is_not_theirs() -> None:
    with pytest.raises(RuleBroken):
        load("street", cast.NEXT_COMMUNITY, 120.0)
    with pytest.raises(NotAllowed):
        load("window", cast.COMMUNITY, 120.0)
    with pytest.raises(NotAllowed):
        actions.undo_outlines(cast.actor("head"), batch=uuid4(), at=cast.MONDAY)
    assert not Outline.objects.exists()


def test_the_database_keeps_one_outline_a_day() -> None:
    load("", cast.COMMUNITY, 120.0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Outline.objects.create(
            **(Outline.objects.values("division_code", "polygons", "west", "south", "east", "north").get()),
            reference="",
            source="",
            batch=uuid4(),
            from_on=SINCE + timedelta(days=3),
            loaded_at=cast.MONDAY,
        )


def test_a_day_before_a_coming_change_is_refused() -> None:
    load("street", cast.COMMUNITY, 120.0, SINCE + timedelta(days=30))
    with pytest.raises(RuleBroken):
        load("street", cast.COMMUNITY, 121.0)


def test_loading_is_on_record() -> None:
    load("street", cast.COMMUNITY, 120.0)
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.subject_kind, entry.changes["count"]) == ("outline.load", "outline", 1)


def test_where_a_division_has_no_outline_the_one_above_says_where_to_look() -> None:
    load("", cast.STREET, 120.0)
    assert box_of(cast.COMMUNITY, on=cast.MONDAY.date()) == (120.0, 31.0, 120.1, 31.1)
    assert box_of(cast.OTHER_COMMUNITY, on=cast.MONDAY.date()) is None


def test_the_shipped_outlines_name_divisions_of_the_city_and_close_their_rings() -> None:
    rows = list(actions.shipped_shapes())
    assert len(rows) > 1300
    assert all(ring[0] == ring[-1] for row in rows for polygon in row.polygons for ring in polygon)
