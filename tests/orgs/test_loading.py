"""The organisation as it comes with the product."""

from datetime import time

import pytest

from tests import cast
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed
from yimen.orgs import actions, queries

pytestmark = pytest.mark.django_db


def test_codes_nest_from_city_to_community() -> None:
    found = queries.division(cast.COMMUNITY)
    assert found is not None
    assert (found.name, found.short_name) == ("广瑞一村社区居委会", "广瑞一村社区")
    assert found.name_en == "Guangrui No.1 Community"
    assert queries.parent_code(cast.COMMUNITY) == cast.STREET
    assert queries.parent_code(cast.CITY) is None
    assert len(queries.children_of(cast.STREET, on=cast.MONDAY.date())) == 25
    assert len(queries.divisions_at("community", cast.DISTRICT)) == 159


def test_a_district_heads_its_case_numbers_with_its_letters() -> None:
    letters = [queries.district_letters(row.code) for row in queries.divisions_at("district", cast.CITY)]
    assert letters == ["XS", "HS", "BH", "LX", "XW", "JY", "YX"]
    assert queries.district_letters(cast.COMMUNITY) == "LX"


def test_an_abolished_district_names_its_successor_and_is_not_offered() -> None:
    gone = queries.division("320202")
    assert gone is not None
    assert gone.successor_code == cast.DISTRICT
    assert "320202" not in {row.code for row in queries.children_of(cast.CITY, on=cast.MONDAY.date())}


def test_loading_twice_changes_nothing() -> None:
    before = queries.divisions_at("community")
    actions.load_house(SYSTEM, at=cast.MONDAY)
    assert queries.divisions_at("community") == before
    assert len(queries.post_codes()) == 6
    assert queries.closing_time(cast.COMMUNITY) == time(17, 0)


def test_the_eighth_service_system_has_no_name() -> None:
    systems = queries.service_systems()
    assert len(systems) == 8
    assert all(name and fixed for _, name, _, fixed in systems[:7])
    assert systems[7] == (8, "", "", False)


def test_only_the_set_up_loads_divisions() -> None:
    with pytest.raises(NotAllowed):
        actions.load_divisions(cast.actor("sysadmin"), at=cast.MONDAY)
