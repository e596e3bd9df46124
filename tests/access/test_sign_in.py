"""Who signs in, how long it lasts, and what ends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from yimen.access import actions, queries, rules
from yimen.core.clock import LOCAL
from yimen.core.errors import NotAllowed, RuleBroken
from yimen.site import middleware
from yimen.trail import queries as trail
from yimen.trail.queries import Wanted

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 16, 8, 30, tzinfo=LOCAL)


@contextmanager
def the_time_is(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What the doors take for now."""
    with monkeypatch.context() as patch:
        patch.setattr(middleware, "now", lambda: moment)
        yield


def signed_in(at: datetime, username: str = "window") -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = actions.sign_in(
        username, cast.PASSWORD, at=at, address="127.0.0.1", agent="test", request_id="r"
    )
    return client


def sign_in(password: str, *, at: datetime, username: str = "window") -> str:
    return actions.sign_in(username, password, at=at, address="127.0.0.1", agent="", request_id="r")


def reason_of(call: object, *arguments: object, **named: object) -> str:
    with pytest.raises(RuleBroken) as refused:
        call(*arguments, **named)  # type: ignore[operator]  # any action
    return str(refused.value)


def test_a_worker_signs_in_through_the_door_and_lands_where_they_wanted() -> None:
    client = Client()
    answer = client.post("/login", {"username": "window", "password": cast.PASSWORD, "next": "/cover"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cover")
    cookie = answer.cookies[settings.SESSION_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert client.get("/cover").status_code == 200


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "javascript:alert(1)", ""])
def test_sign_in_never_leads_off_the_platform(target: str) -> None:
    answer = Client().post("/login", {"username": "window", "password": cast.PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_are_told_the_same() -> None:
    assert reason_of(sign_in, "wrong", at=MORNING) == reason_of(sign_in, "wrong", at=MORNING, username="nobody at all")


def test_guessing_gets_slower_and_never_locks_for_good() -> None:
    for _n in range(rules.TRIES):
        assert "wrong" in reason_of(sign_in, "guess", at=MORNING)
    assert "Wait 8 seconds" in reason_of(sign_in, cast.PASSWORD, at=MORNING)
    assert "wrong" in reason_of(sign_in, "guess", at=MORNING + timedelta(seconds=8))
    assert "Wait 16 seconds" in reason_of(sign_in, cast.PASSWORD, at=MORNING + timedelta(seconds=8))
    assert sign_in(cast.PASSWORD, at=MORNING + timedelta(seconds=24))
    assert "wrong" in reason_of(sign_in, "guess", at=MORNING + timedelta(seconds=25))  # counted from the start again


def test_a_guesser_elsewhere_does_not_slow_the_worker_down() -> None:
    for _n in range(rules.TRIES):
        with pytest.raises(RuleBroken):
            actions.sign_in("window", "guess", at=MORNING, address="10.9.9.9", agent="", request_id="r")
    assert sign_in(cast.PASSWORD, at=MORNING)


def test_a_session_ends_after_fifteen_idle_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(MORNING)
    with the_time_is(MORNING + timedelta(minutes=14), monkeypatch):
        assert client.get("/help").status_code == 200
    with the_time_is(MORNING + timedelta(minutes=28), monkeypatch):
        assert client.get("/help").status_code == 200  # the visit at 14 minutes kept it alive
    with the_time_is(MORNING + timedelta(minutes=44), monkeypatch):
        assert client.get("/help").headers["Location"] == "/login?next=/help"


def test_a_session_ends_after_eight_hours_however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    client, moment = signed_in(MORNING), MORNING
    while moment < MORNING + timedelta(hours=8) - timedelta(minutes=10):
        moment += timedelta(minutes=10)
        with the_time_is(moment, monkeypatch):
            assert client.get("/help").status_code == 200
    with the_time_is(MORNING + timedelta(hours=8), monkeypatch):
        assert client.get("/help").status_code == 302


def test_only_a_phone_of_one_s_own_stays_signed_in_for_a_day_s_walk(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"username": "window", "password": cast.PASSWORD, "phone": "1", "next": "/m"}
    phone, counter = Client(), Client()
    with the_time_is(MORNING, monkeypatch):
        assert 'name="phone"' in phone.get("/login?next=/m").content.decode()
        assert 'name="phone"' not in counter.get("/login?next=/cases").content.decode()
        kept = phone.post("/login", said).cookies[settings.SESSION_COOKIE]
        gone = counter.post("/login", said | {"next": "/cases"}).cookies[settings.SESSION_COOKIE]
    assert (kept["max-age"], gone["max-age"]) == (12 * 3600, "")
    with the_time_is(MORNING + timedelta(hours=11, minutes=59), monkeypatch):
        assert phone.get("/help").status_code == 200
        assert counter.get("/help").status_code == 302
    with the_time_is(MORNING + timedelta(hours=12), monkeypatch):
        assert phone.get("/help").status_code == 302


def test_a_cookie_planted_before_sign_in_is_worth_nothing_after_it() -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = "planted"
    answer = client.post("/login", {"username": "window", "password": cast.PASSWORD})
    assert answer.cookies[settings.SESSION_COOKIE].value != "planted"
    other = Client()
    other.cookies[settings.SESSION_COOKIE] = "planted"
    assert other.get("/help").status_code == 302


def test_changing_post_renews_the_cookie_and_is_on_record() -> None:
    client = cast.client_for("window")
    before = client.cookies[settings.SESSION_COOKIE].value
    seats = queries.live_seats(cast.actor("window").person, on=cast.MONDAY.date())
    answer = client.post("/switch", {"seat": seats[1].ref})
    assert answer.status_code == 302
    after = client.cookies[settings.SESSION_COOKIE].value
    assert after != before
    old = Client()
    old.cookies[settings.SESSION_COOKIE] = before
    assert old.get("/help").status_code == 302
    assert "劳动和就业保障岗 B" in client.get("/help").content.decode()
    entry = trail.entries(Wanted(verb="seat.switch"), limit=1)[0]
    assert entry.changes == {"to": "window LD B"}


def test_nobody_sits_in_a_seat_of_somebody_else() -> None:
    other = queries.live_seats(cast.actor("head").person, on=cast.MONDAY.date())[0]
    assert cast.client_for("window").post("/switch", {"seat": other.ref}).status_code == 404


def test_only_who_has_another_seat_is_offered_to_change() -> None:
    assert "/switch" in cast.client_for("window").get("/help").content.decode()
    assert "/switch" not in cast.client_for("head").get("/help").content.decode()


def test_signing_out_ends_the_session_on_the_server_too() -> None:
    client = cast.client_for("window")
    cookie = client.cookies[settings.SESSION_COOKIE].value
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    again = Client()
    again.cookies[settings.SESSION_COOKIE] = cookie
    assert again.get("/help").status_code == 302


def test_a_fourth_browser_signs_the_first_one_out() -> None:
    clients = [signed_in(MORNING + timedelta(seconds=n), "head") for n in range(4)]
    keys = [queries.hash_of(client.cookies[settings.SESSION_COOKIE].value) for client in clients]
    live = {row.key_hash for row in queries.own_sessions(cast.actor("head").person, at=MORNING + timedelta(minutes=1))}
    assert live == set(keys[1:])
    out = clients[0].get("/login").content.decode()
    assert "同一账号最多同时开三个浏览器" in out, "the true reason, not the list of the others"
    assert "15 分钟没有操作" not in out


def test_a_browser_that_idled_out_takes_no_place_of_one_that_lives() -> None:
    phone = actions.sign_in(
        "head", cast.PASSWORD, at=MORNING, address="127.0.0.1", agent="", request_id="r", is_phone=True
    )
    for hour in range(1, 5):  # each desk idles out long before the next
        sign_in(cast.PASSWORD, at=MORNING + timedelta(hours=hour), username="head")
    at = MORNING + timedelta(hours=4, minutes=1)
    live = {row.key_hash for row in queries.own_sessions(cast.actor("head").person, at=at)}
    assert queries.hash_of(phone) in live


def test_a_leaver_loses_session_and_token_at_once_and_is_told_why() -> None:
    client = cast.client_for("window2")
    token = actions.issue_token("window2", at=cast.MONDAY)
    ref = queries.own_account(cast.actor("window2").person).ref
    actions.close_account(cast.actor("sysadmin"), ref=ref, at=cast.MONDAY)
    assert client.get("/help").headers["Location"] == "/login?next=/help"
    assert "岗位、账号已结束" in client.get("/login").content.decode()
    with pytest.raises(NotAllowed, match="left the post"):
        actions.token_bearer(token, at=cast.MONDAY, request_id="", address="")
    assert "holder left" in reason_of(sign_in, cast.PASSWORD, at=MORNING, username="window2")
    assert queries.seats_held(cast.COMMUNITY, first=cast.MONDAY.date(), last=cast.MONDAY.date(), post="LD")[0].name != (
        "许一帆"
    )


def test_ending_a_post_ends_the_session_in_it_and_leaves_the_others() -> None:
    sitting, other = cast.client_for("window", "LD"), cast.client_for("window", "MZ")
    seat = next(s for s in queries.live_seats(cast.actor("window").person, on=cast.MONDAY.date()) if s.post == "LD")
    actions.end_seat(cast.actor("security"), ref=seat.ref, at=cast.MONDAY)
    assert sitting.get("/help").status_code == 302
    assert other.get("/help").status_code == 200


def test_a_token_runs_out_and_an_unknown_one_opens_nothing() -> None:
    token = actions.issue_token("window", at=cast.MONDAY)
    assert actions.token_bearer(token, at=cast.MONDAY, request_id="", address="").username == "window"
    with pytest.raises(NotAllowed, match="run out"):
        actions.token_bearer(token, at=cast.MONDAY + rules.TOKEN_LIFE, request_id="", address="")
    with pytest.raises(NotAllowed, match="not known"):
        actions.token_bearer(f"{token}x", at=cast.MONDAY, request_id="", address="")


def test_signing_out_after_the_session_ended_still_clears_the_browser() -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = "long over"
    answer = client.post("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies[settings.SESSION_COOKIE].value == ""


def test_a_phone_on_which_another_officers_records_lie_keeps_its_storage() -> None:
    answer = cast.client_for("window").post("/logout", {"keep": "1"})
    assert answer.headers["Clear-Site-Data"] == '"cache"'
