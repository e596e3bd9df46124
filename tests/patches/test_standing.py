"""Who answers for which doors, on which day."""

from datetime import date, timedelta

import pytest

from tests.cast import COMMUNITY, MONDAY, STREET, actor
from tests.patches.conftest import BEGAN, begin, name, wells
from tests.registry.town import Town
from yimen.access import queries as accounts
from yimen.orgs import actions as orgs
from yimen.patches import queries
from yimen.registry.models import Dwelling

pytestmark = pytest.mark.usefixtures("town")


def away(username: str) -> None:
    who = actor(username)
    account = accounts.account_named(username)
    assert account is not None
    until = MONDAY + timedelta(days=1)
    orgs.mark_absent(who, account_ref=account.ref, reason="leave", from_at=MONDAY, to_at=until, at=MONDAY)


def test_a_patch_is_known_with_its_officer_and_deputy() -> None:
    first, second = begin()
    name(first, "window")
    name(first, "window2", "B")
    found = queries.patches_at(STREET, at=MONDAY)
    assert [(one.number, one.a and one.a.name, one.b and one.b.name) for one in found] == [
        (1, "沈晓岚", "许一帆"),
        (2, None, None),
    ]
    assert found[0].acting is found[0].a
    assert found[1].acting is None
    assert queries.patch(second.ref, at=MONDAY) == found[1]


def test_while_a_is_away_b_answers_and_both_names_stay() -> None:
    first, _ = begin()
    name(first, "window")
    name(first, "window2", "B")
    away("window")
    standing = queries.patch(first.ref, at=MONDAY)
    assert standing is not None
    assert standing.a is not None
    assert standing.a.name == "沈晓岚"
    assert standing.is_covered
    assert standing.acting is standing.b
    assert [one.acts for one in queries.own_patches(actor("window").person, at=MONDAY)] == [False]
    assert [(one.side, one.acts) for one in queries.own_patches(actor("window2").person, at=MONDAY)] == [("B", True)]
    assert queries.may_act(actor("window2"), standing)
    assert queries.may_act(actor("head"), standing)
    assert not queries.may_act(actor("window"), standing)
    assert not queries.may_act(actor("nexthead"), standing)
    back = queries.patch(first.ref, at=MONDAY + timedelta(days=1))
    assert back is not None
    assert back.acting is back.a


def test_somebody_who_left_the_station_answers_no_more() -> None:
    first, _ = begin()
    name(first, "sibling")  # never sat in this station
    standing = queries.patch(first.ref, at=MONDAY)
    assert standing is not None
    assert standing.a is not None
    assert standing.a.has_left
    assert standing.acting is None


def test_officers_of_a_past_day_stay_known() -> None:
    first, _ = begin()
    name(first, "window", to_on=date(2026, 6, 1))
    name(first, "window2", from_on=date(2026, 6, 1))
    for day, who in ((date(2026, 5, 31), "沈晓岚"), (date(2026, 6, 1), "许一帆")):
        a, b = queries.officers_at(first.id, at=MONDAY.replace(year=day.year, month=day.month, day=day.day))
        assert a is not None
        assert (a.name, b) == (who, None)


def test_doors_and_stairwells_lie_in_a_patch_since_the_community_began() -> None:
    first, second = begin()
    found = wells()
    assert queries.division_on(COMMUNITY, on=BEGAN) == dict(zip(found, (1, 1, 2, 2), strict=True))
    assert queries.division_on(COMMUNITY, on=BEGAN - timedelta(days=1)) == {}
    assert queries.stairwells_of(second.id, on=BEGAN) == found[2:]
    doors = Dwelling.objects.filter(stairwell_id=found[0])
    lying = queries.patches_of_dwellings([door.id for door in doors], on=MONDAY.date())
    assert {(one.ref, one.number) for one in lying.values()} == {(first.ref, 1)}
    assert len(lying) == 6


def test_a_household_is_a_door_behind_which_somebody_alive_lives(town: Town) -> None:
    ground = queries.ground_of(COMMUNITY, at=MONDAY)
    assert [(place.building, place.number, place.doors, place.households) for place in ground.places] == [
        ("3", "1", 6, 1),
        ("3", "2", 6, 1),
        ("12", "1", 6, 2),
        ("12", "2", 6, 0),
    ]
    assert ground.households == 4
    assert ground.bare == []


def test_sizes_come_from_the_norms_of_the_day() -> None:
    sizes = queries.sizes_on(MONDAY.date())
    assert (sizes.households, sizes.tolerance, sizes.most) == (300, 20, 400)
    assert [sizes.flag(households) for households in (239, 240, 300, 360, 361, 401)] == [
        *("low", "", "", ""),
        *("high", "over"),
    ]
