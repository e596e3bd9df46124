"""From finding to register: what a visit heard is written down once, with the visit as its source and its day."""

import re
from datetime import date, timedelta

import pytest

from tests import cast
from tests.registry.town import Town
from tests.visits.conftest import AT, DAY, Went, find
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case
from yimen.cases.rules.application import Application
from yimen.core.errors import Conflict, NotFound, RuleBroken
from yimen.registry.actions import move, move_away, undo_leaving
from yimen.registry.models import Household, HouseholdMember, Residence, Resident
from yimen.registry.queries.quota import seen_today
from yimen.registry.rules import sealed
from yimen.trail.models import Entry
from yimen.trail.outbox import deliver
from yimen.visits.actions.deciding import Chosen, Tenant, reveal, take
from yimen.visits.models import Finding

pytestmark = pytest.mark.django_db
VISITED = DAY - timedelta(days=4)
LEFT = DAY - timedelta(days=9)


def lives(name: str) -> Residence | None:
    return Residence.objects.filter(resident__name=name, to_on=None).exclude(kind="registered").first()


def test_everybody_who_moved_out_leaves_at_once_with_the_visit_as_the_source(town: Town, went: Went) -> None:
    visit = went("3-2-502", at=AT - timedelta(days=4))
    made = find(visit, "moved_out", {"on": str(LEFT), "words": "搬到外地儿子家"})
    old, wife = (town.people[name] for name in ("张国富", "王秀英"))
    chosen = Chosen([(old.ref, None), (wife.ref, None)], on=LEFT, to="外地儿子家")
    take(cast.actor("window"), ref=made.ref, chosen=chosen, at=AT)
    for who in (old, wife):
        assert lives(who.name) is None
        ended = Residence.objects.get(resident_id=who.id, to_on=LEFT)
        assert (ended.left_to, ended.left_source, ended.left_as_of_on) == ("外地儿子家", "visit", visit.on)
        stays = Residence.objects.get(resident_id=who.id, to_on=None)  # registered here as before
        assert (stays.kind, stays.from_on) == ("registered", LEFT)
    assert not HouseholdMember.objects.filter(resident_id=old.id, to_on=None, household__kind="living").exists()
    assert Household.objects.get(head=None, kind="living", members__resident_id=old.id).to_on == LEFT
    assert Entry.objects.filter(verb="resident.move").count() == 2
    assert Finding.objects.get().state == "taken"


def test_nobody_moves_out_by_a_press_alone(town: Town, went: Went) -> None:
    made = find(went("3-2-502"), "moved_out", {"words": "邻居说的"})
    window, old = cast.actor("window"), town.people["张国富"]
    for chosen, error in (
        (Chosen(), RuleBroken),
        (Chosen(known=old.ref), RuleBroken),  # still lives there by the register
        (Chosen([(old.ref, 99)]), Conflict),
        (Chosen([(town.people["张国芳"].ref, None)]), NotFound),  # of another community
        (Chosen([(old.ref, None)], on=DAY + timedelta(days=1)), RuleBroken),
        (Chosen([(old.ref, None)], on=date(1999, 1, 1)), RuleBroken),  # before they came
    ):
        with pytest.raises(error):
            take(window, ref=made.ref, chosen=chosen, at=AT)
    assert lives("张国富") is not None
    assert Finding.objects.get().state == "open"
    move_away(window, ref=old.ref, on=LEFT, to="外地", at=AT)  # at the counter, before anybody looked at the finding
    take(window, ref=made.ref, chosen=Chosen(known=old.ref), at=AT)
    assert Finding.objects.get().state == "taken"
    assert Entry.objects.filter(verb="resident.move").count() == 1


def test_a_household_that_moved_within_the_community_stays_one(town: Town, went: Went) -> None:
    made = find(went("3-2-502", at=AT - timedelta(days=4)), "moved_out", {"words": "搬到 12 号楼"})
    wife, old = (town.people[name] for name in ("王秀英", "张国富"))
    chosen = Chosen([(wife.ref, None), (old.ref, None)], on=LEFT, door=town.door("12-1-302"))
    take(cast.actor("window"), ref=made.ref, chosen=chosen, at=AT)
    homes = Residence.objects.filter(dwelling__ref=town.door("12-1-302"), to_on=None, from_on=LEFT)
    assert {one.resident.name for one in homes} == {"王秀英", "张国富"}  # beside him who lives there
    assert {one.as_of_on for one in homes} == {VISITED}
    household = Household.objects.get(head_id=old.id, to_on=None)
    assert dict(household.members.values_list("resident__name", "relation")) == {"张国富": "02", "王秀英": "10"}


