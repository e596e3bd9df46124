"""Records that may be one person: found by the worker, decided by people, never merged by themselves."""

from datetime import date, datetime, timedelta

import pytest

from tests import cast
from tests.registry.town import AS_OF, AT, LOADED, Town, number_of
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.registry import actions
from yimen.registry.models import Duplicate, Merge, Resident
from yimen.registry.queries import duplicates
from yimen.registry.rules.duplicates import decided_at
from yimen.registry.rules.rows import PersonRows, ResidentRow
from yimen.trail import outbox
from yimen.trail.models import Delivery, Entry

WINDOW = "window"


def told(at: datetime = AT) -> None:
    """Whatever the worker has to do is done."""
    while outbox.deliver(at=at):
        continue
    assert list(Delivery.objects.exclude(error="").values_list("error", flat=True)) == []


def add(town: Town, name: str, birth: str, *, door: str = "12-2-501", phone: str = "", sex: str = "1") -> Resident:
    """Somebody without a number, at a door of the window's community."""
    resident = actions.add_resident(
        cast.actor(WINDOW),
        name=name,
        sex=sex,
        birth_on=birth,
        phone=phone,
        dwelling_ref=town.door(door),
        source="visit",
        evidence="stated",
        at=AT,
    )
    told()
    return resident


def load(name: str, community: str, *, number: str = "", phone: str = "", birth_on: date | None = None) -> ResidentRow:
    row = ResidentRow(
        id=new_id(),
        division_code=community,
        name=name,
        source="POP",
        as_of_on=AS_OF,
        number=number,
        phone=phone,
        sex="1",
        birth_on=birth_on,
    )
    actions.load_people(SYSTEM, rows=PersonRows(residents=[row]), at=LOADED)
    told()
    return row


def open_pairs(who: str = WINDOW) -> list[duplicates.Pair]:
    return duplicates.pairs(cast.actor(who), state="open", at=AT)[0]


def grounds() -> list[list[str]]:
    return [row.grounds for row in Duplicate.objects.order_by("id")]


@pytest.mark.parametrize(
    ("name", "door", "ground"),
    [("张国富", "3-2-502", "door"), ("张国富", "12-2-501", "name"), ("章国富", "12-2-501", "reading")],
)
def test_who_is_added_a_second_time_is_found(town: Town, name: str, door: str, ground: str) -> None:
    add(town, name, "1946-11-09", door=door)
    assert grounds() == [[ground]]
    pair = open_pairs()[0]
    assert {pair.first.name, pair.second.name} == {"张国富", name}
    assert not Merge.objects.exists()
    assert Entry.objects.filter(verb="duplicate.find").count() == 1


@pytest.mark.parametrize(("name", "birth"), [("张国富", "1946-11-10"), ("张国芳", "1946-11-09")])
def test_another_birth_date_or_another_name_is_another_person(town: Town, name: str, birth: str) -> None:
    add(town, name, birth, door="3-2-502")
    assert open_pairs() == []


def test_a_number_in_its_old_length_is_the_same_number(town: Town) -> None:
    whole = town.people["张国富"].number
    load("张国付", cast.SIBLING, number=whole[:6] + whole[8:17])
    assert grounds() == [["number"]]


def test_a_surname_that_may_be_read_otherwise_is_found_too(town: Town) -> None:
    add(town, "山雄信", "1980-11-09")
    assert grounds() == [["reading"]], "单 is read shan in front, and dan elsewhere"


def test_a_pair_of_two_communities_is_decided_where_both_may_be_seen(town: Town) -> None:
    load("张国富", cast.SIBLING, phone=town.people["张国富"].phone)
    assert grounds() == [["phone"]]
    assert open_pairs() == []
    pair = open_pairs("street")[0]
    assert pair.division_code == cast.STREET
    with pytest.raises(NotFound):
        duplicates.pair(cast.actor(WINDOW), pair.ref, at=AT)
    with pytest.raises(NotFound):
        actions.keep_apart(cast.actor(WINDOW), ref=pair.ref, reason="asked", at=AT)
    keep, other = pair.first.ref, pair.second.ref
    actions.merge(cast.actor("street"), keep_ref=keep, merge_ref=other, reason="电话核对过", at=AT)
    assert open_pairs("street") == []


def test_far_away_no_name_is_shown_in_full(town: Town) -> None:
    load("张国富", cast.OTHER_COMMUNITY, phone=town.people["张国富"].phone)
    assert open_pairs("street") == []
    assert open_pairs("city")[0].first.name == "张*富"


def test_the_smallest_division_that_holds_both() -> None:
    assert decided_at(cast.COMMUNITY, cast.COMMUNITY) == cast.COMMUNITY
    assert decided_at(cast.COMMUNITY, cast.SIBLING) == cast.STREET
    assert decided_at(cast.COMMUNITY, cast.NEXT_COMMUNITY) == cast.DISTRICT
    assert decided_at(cast.COMMUNITY, cast.OTHER_COMMUNITY) == cast.CITY


