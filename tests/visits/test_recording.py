"""A visit is written down once, whatever breaks, and credited to the door and its day."""

import json
import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q

from tests import cast
from tests.patches.conftest import name
from tests.registry.town import Town
from tests.visits.walking import AT, Phone, patches, refs, said
from yimen.access.models import Account, Seat
from yimen.core import clock
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.orgs.actions import mark_absent
from yimen.patches.models import Officer, Patch, Placement
from yimen.registry.models import Dwelling
from yimen.trail.models import Entry
from yimen.visits.actions.packing import pack, wipe, wiped
from yimen.visits.actions.proposing import settle
from yimen.visits.actions.recording import import_visits, record_visit
from yimen.visits.models import Device, Finding, Pack, Visit
from yimen.visits.queries.households import own_walk
from yimen.visits.queries.packed import is_to_be_wiped
from yimen.visits.queries.same_fact import disputed
from yimen.visits.rules.offline import Found, Sent
from yimen.visits.views.records import from_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_a_record_sent_again_is_answered_like_the_first_time_and_kept_once() -> None:
    mine, _other = patches()
    phone, one = (
        Phone(),
        said(refs(mine)[0], topics=("fine",), note="身体好", found=(Found("need", (("words", "扶手"),)),)),
    )
    first, second = phone.sends(one)[0], phone.sends(one, at=AT + timedelta(minutes=5))[0]
    assert (first.is_new, second.is_new, second.refused) == (True, False, None)
    assert first.ref == second.ref
    assert Visit.objects.count() == Finding.objects.count() == 1
    assert Entry.objects.filter(verb="visit.record").count() == 1


def test_the_same_id_with_other_words_is_refused_and_the_first_stays() -> None:
    mine, _other = patches()
    phone, one = Phone(), said(refs(mine)[0])
    phone.sends(one)
    other = phone.sends(said(one.door, "not_home", id=one.id))[0]
    assert other.refused is not None
    assert "other words" in str(other.refused)
    assert Visit.objects.get().outcome == "met"


def test_a_visit_belongs_to_the_patch_and_officer_of_its_door_on_its_day() -> None:
    mine, _other = patches()
    phone = Phone()
    phone.sends(said(refs(mine)[0], at=AT.replace(hour=8)))
    visit = Visit.objects.get()
    assert (visit.patch_id, visit.by_name, visit.for_name, visit.via) == (mine.id, "沈晓岚", "", "phone")
    assert (visit.on, visit.is_late, visit.clock_off_s) == (AT.date(), False, 0)


@pytest.mark.parametrize("hour", [0, 5, 19, 23])
def test_any_hour_counts_the_same(hour: int) -> None:
    mine, _other = patches()
    day = AT - timedelta(days=1)
    phone = Phone()
    phone.sends(said(refs(mine)[0], at=day.replace(hour=hour, minute=59)))
    visit = Visit.objects.get()
    assert visit.on == day.date()
    assert visit.is_late


def test_while_a_is_away_b_walks_and_both_names_stay() -> None:
    mine, _other = patches()
    mark_absent(
        cast.actor("head"),
        account_ref=Account.objects.get(username="window").ref,
        from_at=AT - timedelta(hours=1),
        to_at=AT + timedelta(days=2),
        reason="leave",
        at=AT,
    )
    Phone("window2").sends(said(refs(mine)[0]))
    visit = Visit.objects.get()
    assert (visit.by_name, visit.for_name, visit.patch_id) == ("许一帆", "沈晓岚", mine.id)
    assert Entry.objects.get(verb="visit.record").acting_for_name == "沈晓岚"


def test_b_stands_in_from_the_minute_a_is_away_and_not_before() -> None:
    mine, other = patches()
    mark_absent(
        cast.actor("head"),
        account_ref=Account.objects.get(username="window").ref,
        from_at=AT,
        to_at=AT + timedelta(hours=2),
        reason="leave",
        at=AT,
    )
    phone, door = Phone("window2"), refs(mine)[0]
    minutes = (-30, 30, 150)  # before A left, while A was away, after A was back: all of one day, sent together
    phone.sends(*(said(door, at=AT + timedelta(minutes=one)) for one in minutes), at=AT + timedelta(hours=3))
    assert list(Visit.objects.order_by("at").values_list("for_name", flat=True)) == ["", "沈晓岚", ""]
    record_visit(cast.actor("window2"), said=said(refs(other)[0]), at=AT)
    assert Visit.objects.get(patch=other).for_name == ""  # its officer is here: a colleague went, nobody stood in