def test_who_moved_away_comes_back_by_moving_in(town: Town) -> None:
    window, old = cast.actor("window"), town.people["张国富"]
    move_away(window, ref=old.ref, on=LEFT, to="外地", with_registration=True, at=AT)
    assert not Residence.objects.filter(resident_id=old.id, to_on=None).exists()
    client = cast.client_for("window")
    shown = client.get(f"/people/{old.ref}").content.decode()
    assert "去向：外地" in shown
    assert "已搬离" in client.get("/people").content.decode()
    with pytest.raises(RuleBroken):
        move_away(window, ref=old.ref, on=LEFT, to="外地", at=AT)
    form = client.get(f"/people/{old.ref}/move").content.decode()
    sent = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1]  # type: ignore[index]  # the form has them
        for name in ("version", "door", "chosen_for", "dwelling", "on")
    }
    assert client.post(f"/people/{old.ref}/move", sent).status_code == 302
    assert lives("张国富").dwelling.ref == town.door("3-2-502")  # type: ignore[union-attr]  # they are back
    with pytest.raises(NotFound):
        move(cast.actor("sibling"), ref=old.ref, dwelling_ref=town.door("3-2-502"), on=DAY, at=AT)


@pytest.mark.parametrize("with_registration", [False, True])
def test_who_was_taken_for_somebody_else_never_left(town: Town, with_registration: bool) -> None:
    window, client, old = cast.actor("window"), cast.client_for("window"), town.people["张国富"]
    Household.objects.filter(members__resident_id=old.id).update(head=old.id)

    def state() -> list[object]:
        homes = Residence.objects.filter(resident_id=old.id).order_by("from_on", "id")
        members = HouseholdMember.objects.filter(resident_id=old.id)
        return [
            *homes.values_list("kind", "from_on", "to_on", "left_to", "left_source"),
            *members.values_list("household", "household__head", "household__to_on", "relation", "to_on"),
        ]

    before = state()
    for both in (False, True):  # alone, and as the last of the household
        move_away(window, ref=old.ref, on=LEFT, to="外地", with_registration=with_registration, at=AT)
        if both:
            move_away(window, ref=town.people["王秀英"].ref, on=LEFT, at=AT)
        assert state() != before
        assert client.post(f"/people/{old.ref}/undo", {"leaving": "1"}).status_code == 302
        assert state() == before
    assert client.post(f"/people/{old.ref}/undo", {"leaving": "1"}).status_code == 422  # has not left
    wife = town.people["王秀英"]
    move(window, ref=wife.ref, dwelling_ref=town.door("12-1-302"), on=DAY, at=AT)
    with pytest.raises(RuleBroken):
        undo_leaving(window, ref=wife.ref, at=AT)


def test_a_door_chosen_before_does_not_hold_for_other_words(town: Town) -> None:
    old, client = town.people["张国富"], cast.client_for("window")
    sent = {"door": "12-1-302", "chosen_for": "3-2-502", "dwelling": town.door("3-1-101"), "on": str(DAY)}
    assert client.post(f"/people/{old.ref}/move", sent).status_code == 302
    assert lives("张国富").dwelling.ref == town.door("12-1-302")  # type: ignore[union-attr]  # they live somewhere


@pytest.fixture
def heard(town: Town, went: Went) -> Finding:
    """A new tenant whose name and number an officer wrote down four days ago."""
    visit = went("12-1-302", at=AT - timedelta(days=4))
    return find(visit, "new_tenant", {"name": "金代办", "phone": "15400007777", "words": "签了一年"})


def test_a_new_tenant_is_registered_without_typing_again_what_was_heard(heard: Finding, town: Town) -> None:
    client = cast.client_for("window")
    shown = client.get(f"/findings/{heard.ref}").content.decode()
    assert 'value="金代办"' in shown
    assert f'value="{VISITED}"' in shown
    assert "154 **** 7777" in shown
    assert "15400007777" not in shown
    sent = {"name": "金代办", "sex": "1", "birth_on": "1990-01-02", "evidence": "stated", "from_on": str(VISITED)}
    answer = client.post(f"/findings/{heard.ref}/take", sent)
    made = Resident.objects.get(name="金代办")
    assert answer.headers["Location"] == f"/people/{made.ref}?done=added"
    assert sealed.open_phone(made.phone, made.id) == "15400007777"
    assert (made.source, made.as_of_on, made.provenance["name"]) == (
        "visit",
        VISITED,
        ["visit", str(VISITED), "stated"],
    )
    home = lives("金代办")
    assert home is not None
    assert (home.dwelling.ref, home.source, home.as_of_on) == (town.door("12-1-302"), "visit", VISITED)
    assert home.from_on == VISITED
    assert Finding.objects.get().state == "taken"