def test_a_pair_kept_apart_comes_back_only_when_something_has_changed(town: Town) -> None:
    second = add(town, "张国富", "1946-11-09")
    ref = open_pairs()[0].ref
    actions.keep_apart(cast.actor(WINDOW), ref=ref, reason="asked", at=AT)
    told()
    actions.find_in(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    assert open_pairs() == []
    kept = duplicates.pairs(cast.actor(WINDOW), state="apart", at=AT)[0]
    assert (kept[0].reason, kept[0].decided_by) == ("asked", cast.actor(WINDOW).name)
    _correct(second, {"education": "60"})
    assert open_pairs() == [], "that is nothing one would compare"
    _correct(second, {"phone": "15400009999"})
    assert [pair.ref for pair in open_pairs()] == [ref]


def _correct(resident: Resident, values: dict[str, str]) -> None:
    actions.correct(cast.actor(WINDOW), ref=resident.ref, values=values, source="desk", evidence="seen", at=AT)
    told()


def test_what_is_corrected_is_no_longer_alike(town: Town) -> None:
    second = add(town, "张国富", "1946-11-09")
    _correct(second, {"birth_on": "1964-11-09"})
    assert not Duplicate.objects.exists()


def test_merged_they_leave_the_desk_and_parted_they_come_back(town: Town) -> None:
    second = add(town, "张国富", "1946-11-09")
    first = town.people["张国富"].ref
    made = actions.merge(cast.actor(WINDOW), keep_ref=first, merge_ref=second.ref, reason="看过证件", at=AT)
    assert open_pairs() == []
    told()
    assert open_pairs() == []
    actions.undo_merge(cast.actor(WINDOW), merge_ref=made.ref, at=AT + timedelta(days=3))
    told(AT + timedelta(days=3))
    assert len(open_pairs()) == 1


def test_nobody_learns_of_a_protected_resident_here(town: Town) -> None:
    Resident.objects.filter(name="张国富").update(is_protected=True)
    add(town, "张国富", "1946-11-09")
    assert not Duplicate.objects.exists()


def test_a_phone_that_many_share_says_nothing(town: Town) -> None:
    phone = town.people["张国富"].phone
    rows = [
        ResidentRow(
            id=new_id(),
            division_code=cast.SIBLING,
            name="张国富",
            source="POP",
            as_of_on=AS_OF,
            phone=phone,
            sex="1",
            birth_on=date(1950, 1, 1) + timedelta(days=n),
        )
        for n in range(24)
    ]
    actions.load_people(SYSTEM, rows=PersonRows(residents=rows), at=LOADED)
    told()
    assert not Duplicate.objects.exists()


def test_loading_a_division_looks_for_all_of_it_at_once(town: Town) -> None:
    rows = [
        ResidentRow(id=new_id(), division_code=cast.COMMUNITY, name=name, source="POP", as_of_on=AS_OF, number=number)
        for name, number in (("李建国", number_of(date(1970, 2, 3), 31)), ("李建国", number_of(date(1970, 2, 3), 33)))
    ]
    actions.load_people(SYSTEM, rows=PersonRows(residents=rows), at=LOADED)
    told()
    assert grounds() == [["name"]]


@pytest.mark.parametrize(
    ("reason", "note", "field"), [("", "", "reason"), ("guess", "", "reason"), ("other", " ", "note")]
)
def test_keeping_apart_needs_a_reason(town: Town, reason: str, note: str, field: str) -> None:
    add(town, "张国富", "1946-11-09")
    with pytest.raises(RuleBroken) as refused:
        actions.keep_apart(cast.actor(WINDOW), ref=open_pairs()[0].ref, reason=reason, note=note, at=AT)
    assert refused.value.field == field


def test_a_person_does_not_look_for_pairs_by_hand(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.find_in(cast.actor(WINDOW), division_code=cast.COMMUNITY, at=AT)


class TestThePages:
    def test_two_records_stand_side_by_side_with_their_numbers_masked(self, town: Town) -> None:
        add(town, "章国富", "1946-11-09", phone="15400007777")
        client = cast.client_for(WINDOW)
        client.cookies["language"] = "en"
        listed = client.get("/duplicates").content.decode()
        assert "names read alike, same birth date" in listed
        ref = Duplicate.objects.get().ref
        page = client.get(f"/duplicates/{ref}").content.decode()
        for value in (town.people["张国富"].number, town.people["张国富"].phone, "15400007777"):
            assert value not in page
        assert "章国富" in page
        assert Entry.objects.filter(verb="duplicate.read", is_read=True).count() == 2, "one for each of the two"

    def test_a_reason_that_is_missing_is_asked_for_and_the_rest_is_kept(self, town: Town) -> None:
        add(town, "张国富", "1946-11-09")
        client, ref = cast.client_for(WINDOW), Duplicate.objects.get().ref
        refused = client.post(f"/duplicates/{ref}/apart", {"note": "弟弟"})
        assert refused.status_code == 422
        assert "弟弟" in refused.content.decode()
        done = client.post(f"/duplicates/{ref}/apart", {"reason": "relatives", "note": "弟弟"})
        assert done.headers["Location"] == "/duplicates?done=apart"
        assert "弟弟" in client.get("/duplicates?state=apart").content.decode()

    def test_merging_from_the_desk_leads_back_to_it(self, town: Town) -> None:
        second, first = add(town, "张国富", "1946-11-09"), town.people["张国富"].ref
        client = cast.client_for(WINDOW)
        assert client.get(f"/people/{first}/merge?other={second.ref}&desk=1").status_code == 200
        form = {"other": second.ref, "then": "merge", "why": "看过证件", "desk": "1"}
        done = client.post(f"/people/{first}/merge", form)
        merge = Merge.objects.get()
        assert done.headers["Location"] == f"/duplicates?done=merged&merge={merge.ref}"
        assert Resident.objects.get(ref=second.ref).merged_into is not None

    def test_a_merge_is_undone_on_the_desk_right_after_it(self, town: Town) -> None:
        second, first = add(town, "张国富", "1946-11-09"), town.people["张国富"].ref
        client = cast.client_for(WINDOW)
        form = {"other": second.ref, "then": "merge", "why": "看过证件", "desk": "1"}
        desk = client.post(f"/people/{first}/merge", form).headers["Location"]
        merge = Merge.objects.get().ref
        assert f'action="/people/{first}/part"' in client.get(desk).content.decode()
        elsewhere = cast.client_for("sibling").get(desk).content.decode()
        assert "/part" not in elsewhere, "nobody else's desk offers it"
        done = client.post(f"/people/{first}/part", {"merge": merge, "desk": "1"})
        assert done.headers["Location"] == "/duplicates?done=parted"
        assert Resident.objects.get(ref=second.ref).merged_into is None
        assert "/part" not in client.get(desk).content.decode(), "once is enough"

    def test_the_desk_offers_no_undo_of_a_merge_of_long_ago(self, town: Town) -> None:
        second, first = add(town, "张国富", "1946-11-09"), town.people["张国富"].ref
        made = actions.merge(cast.actor(WINDOW), keep_ref=first, merge_ref=second.ref, reason="证件", at=AT)
        assert duplicates.kept_in(cast.actor(WINDOW), made.ref, at=made.at + timedelta(days=30)) == first
        assert duplicates.kept_in(cast.actor(WINDOW), made.ref, at=made.at + timedelta(days=31)) == ""

    def test_whoever_still_has_a_merged_pair_open_is_told_and_led_to_the_record(self, town: Town) -> None:
        second, first = add(town, "张国富", "1946-11-09"), town.people["张国富"].ref
        client, ref = cast.client_for(WINDOW), Duplicate.objects.get().ref
        made = actions.merge(cast.actor(WINDOW), keep_ref=first, merge_ref=second.ref, reason="看过证件", at=AT)
        told()
        for answer in (
            client.get(f"/duplicates/{ref}"),
            client.post(f"/duplicates/{ref}/apart", {"reason": "relatives"}),
        ):
            page = answer.content.decode()
            assert "看过证件" in page
            assert f'href="/people/{first}"' in page
            assert 'href="/duplicates"' in page
        assert f'href="/people/{first}"' not in cast.client_for("sibling").get(f"/duplicates/{ref}").content.decode()
        form = {"other": first, "then": "merge", "why": "看过证件", "desk": "1"}
        for stale in (
            client.get(f"/people/{second.ref}/merge?other={first}&desk=1"),
            client.get(f"/people/{first}/merge?other={second.ref}&desk=1"),
            client.post(f"/people/{second.ref}/merge", form),
        ):
            assert stale.headers["Location"].startswith(f"/people/{first}?done=one_already")
        actions.undo_merge(cast.actor(WINDOW), merge_ref=made.ref, at=AT)
        told()
        assert client.get(f"/duplicates/{ref}").status_code == 200
        for one in (first, second.ref):
            assert "合并已撤销" in client.get(f"/people/{one}").content.decode()

    def test_a_pair_that_a_colleague_kept_apart_is_not_decided_once_more(self, town: Town) -> None:
        add(town, "张国富", "1946-11-09")
        client, ref = cast.client_for(WINDOW), Duplicate.objects.get().ref
        client.post(f"/duplicates/{ref}/apart", {"reason": "relatives", "note": "弟弟"})
        late = client.post(f"/duplicates/{ref}/apart", {"reason": "other", "note": "不认识"})
        assert "本次操作未执行" in late.content.decode()
        assert Duplicate.objects.get().note == "弟弟"


def test_whoever_merges_two_that_a_colleague_kept_apart_is_told(town: Town) -> None:
    add(town, "张国富", "1946-11-09")
    told()
    pair = open_pairs()[0]
    client, address = cast.client_for(WINDOW), f"/people/{pair.first.ref}/merge?other={pair.second.ref}"
    assert "判定为两个人" not in client.get(address).content.decode()
    actions.keep_apart(cast.actor(WINDOW), ref=pair.ref, reason="asked", at=AT)
    page = client.get(address).content.decode()
    assert f"{cast.actor(WINDOW).name}已于" in page
    assert "判定为两个人" in page
