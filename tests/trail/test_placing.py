"""A restore is on the trail, although it took back the lines that were there."""

from django.db import transaction

from tests import cast
from tests.parts import play_owner, play_product
from yimen.core.actor import SYSTEM
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE
from yimen.trail import actions, jobs, queries
from yimen.trail.models import Entry
from yimen.trail.record import record

AT = cast.MONDAY


def noted() -> list[dict[str, str]]:
    return [row.changes for row in Entry.objects.filter(verb="trail.place").order_by("id")]


def test_the_first_minute_says_where_the_trail_began_and_the_next_say_nothing(db: None) -> None:
    assert actions.note_place(at=AT)
    [first] = noted()
    assert first["from"] == ""
    assert all(part.isdigit() for part in first["to"].split("/"))
    assert not actions.note_place(at=AT)
    assert noted() == [first]


def test_a_database_that_comes_from_elsewhere_says_from_where(db: None) -> None:
    with transaction.atomic():
        brought = {"from": "", "to": "7300000000000000001/1"}
        record(SYSTEM, "trail.place", subject=("trail", "place"), division_code="", at=AT, changes=brought)
    assert actions.note_place(at=AT)
    assert noted()[-1]["from"] == "7300000000000000001/1"
    assert not actions.note_place(at=AT)


def test_the_clock_notices_it_in_the_part_of_the_worker(db: None) -> None:
    play_product()
    try:
        with reaching(EVERYWHERE):
            actions.note_place(at=AT)
    finally:
        play_owner()
    assert len(noted()) == 1


def test_the_clock_notices_it_every_minute(db: None) -> None:
    jobs.seal(timestamp=0)
    line = queries.last_of("trail", "place", "trail.place")
    assert line is not None
    assert (line.role, line.actor_name) == ("system", "system")
