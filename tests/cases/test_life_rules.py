"""Where a case may go, who may touch it, whom a bad mark reaches, what may be asked for."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.cases.rules import (
    MOVES,
    Holder,
    Standing,
    State,
    Warned,
    allows,
    answering_code,
    case_number,
    check_extension,
    check_rating,
    check_reopening,
    decision_number,
    is_higher,
    may_answer_extension,
    may_claim,
    may_decide_above,
    may_know,
    may_work,
    moved,
    normal_number,
    normal_secret,
    opens_follow_up,
    route,
    secret_of,
    warning_level,
)
from yimen.cases.rules.numbers import ALPHABET
from yimen.core.actor import Actor, Role
from yimen.core.calendar import WorkingCalendar
from yimen.core.clock import LOCAL
from yimen.core.errors import RuleBroken

COMMUNITY, STREET, DISTRICT, CITY = "320213025001", "320213025", "320213", "3202"
ANNA, BO, CHEN = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2026, 11, 23, 10, tzinfo=LOCAL)


def seated(role: Role, reach: str, account: UUID = ANNA, line: str = "") -> Actor:
    return Actor(role=role, reach=reach, account_id=account, line=line)


def test_only_the_residents_reopening_leads_out_of_closed() -> None:
    leading_out = [verb for verb in MOVES if allows(State.CLOSED, verb) and MOVES[verb][1] not in (None, State.CLOSED)]
    assert leading_out == ["reopen"]


@pytest.mark.parametrize(
    ("state", "verb"),
    [("closed", "decide"), ("closed", "pause"), ("paused", "send_up"), ("sent_up", "pause"), ("open", "send_back")],
)
def test_a_verb_in_the_wrong_state_is_refused_with_the_number_of_the_case(state: str, verb: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        moved(state, verb, number="LX26-1111-000042")
    assert "LX26-1111-000042" in str(refused.value)


def test_a_sent_up_case_is_decided_or_comes_back() -> None:
    assert moved("sent_up", "decide", number="") is State.CLOSED
    assert moved("sent_up", "send_back", number="") is State.OPEN


@pytest.mark.parametrize(
    ("level", "desk"), [("community", COMMUNITY), ("street", STREET), ("district", DISTRICT), ("city", CITY)]
)
def test_the_system_finds_the_deciding_desk_by_level(level: str, desk: str) -> None:
    found = route(community=COMMUNITY, post="MZ", level=level, department="MZJ")
    assert (found.desk_code, found.pool_code, found.post) == (desk, COMMUNITY, "MZ")


def test_the_post_or_the_skill_lets_a_worker_claim() -> None:
    assert may_claim(post="MZ", seat_post="MZ", can_alone=False)
    assert may_claim(post="MZ", seat_post="LD", can_alone=True)
    assert not may_claim(post="MZ", seat_post="LD", can_alone=False)


def test_b_works_for_a_only_while_a_is_absent_and_the_head_always() -> None:
    b = seated(Role.WINDOW, COMMUNITY, BO)
    assert may_work(b, Holder(BO)) is Standing.OWNER
    assert may_work(b, Holder(ANNA, is_absent=False, is_covered_by_actor=True)) is None
    assert may_work(b, Holder(ANNA, is_absent=True, is_covered_by_actor=True)) is Standing.STAND_IN
    assert may_work(b, Holder(ANNA, is_absent=True, is_covered_by_actor=False)) is None
    assert may_work(seated(Role.HEAD, COMMUNITY, CHEN), Holder(ANNA)) is Standing.HEAD


def test_each_level_decides_only_at_its_own_desk_and_a_department_only_its_line() -> None:
    def decides(actor: Actor, desk: str, level: str) -> bool:
        return may_decide_above(actor, desk_code=desk, level=level, department="MZJ")

    assert decides(seated(Role.STREET, STREET), STREET, "street")
    assert not decides(seated(Role.STREET, "320213026"), STREET, "street")
    assert not decides(seated(Role.DISTRICT, DISTRICT), STREET, "street")
    assert not decides(seated(Role.HEAD, COMMUNITY), COMMUNITY, "community")
    assert decides(seated(Role.DEPT, DISTRICT, line="MZJ"), DISTRICT, "district")
    assert not decides(seated(Role.DEPT, DISTRICT, line="RS"), DISTRICT, "district")
    assert decides(seated(Role.CITY, CITY), CITY, "city")


def test_an_extension_is_answered_one_level_above_the_desk() -> None:
    def answers(role: Role, reach: str, desk: str) -> bool:
        return may_answer_extension(seated(role, reach), division_code=COMMUNITY, desk_code=desk)

    assert answers(Role.STREET, STREET, COMMUNITY)
    assert not answers(Role.STREET, STREET, STREET)
    assert answers(Role.DISTRICT, DISTRICT, STREET)
    assert not answers(Role.DISTRICT, "320206", STREET)
    assert answers(Role.CITY, CITY, DISTRICT)


def test_a_restricted_matter_exists_only_for_those_who_handle_it() -> None:
    def knows(actor: Actor, *, desk: str = COMMUNITY, stands_in: bool = False) -> bool:
        return may_know(
            actor,
            is_restricted=True,
            owner_id=ANNA,
            first_asked_id=BO,
            division_code=COMMUNITY,
            desk_code=desk,
            stands_in=stands_in,
        )

    assert knows(seated(Role.WINDOW, COMMUNITY, ANNA))
    assert knows(seated(Role.WINDOW, COMMUNITY, BO))
    assert knows(seated(Role.WINDOW, COMMUNITY, CHEN), stands_in=True)
    assert not knows(seated(Role.WINDOW, COMMUNITY, CHEN))
    assert not knows(seated(Role.HEAD, COMMUNITY, CHEN))
    assert not knows(seated(Role.STREET, STREET, CHEN))
    assert knows(seated(Role.STREET, STREET, CHEN), desk=STREET)
    assert not knows(seated(Role.DISTRICT, DISTRICT, CHEN), desk=STREET)


@pytest.mark.parametrize(
    ("handlers", "answers"),
    [
        ([(Role.WINDOW, COMMUNITY)], COMMUNITY),
        ([(Role.HEAD, COMMUNITY)], STREET),
        ([(Role.WINDOW, COMMUNITY), (Role.STREET, STREET)], DISTRICT),
        ([(Role.DEPT, DISTRICT)], CITY),
        ([(Role.CITY, CITY)], CITY),
    ],
)
def test_a_bad_mark_is_answered_above_everybody_who_handled_it(handlers: list[tuple[Role, str]], answers: str) -> None:
    assert answering_code(COMMUNITY, handlers) == answers


def test_the_two_lowest_of_five_levels_open_a_call_back() -> None:
    assert [level for level in range(1, 6) if opens_follow_up(level)] == [1, 2]
    with pytest.raises(RuleBroken):
        check_rating(level=6, closed_at=NOW, at=NOW)


def test_a_matter_is_reopened_within_thirty_days_and_never_when_withdrawn() -> None:
    check_reopening(closed_at=NOW - timedelta(days=30), outcome="refused", at=NOW)
    with pytest.raises(RuleBroken):
        check_reopening(closed_at=NOW - timedelta(days=31), outcome="refused", at=NOW)
    with pytest.raises(RuleBroken):
        check_reopening(closed_at=NOW, outcome="withdrawn", at=NOW)


@given(st.integers(-3, 40), st.integers(0, 60), st.none() | st.integers(0, 90))
def test_no_extension_reaches_past_the_legal_limit(days: int, promised: int, legal: int | None) -> None:
    try:
        check_extension(days=days, promised=promised, legal=legal)
    except RuleBroken:
        return
    assert 1 <= days <= 10
    assert legal is None or promised + days <= legal


def test_warnings_climb_from_the_worker_to_the_district() -> None:
    calendar = WorkingCalendar()
    due = datetime(2026, 11, 23, 17, tzinfo=LOCAL)  # a Monday
    seen = [
        warning_level(calendar, due_at=due, now=due + timedelta(days=days, hours=1), promised=5)
        for days in (-5, -3, 0, 1, 3, 6, 7)
    ]
    assert seen == ["", "soon", "late", "late", "street", "street", "district"]
    assert is_higher(Warned.STREET, Warned.LATE)
    assert not is_higher(Warned.LATE, Warned.LATE)
    assert warning_level(calendar, due_at=None, now=NOW, promised=5) is Warned.NONE


def test_numbers_carry_district_and_day_and_are_read_as_people_type_them() -> None:
    assert case_number("LX", date(2026, 11, 3), 42) == "LX26-1103-000042"
    assert decision_number("LX", date(2026, 11, 3), 1_000_007) == "LXD26-1103-000007"
    assert normal_number(" ｌｘ26－1103—000042 ") == "LX26-1103-000042"


@given(st.integers(0, 2**64 - 1))
def test_a_second_secret_has_six_characters_and_survives_being_typed_badly(bits: int) -> None:
    secret = secret_of(bits)
    assert len(secret) == 6
    assert set(secret) <= set(ALPHABET)
    assert normal_secret(f" {secret[:3].lower()} - {secret[3:]}") == secret
