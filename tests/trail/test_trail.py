"""The trail only grows, and every event is heard once by each who listens."""

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cases.taking import taken
from yimen.access.queries import accounts_called
from yimen.core.actor import SYSTEM
from yimen.core.errors import RuleBroken
from yimen.core.reach import APP_ROLE
from yimen.trail import outbox, queries
from yimen.trail.models import Delivery, Entry
from yimen.trail.outbox import Event, deliver, listen
from yimen.trail.queries import Wanted
from yimen.trail.record import look, looked, record

AT = cast.MONDAY
VERB = "absence.mark"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """A lone listener to one verb, and what it heard."""
    events: list[Event] = []
    monkeypatch.setattr(outbox, "_handlers", {})
    listen(VERB, "tests.heard", lambda event, at: events.append(event))
    return events


def write(verb: str = VERB, subject: str = "x", note: str = "") -> None:
    with transaction.atomic():
        record(cast.actor("window"), verb, subject=("test", subject), division_code=cast.COMMUNITY, at=AT, note=note)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["update trail_entry set note = 'x'", "delete from trail_entry", "truncate trail_entry cascade"]
)
def test_the_database_refuses_to_change_or_remove_an_entry(statement: str) -> None:
    write()
    with (
        pytest.raises((InternalError, ProgrammingError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.filter(subject_kind="test").count() == 1


def test_a_record_outside_a_transaction_is_refused(own_database: None) -> None:
    with pytest.raises(RuntimeError, match="must run inside"):
        record(cast.actor("window"), VERB, subject=("test", "x"), division_code=cast.COMMUNITY, at=AT)


@pytest.mark.django_db
def test_an_act_that_fails_leaves_no_entry(heard: list[Event]) -> None:
    def act() -> None:
        with transaction.atomic():
            write()
            raise RuleBroken("no")

    with pytest.raises(RuleBroken):
        act()
    deliver(at=AT)
    assert heard == []
    assert not Entry.objects.filter(subject_kind="test").exists()


@pytest.mark.django_db
def test_an_entry_names_person_post_and_colleague_but_no_value() -> None:
    worker = cast.actor("window", "LD")
    with transaction.atomic():
        away = (cast.actor("window2").person, "许一帆")
        record(worker, VERB, subject=("test", "y"), division_code=cast.COMMUNITY, at=AT, acting_for=away)
    row = queries.entries(Wanted(subject="y"))[0]
    assert (row.actor_name, row.role, row.seat, row.acting_for_name) == ("沈晓岚", "window", "LD B", "许一帆")


@pytest.mark.django_db
def test_each_listener_hears_an_event_once(heard: list[Event]) -> None:
    again: list[int] = []
    listen(VERB, "tests.again", lambda event, at: again.append(event.id))
    write()
    write("absence.end")  # nobody listens
    assert deliver(at=AT) == 2
    assert deliver(at=AT) == 0
    assert [event.verb for event in heard] == [VERB]
    assert again == [heard[0].id]


@pytest.mark.django_db
def test_a_failing_listener_backs_off_is_parked_and_holds_up_nobody(heard: list[Event]) -> None:
    tries: list[int] = []

    def fail(event: Event, at: object) -> None:
        tries.append(event.id)
        raise RuleBroken("the other side is down")

    listen(VERB, "tests.failing", fail)
    write()
    moment = AT
    deliver(at=moment)
    assert (len(tries), len(heard)) == (1, 1)
    deliver(at=moment + timedelta(minutes=1))
    assert len(tries) == 1  # not before two minutes
    for _n in range(20):
        moment += timedelta(hours=10)
        deliver(at=moment)
    assert len(tries) == outbox.MAX_TRIES
    parked = Delivery.objects.get(handler="tests.failing")
    assert (parked.state, parked.error) == (Delivery.State.PARKED, "RuleBroken: the other side is down")
    assert len(heard) == 1


@pytest.mark.django_db
def test_what_a_failing_listener_had_written_is_undone(heard: list[Event]) -> None:
    def half(event: Event, at: object) -> None:
        write("absence.end", subject="half")
        raise ValueError("after the first half")

    listen(VERB, "tests.half", half)
    write()
    deliver(at=AT)
    assert not Entry.objects.filter(subject_id="half").exists()


def test_an_entry_that_commits_late_is_not_missed(own_database: None, heard: list[Event]) -> None:
    started, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(cast.actor("window"), VERB, subject=("test", "slow"), division_code=cast.COMMUNITY, at=AT)
            started.set()
            assert may_commit.wait(10)
        connection.close()

    late = threading.Thread(target=slow)
    late.start()
    assert started.wait(10)
    write(subject="quick")  # a higher number that commits first
    deliver(at=AT)
    assert [event.subject_id for event in heard] == ["quick"]
    may_commit.set()
    late.join()
    deliver(at=AT)
    assert [event.subject_id for event in heard] == ["quick", "slow"]
    assert heard[1].id < heard[0].id


def test_two_workers_at_once_do_not_deliver_twice(own_database: None, heard: list[Event]) -> None:
    for number in range(20):
        write(subject=str(number))

    def work() -> None:
        deliver(at=AT)
        connection.close()

    workers = [threading.Thread(target=work) for _n in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    deliver(at=AT)
    assert sorted(int(event.subject_id) for event in heard) == list(range(20))


@pytest.fixture
def sixty(db: None) -> None:
    """More than a page of entries, some of them looks."""
    with transaction.atomic():
        for number in range(60):
            record(
                cast.actor("window"),
                VERB if number % 2 else "resident.read",
                subject=("test", str(number)),
                division_code=cast.COMMUNITY if number % 3 else cast.NEXT_COMMUNITY,
                at=AT + timedelta(minutes=number),
                note="=cmd()" if number == 59 else "",
                is_read=not number % 2,
            )


def test_the_search_goes_page_by_page_without_gap_or_repeat(sixty: None) -> None:
    wanted = Wanted(subject="test")
    first = queries.entries(wanted, limit=25)
    second = queries.entries(wanted, limit=25, before=first[-1].id)
    third = queries.entries(wanted, limit=25, before=second[-1].id)
    assert [int(row.subject_id) for row in (*first, *second, *third)] == list(range(59, -1, -1))
    assert [row.subject_id for row in queries.every(wanted, limit=1000)] == [str(n) for n in range(59, -1, -1)]


def test_the_search_filters_by_division_kind_and_day(sixty: None) -> None:
    assert len(queries.entries(Wanted(prefix=cast.NEXT_STREET, subject="test"), limit=100)) == 20
    assert len(queries.entries(Wanted(subject="test", reads=True), limit=100)) == 30
    assert len(queries.entries(Wanted(subject="test", first=AT + timedelta(minutes=50)), limit=100)) == 10
    assert (
        len(
            queries.entries(
                Wanted(subject="test", verb=VERB, person="晓岚", accounts=accounts_called("晓岚")), limit=100
            )
        )
        == 30
    )
    assert not queries.entries(Wanted(person="没有这个人", accounts=accounts_called("没有这个人")), limit=100)


def test_the_auditor_pages_and_exports_and_the_export_is_on_record(sixty: None) -> None:
    client = cast.client_for("auditor")
    page = client.get("/trail?subject=test", follow=True).content.decode()
    assert page.count("<tr><td>") == queries.PAGE
    onward = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert client.get(onward).content.decode().count("<tr><td>") == 10
    answer = client.get("/trail.csv?subject=test")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 61
    assert "'=cmd()" in lines[1]  # a spreadsheet must not run it
    assert queries.entries(Wanted(verb="trail.export"))[0].changes == {"prefix": cast.CITY, "subject": "test"}


def test_an_auditor_reads_only_what_lies_within_reach(sixty: None) -> None:
    client = cast.client_for("auditor")
    elsewhere = f"/trail?subject=test&division={cast.OTHER_DISTRICT}"
    assert "<tr><td>" not in client.get(elsewhere, follow=True).content.decode()
    assert client.get("/trail?after=%21%21").status_code == 422
    assert client.get("/trail?first=2026-02-31").status_code == 422
    assert client.get("/trail?first=2026-11-16&last=2026-11-15").status_code == 422


def test_the_auditor_of_a_city_reads_what_concerns_the_whole_installation(sixty: None) -> None:
    with transaction.atomic():
        record(SYSTEM, "trail.place", subject=("trail", "place"), division_code="", at=AT, changes={"to": "7/2"})
    found = queries.entries(Wanted(prefix=cast.CITY))
    assert (found[0].verb, len(found)) == ("trail.place", queries.PAGE)
    assert "trail.place" not in {one.verb for one in queries.entries(Wanted(prefix=cast.DISTRICT))}


def test_everybody_reads_their_own_looks_and_nobody_elses(sixty: None) -> None:
    assert cast.client_for("window").get("/me/trail").content.decode().count("<tr><td>") == 30
    assert "<tr><td>" not in cast.client_for("head").get("/me/trail").content.decode()


@pytest.mark.django_db
def test_a_look_is_written_down_by_the_statement_that_finds_it() -> None:
    thing = uuid4()
    sql = "select %(thing)s::uuid as found_id, '320213025001' as found_in, 'seen' as words where %(there)s"
    found = look(cast.actor("window"), "case.read", kind="case", at=AT, sql=sql, values={"thing": thing, "there": True})
    assert found == (thing, "320213025001", "seen")
    row = Entry.objects.get(subject_kind="case", subject_id=str(thing))
    assert (row.verb, row.division_code, row.actor_name, row.is_read) == (
        "case.read",
        "320213025001",
        cast.actor("window").name,
        True,
    )
    assert row.changes == []


@pytest.mark.django_db
def test_what_a_look_does_not_find_is_not_written_down() -> None:
    sql = "select %(thing)s::uuid as found_id, '320213025001' as found_in where false"
    assert look(cast.actor("window"), "case.read", kind="case", at=AT, sql=sql, values={"thing": uuid4()}) is None
    assert not Entry.objects.filter(verb="case.read").exists()


@pytest.mark.usefixtures("own_database")
def test_a_look_needs_no_transaction_and_a_deed_does(heard: list[Event]) -> None:
    actor = cast.actor("window")
    looked(actor, "search.ask", subject=("people", "name"), division_code=cast.COMMUNITY, at=AT, changes={"by": "name"})
    row = Entry.objects.get(verb="search.ask")
    assert (row.is_read, row.changes, row.subject_id) == (True, {"by": "name"}, "name")
    with pytest.raises(RuntimeError):
        record(actor, "search.ask", subject=("people", "name"), division_code=cast.COMMUNITY, at=AT, is_read=True)
    with pytest.raises(RuntimeError):
        looked(actor, VERB, subject=("people", "name"), division_code=cast.COMMUNITY, at=AT)


@pytest.mark.django_db
def test_the_worker_delivers_as_the_role_that_may_not_change_an_entry(heard: list[Event]) -> None:
    write()
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {APP_ROLE}")
        cursor.execute("select set_config('yimen.lo', '', true), set_config('yimen.hi', '~', true)")
    deliver(at=AT)
    assert len(heard) == 1


@pytest.fixture
def year(db: None) -> None:
    """Four entries an hour for forty days, whose numbers lie up to ten hours off the order of their times."""
    hours = range(40 * 24)
    Entry.objects.bulk_create(
        Entry(
            **{"id": 10_000_000 + 40 * hour + 10 * quarter + (hour % 11) * 40, "at": AT + timedelta(hours=hour)},
            **{"verb": VERB, "actor_name": "x", "role": "window", "division_code": cast.COMMUNITY},
            **{"subject_kind": "test", "subject_id": str(hour)},
        )
        for hour in hours
        for quarter in range(4)
        if hour % 11 or quarter == 3
    )


def between(first: int, last: int) -> Wanted:
    """What happened from an hour until another."""
    return Wanted(subject="test", first=AT + timedelta(hours=first), last=AT + timedelta(hours=last))


def test_no_entry_of_the_asked_days_is_missed_where_numbers_and_times_disagree(year: None) -> None:
    for first, last in ((0, 24), (237, 240), (700, 960), (-50, 1), (2000, 2100)):
        found = [row.at for row in queries.every(between(first, last), limit=10_000)]
        wanted = Entry.objects.filter(
            subject_kind="test", at__gte=AT + timedelta(hours=first), at__lt=AT + timedelta(hours=last)
        )
        assert sorted(found) == sorted(wanted.values_list("at", flat=True))


def test_a_day_long_past_is_read_without_what_came_after_it(
    year: None,
) -> None:
    with CaptureQueriesContext(connection) as told:
        assert queries.entries(between(240, 264))
    sql = told.captured_queries[-1]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
        cursor.execute(f"explain (analyze, format json) {sql}")
        plan = str(cursor.fetchone()[0])
    passed = sum(int(number) for number in re.findall(r"'Rows Removed by Filter': (\d+)", plan))
    assert passed < 4 * 24 * 3  # of 3,800: the margin of a day on either side


@pytest.mark.django_db
def test_the_auditor_finds_a_case_by_its_number_and_is_told_of_an_unknown_division() -> None:
    case = taken()
    with transaction.atomic():
        record(cast.actor("window"), "case.claim", subject=("case", case.id), division_code=cast.COMMUNITY, at=AT)
    client = cast.client_for("auditor")
    assert "10:00:00" in client.get(f"/trail?subject={case.number.lower()}", follow=True).content.decode()
    for unknown in ("320213999", cast.OTHER_DISTRICT + "x", "1"):
        answer = client.get(f"/trail?division={unknown}")
        assert answer.status_code == 422
        assert "区划" in answer.content.decode()
