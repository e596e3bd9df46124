"""The three administrators are three people, and none of the three posts ever stands empty."""

from datetime import timedelta

import pytest

from tests import cast
from yimen.access import actions
from yimen.access.models import Account, Seat
from yimen.core.actor import SYSTEM, Role
from yimen.core.errors import RuleBroken

pytestmark = pytest.mark.django_db

AT = cast.MONDAY
THREE = ("sysadmin", "security", "auditor")


def seat_of(username: str) -> Seat:
    return Seat.objects.get(account__username=username)


def another(role: Role, reach: str = cast.CITY) -> str:
    """A second person in a post; their sign-in name."""
    cast.seat_person(cast.Person("second", "罗云", role, reach), at=AT)
    return "second"


@pytest.mark.parametrize("username", THREE)
def test_nobody_ends_the_last_post_of_an_administrator(username: str) -> None:
    with pytest.raises(RuleBroken, match="last administrator"):
        actions.end_seat(cast.actor("security"), ref=seat_of(username).ref, at=AT)
    assert seat_of(username).to_on is None


@pytest.mark.parametrize("username", ["security", "auditor"])
def test_nobody_closes_the_account_of_the_last_administrator(username: str) -> None:
    account = Account.objects.get(username=username)
    with pytest.raises(RuleBroken, match="last administrator"):
        actions.close_account(cast.actor("sysadmin"), ref=account.ref, at=AT)
    account.refresh_from_db()
    assert (account.is_active, seat_of(username).to_on) == (True, None)


@pytest.mark.parametrize("username", THREE)
def test_a_post_ends_when_another_person_holds_it_too(username: str) -> None:
    seat = seat_of(username)
    security = cast.actor("security")
    another(Role(seat.role))
    actions.end_seat(security, ref=seat.ref, at=AT)
    assert seat_of(username).to_on == AT.date()
    with pytest.raises(RuleBroken, match="last administrator"):
        actions.end_seat(security, ref=seat_of("second").ref, at=AT + timedelta(days=1))


def test_an_auditor_of_a_district_or_one_who_has_left_replaces_nobody() -> None:
    another(Role.AUDITOR, cast.DISTRICT)
    with pytest.raises(RuleBroken, match="last administrator"):
        actions.end_seat(cast.actor("security"), ref=seat_of("auditor").ref, at=AT)
    actions.end_seat(cast.actor("security"), ref=seat_of("second").ref, at=AT)  # the city's reads the district too
    gone = cast.Person("gone", "祝枝山", Role.AUDITOR, cast.CITY)
    cast.seat_person(gone, at=AT)
    Account.objects.filter(username="gone").update(is_active=False)
    with pytest.raises(RuleBroken, match="last administrator"):
        actions.end_seat(cast.actor("security"), ref=seat_of("auditor").ref, at=AT)


def test_the_page_says_why_a_post_does_not_end() -> None:
    account, seat = Account.objects.get(username="auditor"), seat_of("auditor")
    answer = cast.client_for("security").post(f"/accounts/{account.ref}/seats/{seat.ref}/end")
    assert answer.status_code == 422
    assert seat_of("auditor").to_on is None


@pytest.mark.parametrize("name", ["马骏", "马 骏", "马骏\ufe00", "马\u200d骏"])
def test_a_second_account_under_ones_name_is_no_second_person(name: str) -> None:
    made = actions.create_account(SYSTEM, username="w9001", name=name, password=cast.PASSWORD, at=AT)
    wanted = {"account_ref": made.ref, "division_code": cast.CITY, "from_on": AT.date(), "at": AT, "approved": True}
    with pytest.raises(RuleBroken, match="three names") as refused:
        actions.grant_seat(cast.actor("security"), role=Role.SYSADMIN, **wanted)  # type: ignore[arg-type]  # a table of values
    assert refused.value.field == "role"
    actions.grant_seat(cast.actor("security"), role=Role.AUDITOR, **wanted)  # type: ignore[arg-type]  # two of one kind may be namesakes