def test_a_door_that_left_the_patch_is_kept_once_and_counts_for_the_day_it_was_walked_to() -> None:
    mine, other = patches()
    phone, door = Phone(), refs(mine)[0]
    stairwell = Dwelling.objects.get(ref=door).stairwell_id
    day = AT.date() + timedelta(days=1)
    Placement.objects.filter(stairwell=stairwell).update(to_on=day)
    Placement.objects.create(division_code=cast.COMMUNITY, stairwell_id=stairwell, patch=other, from_on=day)
    before, after = said(door), said(door, at=AT + timedelta(days=1, hours=3))
    done = phone.sends(before, after, at=AT + timedelta(days=2))
    assert [one.refused for one in done] == [None, None]
    assert {row.id: row.patch_id for row in Visit.objects.all()} == {before.id: mine.id, after.id: other.id}
    assert Visit.objects.get(id=after.id).for_name == ""  # the new officer is here: nobody stood in


def test_a_door_that_left_the_reach_is_still_kept_for_whoever_was_packed_with_it() -> None:
    mine, _other = patches()
    phone, door = Phone(), refs(mine)[0]
    Seat.objects.filter(account__username="window").update(division_code=cast.SIBLING)
    done = phone.sends(said(door), at=AT + timedelta(days=1))
    assert done[0].refused is None
    assert Visit.objects.get().division_code == cast.COMMUNITY


def test_five_hundred_records_through_twenty_redraws_are_each_kept_and_credited_once() -> None:
    found = patches(halves=2)
    phone, doors, chance = Phone(), refs(found[0]), random.Random(7)
    records = []
    for turn in range(20):
        day = AT + timedelta(days=turn)
        records += [said(chance.choice(doors), at=day + timedelta(minutes=minute)) for minute in range(25)]
        for well in Placement.objects.filter(to_on=None).values_list("stairwell", flat=True).distinct():
            Placement.objects.filter(stairwell=well, to_on=None).update(to_on=day.date() + timedelta(days=1))
            Placement.objects.create(
                division_code=cast.COMMUNITY,
                stairwell_id=well,
                patch=chance.choice(found),
                from_on=day.date() + timedelta(days=1),
            )
    chance.shuffle(records)
    for start in range(0, 500, 50):
        for _again in range(2):
            assert all(
                one.refused is None for one in phone.sends(*records[start : start + 50], at=AT + timedelta(days=30))
            )
    assert Visit.objects.count() == 500
    credited = dict.fromkeys((patch.id for patch in found), 0)
    for row in Visit.objects.select_related("dwelling"):
        place = Placement.objects.get(
            Q(to_on=None) | Q(to_on__gt=row.on), stairwell=row.dwelling.stairwell_id, from_on__lte=row.on
        )
        assert place.patch_id == row.patch_id
        credited[place.patch_id] += 1
    assert sum(credited.values()) == 500


@pytest.mark.parametrize("days", [-400, -31, -3, 3, 31, 400])
def test_a_clock_off_by_days_is_put_right_and_shown(days: int) -> None:
    mine, _other = patches()
    off = timedelta(days=days)
    Phone().sends(said(refs(mine)[0], at=AT - timedelta(hours=1) + off), clock=off)
    visit = Visit.objects.get()
    assert visit.at == AT - timedelta(hours=1)
    assert visit.clock_off_s == off.total_seconds()
    assert not visit.is_late
    client = cast.client_for("window")
    words = f"{'快' if days > 0 else '慢'}了 {abs(days)} 天"
    assert words in client.get(f"/visits/{visit.ref}").content.decode()
    assert "时钟不准" in client.get("/visits?month=2026-11").content.decode()


def test_a_visit_of_the_future_is_refused_in_a_sentence_and_the_others_are_taken() -> None:
    mine, _other = patches()
    door = refs(mine)[0]
    future, now = said(door, at=AT + timedelta(days=1)), said(door)
    refused, taken = Phone().sends(future, now)
    assert refused.refused is not None
    assert taken.is_new
    assert Visit.objects.get().id == now.id


def test_a_door_never_packed_and_an_unknown_outcome_are_refused() -> None:
    mine, other = patches()
    done = Phone().sends(said(refs(other)[0]), said(refs(mine)[0], "clocked_in"), said("zzzzzzzzzzzz"))
    assert all(one.refused for one in done)
    assert not Visit.objects.exists()


