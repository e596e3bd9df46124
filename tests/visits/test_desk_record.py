"""A visit is recorded at the desk as on the phone: one door, one outcome, once; what it found becomes work."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests import cast
from tests.visits.conftest import twin_door
from tests.visits.walking import patches, refs
from yimen.core.clock import local, now
from yimen.core.errors import RuleBroken
from yimen.trail.models import Entry
from yimen.visits.models import Finding, Visit
from yimen.visits.queries.vulnerable import door_meant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def saved(client: Client, door: str, **more: object) -> str:
    """The form sent: where it leads, or the page again."""
    answer = client.post("/visits/new", {"id": str(uuid4()), "door": door, "outcome": "met", **more})
    return answer.headers.get("Location", "") or answer.content.decode()


def test_a_door_is_found_by_its_number_and_the_visit_is_saved_with_all_it_found() -> None:
    mine, _other = patches()
    client, door = cast.client_for("window"), refs(mine)[0]
    shown = client.get("/visits/new?door=12-1-301").content.decode()
    assert "在家" in shown
    assert f'value="{door}"' in client.get(f"/visits/new?door={door}").content.decode()
    said = {"topic": ["fine", "health"], "note": "腿脚不便", "found": ["need", "phone"]}
    where = saved(client, door, **said, **{"need-words": "想装扶手", "phone-phone": "15400001234"})
    visit = Visit.objects.get()
    assert where == f"/visits/{visit.ref}?done=recorded"
    assert (visit.via, visit.outcome, visit.topics, visit.patch_id) == ("desk", "met", ["fine", "health"], mine.id)
    assert sorted(Finding.objects.values_list("kind", "state")) == [("need", "open"), ("phone", "open")]
    assert Entry.objects.filter(verb="visit.record").count() == 1
    assert "腿脚不便" in client.get(where).content.decode()


def test_the_same_form_sent_twice_is_one_visit() -> None:
    mine, _other = patches()
    client, door, number = cast.client_for("window"), refs(mine)[0], str(uuid4())
    assert saved(client, door, id=number) == saved(client, door, id=number)
    assert Visit.objects.count() == 1


def test_an_evening_of_yesterday_counts_and_shows_both_dates() -> None:
    mine, _other = patches()
    client, at = cast.client_for("window"), local(now()) - timedelta(days=1)
    where = saved(client, refs(mine)[0], at=f"{at:%Y-%m-%d}T21:40")
    visit = Visit.objects.get()
    assert (local(visit.at).hour, visit.on, visit.is_late) == (21, at.date(), True)
    assert "补记" in client.get(where).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"outcome": ""}, "见到人没有"),
        ({"outcome": "clocked_in"}, "见到人没有"),
        ({"at": f"{local(now()) + timedelta(days=2):%Y-%m-%dT%H:%M}"}, "将来"),
        ({"at": "yesterday"}, "日期和时间"),
        ({"note": "长" * 501}, "太长"),
        ({"id": "1"}, "不完整"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_typed_is_lost(wrong: dict[str, str], words: str) -> None:
    mine, _other = patches()
    shown = saved(cast.client_for("window"), refs(mine)[0], **({"note": "留着我"} | wrong))
    assert words in shown
    assert ("留着我" in shown) is ("note" not in wrong)
    assert not Visit.objects.exists()


def test_a_door_that_is_not_there_is_said_and_one_out_of_reach_is_not_found() -> None:
    mine, _other = patches()
    client, far = cast.client_for("window"), cast.client_for("sibling")
    assert "没有这个门牌" in client.get("/visits/new?door=99-9-999").content.decode()
    assert far.post("/visits/new", {"id": str(uuid4()), "door": refs(mine)[0], "outcome": "met"}).status_code == 404
    assert cast.client_for("street").get("/visits/new").status_code == 403
    assert not Visit.objects.exists()


def test_all_that_is_wrong_with_a_record_is_said_at_once() -> None:
    mine, _other = patches()
    client, at = cast.client_for("window"), local(now()) + timedelta(days=2)
    page = saved(client, refs(mine)[0], outcome="", at=f"{at:%Y-%m-%dT%H:%M}", note="长" * 501)
    assert all(f'href="#f-{field}"' in page for field in ("outcome", "note", "at"))
    page = saved(client, refs(mine)[0], outcome="", at="yesterday")
    assert all(f'href="#f-{field}"' in page for field in ("outcome", "at"))
    assert Visit.objects.count() == 0


def test_a_door_is_named_with_its_compound_where_several_are_written_alike() -> None:
    patches()
    twin = twin_door("锡惠里")
    window = cast.actor("window")
    with pytest.raises(RuleBroken, match="Write its compound too, for example"):
        door_meant(window, "3-2-502")
    for typed in ("锡惠里 3-2-502", "锡惠里3号楼502", "锡惠里3号楼2单元502室"):
        assert door_meant(window, typed) == twin.ref, typed
    with pytest.raises(RuleBroken, match="no such door"):
        door_meant(window, "锡惠里 3-2-503")
    assert twin.ref in cast.client_for("window").get("/visits/new?door=锡惠里 3-502").content.decode()


@pytest.mark.parametrize("number", ["123", "1540000777", "abc", ""])
def test_a_number_that_nobody_could_call_is_said_at_the_desk_and_nothing_is_saved(number: str) -> None:
    mine, _other = patches()
    shown = saved(cast.client_for("window"), refs(mine)[0], found=["phone"], **{"phone-phone": number})
    assert 'href="#f-phone-phone"' in shown
    assert not Visit.objects.exists()
