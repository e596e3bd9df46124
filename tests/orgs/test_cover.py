"""A/B posts: at the minute A is marked away, B acts; and a post with neither warns before it happens."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from tests import cast
from yimen.access import actions as access
from yimen.access import queries as people
from yimen.access.queries import accounts_called
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.orgs import actions, queries
from yimen.orgs.models import Absence
from yimen.trail import queries as trail
from yimen.trail.queries import Wanted

TEN = cast.MONDAY
HOUR = timedelta(hours=1)


def ref_of(username: str) -> str:
    return people.own_account(cast.actor(username).person).ref


def away(
    username: str, *, by: str = "head", since: datetime = TEN, until: datetime | None = None, at: datetime = TEN
) -> Absence:
    return actions.mark_absent(
        cast.actor(by), account_ref=ref_of(username), reason="leave", from_at=since, to_at=until, at=at
    )


def stand_in(username: str, post: str, at: datetime) -> str:
    found = queries.stand_in_for(cast.actor(username).person, division_code=cast.COMMUNITY, post=post, at=at)
    return found.name if found else ""


@pytest.mark.django_db
def test_at_ten_a_is_away_and_at_ten_b_stands_in() -> None:
    away("window", until=TEN + 2 * HOUR)
    assert stand_in("window", "MZ", TEN - timedelta(seconds=1)) == ""
    assert stand_in("window", "MZ", TEN) == "许一帆"
    assert [(one.name, one.post) for one in queries.covering(cast.actor("window2"), at=TEN)] == [
        ("沈晓岚", "LD"),
        ("沈晓岚", "MZ"),
    ]
    assert stand_in("window", "MZ", TEN + 2 * HOUR) == ""  # back on the minute
    assert queries.covering(cast.actor("window2"), at=TEN + 2 * HOUR) == []


@pytest.mark.django_db
def test_a_stands_in_for_b_too_and_nobody_when_both_are_away() -> None:
    away("window2")
    assert stand_in("window2", "MZ", TEN) == "沈晓岚"
    away("window")
    assert stand_in("window2", "MZ", TEN) == ""
    assert queries.covering(cast.actor("window"), at=TEN) == []  # away oneself


@pytest.mark.django_db
def test_only_holders_of_the_post_stand_in() -> None:
    away("window")
    assert queries.covering(cast.actor("window3"), at=TEN) == []
    assert queries.covering(cast.actor("sibling"), at=TEN) == []
    assert queries.covering(cast.actor("street"), at=TEN) == []


@pytest.mark.django_db
def test_a_worker_marks_only_themselves_and_the_head_anybody_of_the_station() -> None:
    away("window", by="window")
    with pytest.raises(NotAllowed):
        away("window2", by="window")
    with pytest.raises(NotFound):
        away("sibling", by="head")
    with pytest.raises(NotAllowed):
        away("window2", by="street")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        (TEN - timedelta(days=1), None, "from_at"),
        (TEN, TEN, "to_at"),
        (TEN, TEN - HOUR, "to_at"),
    ],
)
def test_impossible_times_are_refused(since: datetime, until: datetime | None, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        away("window", since=since, until=until)
    assert refused.value.field == field


@pytest.mark.django_db
def test_nobody_is_away_twice_at_once_and_the_refusal_names_the_other_time() -> None:
    away("window", since=TEN, until=TEN + 2 * HOUR)
    with pytest.raises(RuleBroken, match="already marked absent from 2026-11-16 10:00 to 2026-11-16 12:00") as refused:
        away("window", since=TEN + HOUR)
    assert refused.value.field == "from_at"
    away("window", since=TEN + 2 * HOUR, until=TEN + 3 * HOUR)  # right after is another absence
    away("window2")
    with pytest.raises(RuleBroken, match="since 2026-11-16 10:00, with no end"):
        away("window2", since=TEN + HOUR, until=TEN + 2 * HOUR)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "words"),
    [
        (TEN + timedelta(days=25), "away from 2026-12-07 10:00 to 2026-12-11 10:00 already. Let this absence end by"),
        (None, "away from 2026-12-07 10:00 on already. Let this absence end by then"),
    ],
)
def test_an_open_absence_is_told_of_the_leave_that_is_planned_after_it(until: datetime | None, words: str) -> None:
    away("window", since=TEN + timedelta(days=21), until=until)
    with pytest.raises(RuleBroken, match=words) as refused:
        away("window")
    assert refused.value.field == "to_at"  # the end is what is to be filled in
    away("window", until=TEN + timedelta(days=21))


@pytest.mark.django_db
def test_the_database_itself_refuses_an_overlap() -> None:
    first = away("window", until=TEN + HOUR)
    with pytest.raises(IntegrityError, match="absence_no_overlap"):
        Absence.objects.create(
            account_id=first.account_id, division_code=cast.COMMUNITY, from_at=TEN, to_at=None, reason="sick"
        )


def test_two_who_mark_the_same_person_at_once_make_one_absence(own_database: None) -> None:
    refused: list[Exception] = []
    barrier = threading.Barrier(2)

    def mark() -> None:
        barrier.wait()
        try:
            away("window")
        except (RuleBroken, IntegrityError) as error:
            refused.append(error)
        finally:
            connection.close()

    pair = [threading.Thread(target=mark) for _n in range(2)]
    for one in pair:
        one.start()
    for one in pair:
        one.join()
    assert len(refused) == 1
    assert Absence.objects.count() == 1


@pytest.mark.django_db
def test_coming_back_ends_it_now_and_calling_off_leaves_nothing() -> None:
    gone, planned = away("window"), away("window2", since=TEN + timedelta(days=1))
    actions.end_absence(cast.actor("window"), ref=gone.ref, at=TEN + HOUR)
    assert stand_in("window", "MZ", TEN + HOUR) == ""
    assert stand_in("window", "MZ", TEN + HOUR / 2) == "许一帆"  # what was, stays true
    with pytest.raises(RuleBroken):
        actions.end_absence(cast.actor("window"), ref=planned.ref, at=TEN)
    actions.end_absence(cast.actor("head"), ref=planned.ref, at=TEN)
    assert queries.absences(cast.COMMUNITY, first=TEN + HOUR) == []
    with pytest.raises(RuleBroken, match="over already"):
        actions.end_absence(cast.actor("head"), ref=gone.ref, at=TEN + 2 * HOUR)
    with pytest.raises(NotFound):
        actions.end_absence(cast.actor("siblinghead"), ref=gone.ref, at=TEN)
    wanted = Wanted(prefix=cast.COMMUNITY, person="吴静雯", accounts=accounts_called("吴静雯"))
    assert [row.verb for row in trail.entries(wanted, limit=3)] == [
        "absence.end",
        "absence.mark",
        "absence.mark",
    ]


@pytest.mark.django_db
def test_a_post_with_neither_warns_before_it_happens() -> None:
    assert queries.uncovered_posts(cast.COMMUNITY, at=TEN) == []
    tomorrow = TEN + timedelta(days=1)
    away("window", since=TEN, until=tomorrow + HOUR)
    away("window2", since=tomorrow, until=tomorrow + 3 * HOUR)
    gaps = queries.uncovered_posts(cast.COMMUNITY, at=TEN)
    assert [(gap.post, gap.from_at, gap.to_at, set(gap.absent)) for gap in gaps] == [
        (post, tomorrow, tomorrow + HOUR, {"沈晓岚", "许一帆"}) for post in ("MZ", "LD")
    ]
    assert queries.uncovered_posts(cast.COMMUNITY, at=TEN, ahead=HOUR) == []


@pytest.mark.django_db
def test_a_post_whose_last_holder_leaves_is_bare_from_that_day() -> None:
    for username in ("window3", "window4"):
        access.close_account(cast.actor("sysadmin"), ref=ref_of(username), at=TEN)
    bare = queries.uncovered_posts(cast.COMMUNITY, at=TEN)
    assert [gap.post for gap in bare] == ["WJ", "HW", "ZZ", "JS"]
    assert all(gap.from_at == TEN and gap.to_at is None and gap.absent == () for gap in bare)


@pytest.mark.django_db
def test_a_station_where_nobody_works_yet_raises_no_warning() -> None:
    warned = {gap.division_code for gap in queries.uncovered_posts(cast.STREET, at=TEN)}
    assert warned == {cast.SIBLING}  # its only worker holds two of the six


@pytest.mark.django_db
def test_the_board_marks_and_ends_through_the_page() -> None:
    client = cast.client_for("head")
    refused = client.post("/cover/away", {"person": ref_of("window"), "reason": ""})
    assert refused.status_code == 422
    assert "请选离岗原因" in refused.content.decode()
    form = {"person": ref_of("window"), "reason": "meeting", "from_at": "", "to_at": "", "note": "区里开会"}
    assert client.post("/cover/away", form).status_code == 302
    board = client.get("/cover").content.decode()
    assert "许一帆（代 A 岗）" in board
    assert "区里开会" in board
    ref = queries.absences(cast.COMMUNITY, first=TEN)[0].ref
    assert cast.client_for("window2").post(f"/cover/{ref}/back").status_code == 422
    assert client.post(f"/cover/{ref}/back").status_code == 302
    assert "许一帆（代 A 岗）" not in client.get("/cover").content.decode()