def test_a_forged_finding_is_refused_alone_and_the_others_are_taken() -> None:
    mine, _other = patches()
    forged = said(refs(mine)[0], found=(Found("pension", (("words", "一万"),)),))
    refused, taken = Phone().sends(forged, said(refs(mine)[1]))
    assert "not something a visit can find" in str(refused.refused)
    assert (taken.is_new, Visit.objects.count(), Finding.objects.count()) == (True, 1, 0)


FORGED: list[dict[str, object]] = [
    {"version": 10**30},
    {"version": -1},
    {"note": "\ud800门\x00"},
    {"door": "\x00"},
    {"found": {"need": {"words": "\ud800扶手"}}},
    {"topics": {"fine": 1}},
    {"sent_at": "0001-01-01T00:00:00+00:00", "at": "0001-01-01T00:00:00+00:00"},
    {"sent_at": "9999-12-31T00:00:00+00:00", "at": "9999-12-31T00:00:00+00:00"},
    {"sent_at": "9999-12-31T00:00:00+00:00", "at": "0001-01-01T00:00:00+00:00"},
]


@pytest.mark.parametrize("forged", FORGED)
def test_whatever_a_forged_sending_holds_it_has_an_answer_and_nothing_is_half_kept(forged: dict[str, object]) -> None:
    mine, _other = patches()
    phone, now = Phone(), clock.now().isoformat()
    one = {"id": str(uuid4()), "door": refs(mine)[0], "outcome": "met", "at": now} | forged
    account = Account.objects.get(username="window")
    body = {
        "device": str(phone.id),
        "account": account.ref,
        "sent_at": str(forged.get("sent_at", now)),
        "records": [one],
    }
    client = cast.client_for("window")
    answered = client.post("/m/sync", json.dumps(body), content_type="application/json")
    assert answered.status_code in (200, 422)
    words = answered.json().get("refused") or answered.json()["records"][0]
    assert words
    assert client.get("/journal").status_code == client.get("/visits").status_code == 200
    kept = Visit.objects.count()
    assert kept == (answered.status_code == 200 and words["state"] == "sent")


def test_a_sending_without_an_end_is_no_sending() -> None:
    answered = cast.client_for("window").post("/m/sync", "[" * 100_000, content_type="application/json")
    assert (answered.status_code, "读不出来" in answered.json()["refused"]) == (422, True)


@pytest.mark.parametrize("size", [600_000, 3_000_000])
def test_a_sending_that_is_too_large_is_said_to_be(size: int) -> None:
    answered = cast.client_for("window").post("/m/sync", "[" * size, content_type="text/plain")
    assert (answered.status_code, "过大，超过 512 KB" in answered.json()["refused"]) == (422, True)


def test_a_saved_file_that_is_too_large_is_said_to_be() -> None:
    file = SimpleUploadedFile("records.json", b"[" * (8 * 1024 * 1024 + 1))
    answered = cast.client_for("window").post("/m/import", {"file": file})
    assert (answered.status_code, "过大，超过 8 MB" in answered.content.decode()) == (422, True)


def test_another_officers_phone_and_a_changed_account_are_refused() -> None:
    mine, _other = patches()
    phone, door = Phone(), refs(mine)[0]
    with pytest.raises(RuleBroken, match="another account"):
        phone.sends(said(door), account_ref=Account.objects.get(username="window2").ref)
    with pytest.raises(RuleBroken, match="registered to another account"):
        phone.sends(said(door), device_id=uuid4())
    with pytest.raises(RuleBroken, match="registered to another account"):
        pack(cast.actor("window3"), device_id=phone.id, agent="", at=AT)
    assert not Visit.objects.exists()


def test_only_who_walks_may_record() -> None:
    mine, _other = patches()
    with pytest.raises(NotAllowed):
        record_visit(cast.actor("street"), said=said(refs(mine)[0]), at=AT)
    with pytest.raises(NotFound):
        record_visit(cast.actor("sibling"), said=said(refs(mine)[0]), at=AT)


