"""Working years are data: loaded by an administrator, heard by the cases, seen at once."""

from datetime import date, datetime

import pytest

from tests import cast
from yimen.core.clock import LOCAL
from yimen.core.errors import NotAllowed, RuleBroken
from yimen.orgs import actions, queries
from yimen.orgs.forms import read_dates
from yimen.site import middleware
from yimen.trail import outbox
from yimen.trail import queries as trail
from yimen.trail.outbox import Event, deliver, listen
from yimen.trail.queries import Wanted

pytestmark = pytest.mark.django_db

AT = cast.MONDAY
NEW_YEAR = date(2027, 1, 1)


def load(username: str = "sysadmin", **changed: object) -> None:
    wanted: dict[str, object] = {
        "year": 2027,
        "holidays": [NEW_YEAR],
        "makeup": [date(2027, 1, 3)],
        "source": "a notice",
        "at": AT,
    }
    actions.load_calendar(cast.actor(username), **{**wanted, **changed})  # type: ignore[arg-type]  # a table of cases


def test_the_years_that_come_with_the_product_are_in_force_and_the_next_is_not() -> None:
    calendar = queries.working_calendar()
    assert all(calendar.knows(year) for year in range(2019, 2027))
    assert not calendar.knows(2027)
    assert calendar.is_working(date(2026, 10, 10))  # a Saturday worked instead
    assert not calendar.is_working(date(2026, 10, 1))


def test_a_loaded_year_counts_from_the_next_question_on() -> None:
    assert queries.working_calendar().is_working(NEW_YEAR)  # a Friday, as long as nobody knows better
    load()
    assert not queries.working_calendar().is_working(NEW_YEAR)
    assert queries.working_calendar().is_working(date(2027, 1, 3))


def test_a_year_loaded_again_replaces_the_first_and_raises_its_version() -> None:
    load()
    load(makeup=[])
    row = queries.years_loaded()[0]
    assert (row.year, row.version, row.makeup) == (2027, 2, ())
    assert not queries.working_calendar().is_working(date(2027, 1, 3))


def test_loading_is_an_event_that_cases_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Event] = []
    monkeypatch.setattr(outbox, "_handlers", {})
    listen("calendar.load", "tests.heard", lambda event, at: heard.append(event))
    load()
    deliver(at=AT)
    assert [event.changes for event in heard if event.subject_id == "2027"] == [
        {"year": 2027, "version": 1, "holidays": 1, "makeup": 1}
    ]
    assert trail.entries(Wanted(verb="calendar.load"), limit=1)[0].note == "a notice"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"holidays": [date(2026, 1, 1)]}, "plan"),
        ({"makeup": [NEW_YEAR]}, "plan"),
        ({"makeup": [date(2027, 1, 4)]}, "plan"),  # a Monday
        ({"year": 27}, "year"),
        ({"source": " "}, "source"),
    ],
)
def test_a_year_that_cannot_be_is_refused_and_nothing_is_loaded(changed: dict[str, object], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        load("sysadmin", **changed)
    assert refused.value.field == field
    assert queries.years_loaded()[0].year == 2026


def test_only_the_system_administrator_loads_a_year() -> None:
    for username in ("city", "head", "security", "auditor"):
        with pytest.raises(NotAllowed):
            load(username)


def test_the_page_shows_the_year_before_it_is_in_force() -> None:
    client = cast.client_for("sysadmin")
    form = {"year": "2027", "source": "通知", "holidays": "2027年1月1日，2027/2/6 2027-02-07", "makeup": "2027.1.3"}
    preview = client.post("/calendar/load", form)
    assert preview.status_code == 200
    assert "3 个休息日" in preview.content.decode()
    assert not queries.working_calendar().knows(2027)
    assert client.post("/calendar/load", {**form, "confirmed": "1"}).headers["Location"] == "/calendar/2027?done=loaded"
    assert len(queries.years_loaded()[0].holidays) == 3


@pytest.mark.parametrize(
    "form",
    [
        {"year": "2027", "source": "x", "holidays": "2027-02-31"},
        {"year": "2027", "source": "x", "holidays": "nothing"},
        {"year": "next", "source": "x", "holidays": "2027-01-01"},
        {"year": "2027", "source": "", "holidays": "2027-01-01"},
        {"year": "2027", "source": "x", "holidays": "2026-01-01"},
    ],
)
def test_a_mistyped_list_is_sent_back_with_what_was_typed(form: dict[str, str]) -> None:
    answer = cast.client_for("sysadmin").post("/calendar/load", form)
    assert answer.status_code == 422
    assert form["holidays"] in answer.content.decode()


@pytest.mark.parametrize(("month", "warned"), [(10, False), (11, True), (12, True)])
def test_from_november_the_page_says_that_the_next_year_is_missing(
    month: int, warned: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, month, 1, 9, tzinfo=LOCAL)
    client = cast.client_for("sysadmin")
    monkeypatch.setattr(middleware, "now", lambda: moment)
    monkeypatch.setattr("tests.cast.now", lambda: moment)
    client = cast.client_for("sysadmin")
    assert ("2027 年日历尚未载入" in client.get("/calendar").content.decode()) is warned


@pytest.mark.parametrize(
    "text",
    ["2027-01-01", "2027/1/1", "2027.1.1", "2027年1月1日（周五）", "２０２７－０１－０１", "a 2027-1-1 b 2027-01-01"],
)
def test_dates_are_read_however_people_write_them(text: str) -> None:
    assert read_dates(text, field="holidays") == [NEW_YEAR]
