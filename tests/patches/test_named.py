"""Whoever looks at a resident or a door reads who answers for it; a change of officer leaves no work unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cases.taking import taken
from tests.patches.test_standing import away
from tests.registry.town import AT, Town
from tests.visits.conftest import find, record_visit
from yimen.access import queries as access
from yimen.core.actor import SYSTEM, Role
from yimen.core.clock import now
from yimen.patches.models import Patch
from yimen.patches.queries import patches_of_doors
from yimen.patches.queries.answering import answering
from yimen.patches.queries.sources import hand_overs
from yimen.visits.actions.contacts import Said, leave_message

pytestmark = pytest.mark.django_db


def test_the_resident_the_door_and_the_search_name_patch_and_officer(town: Town, patches: list[Patch]) -> None:
    client = cast.client_for("window")
    link = f'<a href="/patches/{patches[1].ref}">第 2 片区</a> 许一帆'
    for page in (
        client.get(f"/people/{town.people['张国富'].ref}"),
        client.get(f"/doors/{town.door('3-2-502')}"),
        client.post("/search", {"q": "张国富"}, follow=True),
        client.post("/search", {"q": "3-502"}, follow=True),
    ):
        assert link in page.content.decode()
    found = client.post("/search", {"q": "3-502"}, headers={"hx-request": "true"})
    assert "第 2 片区 许一帆" in found.content.decode()


def test_while_the_officer_is_away_the_deputy_is_named_for_them(town: Town, patches: list[Patch]) -> None:
    away("window2")
    door = town.door("3-2-502")
    assert answering(cast.actor("window"), [door], cast.MONDAY)[door].who == "沈晓岚（代许一帆）"


def test_it_costs_one_statement(town: Town, patches: list[Patch]) -> None:
    with CaptureQueriesContext(connection) as caught:
        found = patches_of_doors([town.door("3-2-502"), town.door("12-1-301")], at=AT)
    assert len(caught) == 1
    assert sorted(one.number for one in found.values()) == [1, 2]


def test_a_door_without_a_patch_says_nothing(town: Town) -> None:
    page = cast.client_for("window").get(f"/doors/{town.door('3-2-502')}").content.decode()
    assert "片区" not in page.partition("<main")[2]


@pytest.mark.usefixtures("matters")
def test_a_change_of_officer_lists_open_work_to_hand_over(town: Town, patches: list[Patch]) -> None:
    resident = replace(SYSTEM, role=Role.RESIDENT, reach=cast.COMMUNITY)
    leave_message(resident, patch_ref=patches[1].ref, said=Said("楼道灯不亮"), at=AT)
    case = taken(owner="window2")
    case.resident_id = town.people["张国富"].id
    case.save(update_fields=["resident"])
    find(record_visit("3-2-502", who="window2"), "need", {"words": "x"})
    client = cast.client_for("head")
    address = f"/patches/{patches[1].ref}"
    assert "还在许一帆名下" not in client.get(address).content.decode()
    patches[1].officers.filter(side="A").update(to_on=now().date() + timedelta(days=3))
    page = client.get(address).content.decode()
    assert "还在许一帆名下" not in page, "she answers until that day"
    patches[1].officers.filter(side="A").update(to_on=now().date())
    page = client.get(address).content.decode()
    assert page.count("还在许一帆名下") == 3
    assert "未答复的来信来电" in page
    assert "待定的走访发现" in page
    assert "未办结的办件" in page
    assert not hand_overs(patches[0].id, [cast.actor("window").person], AT)


def test_an_officer_to_come_stands_beside_the_one_of_today(town: Town, patches: list[Patch]) -> None:
    client, ref = cast.client_for("head"), patches[1].ref
    day = now().date() + timedelta(days=3)
    person = access.own_account(cast.actor("window").person).ref
    answer = client.post(f"/patches/{ref}/officer", {"side": "B", "person": "-", "from_on": day.isoformat()})
    assert answer.status_code == 302
    form = {"side": "A", "person": person, "from_on": day.isoformat()}
    assert client.post(f"/patches/{ref}/officer", form).status_code == 302
    who = client.get(f"/patches/{ref}").content.decode().partition('id="h-who"')[2].partition("<details")[0]
    assert f"{day:%Y年%-m月%-d日}起：沈晓岚" in who.replace(" ", "")
    assert f"{day:%Y年%-m月%-d日}起：没有人" in who.replace(" ", "")
    assert "许一帆" in who