def test_what_a_visit_found_is_work_for_others_and_changes_nothing() -> None:
    mine, _other = patches()
    door = refs(mine)[0]
    Phone().sends(
        said(
            door,
            found=(Found("phone", (("phone", "19900008888"),)), Found("moved_out", (("on", "2026-11-01"),))),
            seen_version=1,
        )
    )
    found = Finding.objects.order_by("kind")
    assert [(row.kind, row.state, row.seen_version) for row in found] == [
        ("moved_out", "open", 1),
        ("phone", "open", 1),
    ]
    assert all(b"19900008888" not in bytes(row.content or b"") for row in found)


def test_two_officers_who_say_different_things_both_see_both() -> None:
    mine, _other = patches()
    door = refs(mine)[0]
    Phone().sends(said(door, found=(Found("phone", (("phone", "19900008888"),)),)))
    record_visit(cast.actor("window2"), said=said(door, found=(Found("phone", (("phone", "19900007777"),)),)), at=AT)
    (hers,), (his,) = disputed(cast.actor("window")), disputed(cast.actor("window2"))
    assert hers.their_name == "许一帆"
    assert his.their_name == "沈晓岚"
    assert hers.mine["phone"] == "199 **** 8888"
    settle(cast.actor("window"), ref=hers.ref, keep="theirs", at=AT)
    assert sorted(Finding.objects.values_list("state", flat=True)) == ["open", "refused"]
    assert not disputed(cast.actor("window2"))
    with pytest.raises(NotFound):
        settle(cast.actor("window3"), ref=his.ref, keep="mine", at=AT)
    assert Entry.objects.filter(verb="visit.settle").count() == 1


def test_a_pack_holds_at_most_sixty_doors_of_ones_own_and_no_name(town: Town) -> None:
    mine, _other = patches()
    packed = pack(cast.actor("window"), device_id=uuid4(), agent="Chrome", at=AT)
    doors = [door for stop in packed.stops for door in stop.doors]
    assert 0 < len(doors) <= 60
    assert {door.ref for door in doors} <= set(refs(mine))
    assert not {door.surname for door in doors} & town.people.keys()
    assert {door.surname for door in doors if door.people} <= {name[:3] for name in town.people} | {
        name[:1] for name in town.people
    }
    assert Device.objects.get().doors == len(doors)
    assert Entry.objects.get(verb="device.pack").is_read


def test_doors_nobody_lives_behind_come_after_all_households() -> None:
    mine, _other = patches()
    seen = Dwelling.objects.get(division_code=cast.COMMUNITY, door="12-1-301")
    Phone().sends(said(seen.ref, at=AT - timedelta(days=40)))
    chosen, _counts, _numbers = own_walk(cast.actor("window"), at=AT)
    doors = [Dwelling.objects.get(id=one).door for one in chosen]
    assert doors[:2] == ["12-1-302", "12-1-301"], "never seen, then longest unseen"
    assert len(doors) == len(refs(mine))


def test_packing_the_same_doors_again_keeps_one_list() -> None:
    patches()
    phone = Phone()
    pack(cast.actor("window"), device_id=phone.id, agent="Chrome", at=AT + timedelta(hours=1))
    assert Pack.objects.count() == 1


def test_a_phone_is_wiped_by_its_officer_alone_and_says_when_it_was() -> None:
    patches()
    phone = Phone()
    device = Device.objects.get()
    assert not is_to_be_wiped(phone.id)
    with pytest.raises(NotFound):
        wipe(cast.actor("window2"), ref=device.ref, cookie="", at=AT)
    wipe(cast.actor("window"), ref=device.ref, cookie="", at=AT)
    assert is_to_be_wiped(phone.id)
    wiped(phone.id, at=AT)
    assert not is_to_be_wiped(phone.id)
    assert Device.objects.get().wiped_at == AT
    assert Entry.objects.get(verb="device.wipe").changes == {"sessions": 0}
    with pytest.raises(RuleBroken):
        pack(cast.actor("window"), device_id=phone.id, agent="Chrome", at=AT)


def test_a_phone_goes_along_with_its_officer_to_another_community() -> None:
    patches()
    before, phone = cast.client_for("window"), {"device": str(uuid4())}
    assert before.post("/m/pack", phone).status_code == 200
    Seat.objects.filter(account__username="window").update(division_code=cast.SIBLING)
    after = cast.client_for("window")
    ref = Device.objects.get().ref
    assert ref in after.get("/me/devices").content.decode()
    assert after.post("/m/pack", phone).status_code == 200
    assert Device.objects.get().division_code == cast.SIBLING
    Device.objects.update(division_code=cast.COMMUNITY)
    after.post(f"/me/devices/{ref}/wipe")
    assert Device.objects.get().wipe_at is not None


