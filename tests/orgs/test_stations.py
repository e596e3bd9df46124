"""Stations against the norms of the mission, and the eighth service system that only the city names."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from tests import cast
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed, RuleBroken
from yimen.orgs import actions, queries
from yimen.orgs.actions import StationRow
from yimen.orgs.models import Norm
from yimen.orgs.rules import hall_is_large_enough, workers_needed

AT = cast.MONDAY


@pytest.mark.parametrize(("households", "needed"), [(0, 0), (1, 1), (300, 1), (301, 2), (2400, 8), (2401, 9)])
def test_one_worker_for_every_300_households_rounded_up(households: int, needed: int) -> None:
    assert workers_needed(households, 300) == needed


@pytest.mark.parametrize(("area", "enough"), [("49.9", False), ("50", True), ("50.0", True), ("120.5", True)])
def test_a_hall_of_49_9_fails_and_50_passes(area: str, enough: bool) -> None:
    assert hall_is_large_enough(Decimal(area), Decimal(50)) is enough


@pytest.mark.django_db
def test_a_station_shows_its_norms() -> None:
    actions.load_stations(SYSTEM, rows=[StationRow(cast.COMMUNITY, hall_area=Decimal("49.9"), households=2401)], at=AT)
    found = queries.station(cast.COMMUNITY, at=AT)
    assert found is not None
    assert (found.workers, found.workers_needed, found.hall_is_large_enough) == (5, 9, False)
    norm = next(row for row in queries.station_norms(cast.STREET, at=AT) if row.division_code == cast.COMMUNITY)
    assert (norm.workers, norm.workers_needed, norm.halls_too_small) == (5, 9, 1)
    district = queries.station_norms(cast.CITY, at=AT)
    assert sum(row.households for row in district) == 2401


@pytest.mark.django_db
def test_a_norm_is_a_row_with_its_document_and_a_later_one_replaces_it() -> None:
    actions.load_stations(SYSTEM, rows=[StationRow(cast.COMMUNITY, hall_area=Decimal(60), households=2400)], at=AT)
    page = cast.client_for("head").get("/station").content.decode()
    assert "每 300 户配 1 人" in page
    assert "标准出自：社区扁平化管理：社工站配员标准；" in page
    tomorrow = AT.date() + timedelta(days=1)
    Norm.objects.create(name="hall_area_least", value=80, document="新办公用房标准", from_on=tomorrow)
    Norm.objects.create(name="households_per_worker", value=200, document="新配员标准", from_on=tomorrow)
    before, after = (queries.station(cast.COMMUNITY, at=AT + timedelta(days=days)) for days in (0, 1))
    assert before is not None
    assert after is not None
    assert (before.workers_needed, before.hall_is_large_enough) == (8, True)
    assert (after.workers_needed, after.hall_is_large_enough) == (12, False)
    assert after.norms.documents == ("新配员标准", "新办公用房标准")


@pytest.mark.django_db
def test_village_committees_get_rural_centres() -> None:
    rows = {row.division_code: row.is_rural for row in actions.station_rows(cast.OTHER_DISTRICT)}
    assert sum(rows.values()) == 66
    assert not rows[cast.OTHER_COMMUNITY]


@pytest.fixture
def head(db: None) -> Client:
    return cast.client_for("head")


GOOD = {"address": "路", "phone": "1", "hall_area": "52.5", "opens_at": "08:30", "closes_at": "17:30"}


def test_the_head_changes_the_facts_of_the_own_station_only(head: Client) -> None:
    assert head.post(f"/station/{cast.COMMUNITY}/edit", GOOD).status_code == 302
    assert queries.closing_time(cast.COMMUNITY).isoformat() == "17:30:00"
    assert head.post(f"/station/{cast.SIBLING}/edit", GOOD).status_code == 404
    assert cast.client_for("window").post(f"/station/{cast.COMMUNITY}/edit", GOOD).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"closes_at": "08:30"},
        {"closes_at": "25:00"},
        {"opens_at": ""},
        {"hall_area": "large"},
        {"hall_area": "-1"},
        {"hall_area": "NaN"},
        {"hall_area": "99999999"},
        {"address": "x" * 121},
    ],
)
def test_impossible_facts_are_sent_back_with_what_was_typed(head: Client, wrong: dict[str, str]) -> None:
    answer = head.post(f"/station/{cast.COMMUNITY}/edit", {**GOOD, **wrong})
    assert answer.status_code == 422
    assert "路" in answer.content.decode() or "address" in wrong


@pytest.mark.django_db
def test_only_the_city_names_the_eighth_service_system_and_none_of_the_seven() -> None:
    city = cast.client_for("city")
    assert "未定名" in city.get("/station").content.decode()
    assert city.post("/station/eighth", {"name": "代办服务制", "name_en": "Service by proxy"}).status_code == 302
    assert "代办服务制" in cast.client_for("head").get("/station").content.decode()
    with pytest.raises(RuleBroken):
        actions.name_service_system(cast.actor("city"), number=3, name="x", name_en="", at=AT)
    with pytest.raises(NotAllowed):
        actions.name_service_system(cast.actor("head"), number=8, name="x", name_en="", at=AT)
    actions.load_service_systems(SYSTEM, at=AT)
    assert queries.service_systems()[7][1] == "代办服务制"