def test_a_new_tenant_lives_there_since_the_day_that_the_form_says(heard: Finding, town: Town) -> None:
    client, moved_in = cast.client_for("window"), VISITED - timedelta(days=9)
    sent = {"sex": "1", "birth_on": "1990-01-02", "evidence": "stated"}
    wrong = client.post(f"/findings/{heard.ref}/take", {**sent, "from_on": "soon"})
    assert wrong.status_code == 422
    assert lives("金代办") is None
    client.post(f"/findings/{heard.ref}/take", {**sent, "from_on": str(moved_in)})
    home = lives("金代办")
    assert home is not None
    assert (home.from_on, home.as_of_on) == (moved_in, VISITED)


def test_a_new_tenant_on_record_elsewhere_moves_in_with_the_card_in_hand(heard: Finding, town: Town) -> None:
    client, there = cast.client_for("window"), town.people["单雄信"]
    sent = {"name": "单雄信", "number": there.number, "sex": "1", "evidence": "seen"}
    refused = client.post(f"/findings/{heard.ref}/take", sent)
    assert refused.status_code == 422
    assert 'name="take_in"' in refused.content.decode()
    assert client.post(f"/findings/{heard.ref}/take", sent | {"take_in": "1"}).status_code == 302
    home = lives("单雄信")
    assert home is not None
    assert (home.dwelling.ref, home.source, home.as_of_on) == (town.door("12-1-302"), "visit", VISITED)
    other = town.people["张国芳"]  # of another community: the station here takes her in likewise
    again = Finding.objects.get()
    Finding.objects.filter(id=again.id).update(state="open")
    sent = {"name": "张国芳", "number": other.number}
    assert 'name="take_in"' in client.post(f"/findings/{heard.ref}/take", sent).content.decode()
    assert client.post(f"/findings/{heard.ref}/take", sent | {"take_in": "1"}).status_code == 302
    assert Resident.objects.get(ref=other.ref).division_code == cast.COMMUNITY


def test_a_tenant_who_is_registered_already_is_looked_up_and_not_believed(heard: Finding, town: Town) -> None:
    window = cast.actor("window")
    with pytest.raises(RuleBroken):
        take(window, ref=heard.ref, chosen=Chosen(known=town.people["张国富"].ref), at=AT)
    with pytest.raises(RuleBroken):
        take(window, ref=heard.ref, chosen=Chosen(tenant=Tenant(name="金代办")), at=AT)  # neither sex nor birth
    take(window, ref=heard.ref, chosen=Chosen(known=town.people["买买提·吐尔逊"].ref), at=AT)
    assert Finding.objects.get().state == "taken"
    assert not Resident.objects.filter(name="金代办").exists()


def test_the_heard_number_is_shown_once_it_is_on_record_who_looks(heard: Finding) -> None:
    client = cast.client_for("window")
    assert "154 0000 7777" in client.post(f"/findings/{heard.ref}/phone").content.decode()
    look = Entry.objects.get(verb="finding.reveal")
    assert (look.is_read, look.subject_id) == (True, str(heard.id))
    assert cast.client_for("sibling").post(f"/findings/{heard.ref}/phone").status_code == 404
    assert reveal(cast.actor("window2"), ref=heard.ref, at=AT) == "15400007777"
    assert seen_today(cast.actor("window2"), AT) == (1, 1)  # of one quota with the numbers of residents


@pytest.mark.usefixtures("matters")
def test_a_need_is_settled_by_its_case_and_not_by_an_intake_that_nobody_finished(town: Town, went: Went) -> None:
    officer, about = cast.actor("window"), town.people["张国富"].ref
    need = find(went("3-2-502"), "need", {"words": "想申请助浴"})
    draft = take(officer, ref=need.ref, chosen=Chosen([(about, None)]), at=AT).draft
    assert take(officer, ref=need.ref, chosen=Chosen([(about, None)]), at=AT).draft == draft  # pressed again
    assert Finding.objects.get().state == "open"
    typed = {"phone": "15400005678", "bank_card": "银行卡，尾号 1200"}
    application = Application(matters=("MZ-11",), asked=True, fields=typed, papers={"ID": "seen"})
    accept(officer, draft_ref=draft, application=application, at=AT)
    deliver(at=AT)
    deliver(at=AT)
    settled = Finding.objects.get()
    assert (settled.state, settled.case_number, settled.decided_at) == ("taken", Case.objects.get().number, AT)
    assert settled.decided_by == officer.name