def test_a_phone_is_listed_by_the_name_of_its_browser() -> None:
    """Nobody knows a phone by all it says of itself."""
    patches()
    agent = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile"
    for said_ in (agent, ""):
        pack(cast.actor("window"), device_id=uuid4(), agent=said_, at=AT)
    listed = cast.client_for("window").get("/me/devices").content.decode()
    assert "Chrome 131 · Android" in listed
    assert "不明浏览器" in listed
    assert "Mozilla" not in listed


def test_wiping_a_phone_signs_its_officer_out_everywhere_but_at_the_desk() -> None:
    patches()
    Phone()
    desk, lost, hers = (cast.client_for(username) for username in ("window", "window", "window2"))
    desk.post(f"/me/devices/{Device.objects.get().ref}/wipe")
    assert [client.get("/m").status_code for client in (desk, lost, hers)] == [200, 302, 200]
    assert Entry.objects.get(verb="device.wipe").changes == {"sessions": 1}


def test_a_closed_account_wipes_its_phone() -> None:
    patches()
    phone = Phone()
    Account.objects.filter(username="window").update(is_active=False)
    assert is_to_be_wiped(phone.id)


def test_a_file_is_brought_in_at_the_station_in_the_officers_name_and_once() -> None:
    mine, _other = patches()
    phone, one = Phone(), said(refs(mine)[0])
    sent = Sent(received_at=AT, sent_at=AT, device_id=phone.id, account_ref=phone.account)
    assert import_visits(cast.actor("head"), parcels=[([one], sent)])[0].is_new
    assert not phone.sends(one)[0].is_new
    visit = Visit.objects.get()
    assert visit.by_name == "沈晓岚"
    entry = Entry.objects.get(verb="visit.import")
    assert (entry.actor_name, entry.acting_for_name) == ("吴静雯", "沈晓岚")
    with pytest.raises(RuleBroken):
        import_visits(cast.actor("siblinghead"), parcels=[([one], sent)])


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(days=5), timedelta(hours=-30)])
def test_a_file_brought_in_days_after_it_was_saved_counts_for_the_days_it_tells_of(ahead: timedelta) -> None:
    """Not for those on which somebody found time to bring it in."""
    mine, _other = patches()
    phone, one, came = Phone(at=AT - timedelta(days=4)), new_id(), AT - timedelta(days=3)
    file = {
        "account": phone.account,
        "device": str(phone.id),
        "sent_at": (came + timedelta(hours=1) + ahead).isoformat(),
        "ahead": ahead / timedelta(milliseconds=1),
        "records": [
            {"id": str(one), "door": refs(mine)[0], "outcome": "met", "at": (came + ahead).isoformat(), "found": {}}
        ],
    }
    parcels = from_file(json.dumps(file).encode(), received_at=AT)
    assert import_visits(cast.actor("head"), parcels=parcels)[0].is_new
    visit = Visit.objects.get()
    assert (visit.at, visit.received_at, visit.is_late) == (came, AT, True)
    assert visit.clock_off_s == ahead.total_seconds()


@pytest.mark.parametrize("ahead", ["far", 1e308, float("nan"), [], -(10**30)])
def test_a_file_whose_clock_makes_no_sense_is_not_read(ahead: object) -> None:
    file = {"account": "x", "device": str(uuid4()), "sent_at": AT.isoformat(), "ahead": ahead, "records": []}
    with pytest.raises(RuleBroken, match="could not be read"):
        from_file(json.dumps(file).encode(), received_at=AT)


def test_officers_of_yesterday_are_credited_for_yesterday() -> None:
    mine, _other = patches()
    phone, door = Phone(), refs(mine)[0]
    Officer.objects.filter(patch=mine, side="A").update(to_on=date(2026, 11, 17))
    name(mine, "window4", from_on=date(2026, 11, 17))
    mark_absent(
        cast.actor("head"),
        account_ref=Account.objects.get(username="window4").ref,
        from_at=AT,
        to_at=None,
        reason="leave",
        at=AT,
    )
    phone.sends(said(door), said(door, at=AT + timedelta(days=1)), at=AT + timedelta(days=2))
    assert list(Visit.objects.order_by("on").values_list("for_name", flat=True)) == ["", "钱小满"]
    assert Patch.objects.count() == 2
