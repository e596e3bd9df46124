"""What residents say by letter, telephone, group and on the officer's page: one record each, answered or worked on."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tests import cast
from tests.patches.conftest import begin
from tests.registry.town import Town, build_town
from tests.visits.conftest import AT, DAY
from yimen.access.models import Account, Session
from yimen.cases.actions.intake import accept
from yimen.cases.models import Case
from yimen.cases.rules.application import Application
from yimen.core.actor import Actor, Role
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import Norm
from yimen.patches.models import Patch
from yimen.registry.actions import protect
from yimen.registry.actions import reveal as show_number
from yimen.registry.models import Resident
from yimen.trail.models import Entry
from yimen.trail.outbox import deliver
from yimen.visits.actions import boxes, channels
from yimen.visits.actions.answering import answer, called_back, hand_over, reveal, to_case
from yimen.visits.actions.contacts import Entry as Taken
from yimen.visits.actions.contacts import Said, leave_message, take
from yimen.visits.models import Contact, ContactBox, Emptying
from yimen.visits.queries.bench import contacts_block
from yimen.visits.queries.boxes import boxes as boxes_of
from yimen.visits.queries.boxes import groups
from yimen.visits.queries.contacts import Asked, caller, contact_page, contacts
from yimen.visits.queries.journal import Scope, lines

PHONE = "15400366207"
FIRST, FOLLOWING = DAY.replace(day=1), DAY + timedelta(days=1)


def told(who: str = "window", via: str = "call", words: str = "楼道灯不亮", **more: Any) -> Contact:
    """Somebody of the cast writes a contact down."""
    said = Said(words, more.pop("name", ""), more.pop("phone", ""))
    at = more.pop("at", AT)
    return take(cast.actor(who), entry=Taken(key=more.pop("key", uuid4()), via=via, said=said, **more), at=at)


def ref_of(username: str) -> str:
    return str(Account.objects.get(username=username).ref)


def listed(who: str, view: str = "") -> list[str]:
    return [row.ref for row in contacts(cast.actor(who), Asked(view), at=AT)[0]]


def test_the_officer_of_the_door_is_asked_first_whoever_took_it(town: Town, patches: list[Patch]) -> None:
    made = told("window3", dwelling_ref=town.door("3-1-101"), phone=PHONE, name="单先生")
    assert (made.patch_id, made.first_asked_id) == (patches[1].id, cast.actor("window2").account_id)
    page = contact_page(cast.actor("window3"), made.ref, at=AT)
    assert (page.by_name, page.first_asked, page.row.door) == ("陆建明", "许一帆", "3-1-101")
    assert page.row.phone == "154 **** 6207"
    assert listed("window2", "mine") == [made.ref]
    assert listed("window3", "mine") == []


def test_a_contact_of_no_patch_stays_with_whoever_took_it(town: Town) -> None:
    assert told("window").first_asked_id == cast.actor("window").account_id


def test_answered_at_once_is_a_complete_record(town: Town) -> None:
    made = told(answer="已告诉她带身份证来", words="高龄津贴怎么办")
    page = contact_page(cast.actor("window"), made.ref, at=AT)
    assert (page.row.state, page.answer, page.answered_by) == ("answered", "已告诉她带身份证来", "沈晓岚")
    assert made.closed_at == AT
    assert [entry.verb for entry in Entry.objects.filter(subject_kind="contact", is_read=False)] == ["contact.take"]
    with pytest.raises(Conflict):
        answer(cast.actor("window"), ref=made.ref, words="再说一遍", at=AT)


def test_the_same_form_sent_twice_is_one_contact_and_one_entry(town: Town) -> None:
    key = uuid4()
    first, again = told(key=key), told(key=key, words="改了几个字")
    assert first.number == again.number
    assert Contact.objects.count() == 1
    assert Entry.objects.filter(verb="contact.take").count() == 1
    with pytest.raises(Conflict):
        told("sibling", key=key)


def test_the_same_form_sent_ten_times_at_once_is_one_contact(own_database: None) -> None:
    build_town()
    key, numbers = uuid4(), set()

    def go() -> None:
        numbers.add(told(key=key).number)
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == Contact.objects.count() == Entry.objects.filter(verb="contact.take").count() == 1


def test_two_who_answer_at_once_give_one_answer(own_database: None) -> None:
    build_town()
    made, outcomes = told(), []

    def go(who: str) -> None:
        try:
            outcomes.append(answer(cast.actor(who), ref=made.ref, words=f"{who}答", at=AT).answered_by)
        except Conflict:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(who,)) for who in ("window", "window2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[-1] != "too late"
    assert outcomes.count("too late") == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": "  "}, "words"),
        ({"words": "x" * 2001}, "words"),
        ({"via": "web"}, "via"),
        ({"via": "fax"}, "via"),
        ({"phone": "12"}, "phone"),
        ({"call_back": True}, "phone"),
        ({"answer": "x" * 2001}, "answer"),
        ({"said_at": AT + timedelta(minutes=1)}, "when"),
        ({"said_at": AT - timedelta(days=40)}, "when"),
        ({"resident_ref": "zzzzzzzzzzzz"}, "resident"),
        ({"dwelling_ref": "zzzzzzzzzzzz"}, "door"),
        ({"via": "box", "box_ref": "zzzzzzzzzzzz"}, "box"),
        ({"via": "group", "channel_ref": "zzzzzzzzzzzz"}, "channel"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_kept(
    town: Town, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        told(**said)
    assert refused.value.field == field
    assert not Contact.objects.exists()


def test_the_box_the_door_and_the_resident_of_another_community_are_not_known(town: Town) -> None:
    box = boxes.set_up(cast.actor("nextdoor"), place="门卫室", at=AT)
    group = channels.set_up(cast.actor("nextdoor"), kind="QQ", name="清扬群", at=AT)
    for said in (
        {"via": "box", "box_ref": box.ref},
        {"via": "group", "channel_ref": group.ref},
        {"dwelling_ref": town.door("3-2-502", cast.NEXT_COMMUNITY)},
        {"resident_ref": town.people["章高峰"].ref},
    ):
        with pytest.raises(RuleBroken):
            told(**said)
    for act in (
        lambda: _empty(cast.actor("window"), box),
        lambda: boxes.remove(cast.actor("window"), ref=box.ref, at=AT),
    ):
        with pytest.raises(NotFound):
            act()
    assert not Contact.objects.exists()


def test_a_contact_exists_only_in_its_community_and_above(town: Town) -> None:
    made = told(phone=PHONE, call_back=True)
    assert contact_page(cast.actor("street"), made.ref, at=AT).row.number == made.number
    for who in ("sibling", "nextstreet"):
        with pytest.raises(NotFound):
            contact_page(cast.actor(who), made.ref, at=AT)
        assert listed(who) == []
    for who in ("district", "sysadmin", "auditor"):
        with pytest.raises(NotAllowed):
            contact_page(cast.actor(who), made.ref, at=AT)
    with pytest.raises(NotAllowed):
        answer(cast.actor("street"), ref=made.ref, words="答", at=AT)
    with pytest.raises(NotFound):
        answer(cast.actor("sibling"), ref=made.ref, words="答", at=AT)


def test_handing_over_names_somebody_else_and_the_first_asked_stays_on_record(town: Town, patches: list[Patch]) -> None:
    made = told(dwelling_ref=town.door("12-1-301"))
    hand_over(cast.actor("window"), ref=made.ref, to_ref=ref_of("window3"), at=AT)
    page = contact_page(cast.actor("window"), made.ref, at=AT)
    assert (page.row.answers, page.first_asked) == ("陆建明", "沈晓岚")
    assert listed("window3", "mine") == [made.ref]
    for to in (ref_of("window3"), ref_of("sibling"), "zzzzzzzzzzzz"):
        with pytest.raises(RuleBroken):
            hand_over(cast.actor("window"), ref=made.ref, to_ref=to, at=AT)
    assert Entry.objects.get(verb="contact.hand_over").changes == {"number": made.number, "to": "陆建明"}


def test_a_promised_call_is_on_the_list_until_it_was_made(town: Town) -> None:
    made = told(phone=PHONE, call_back=True)
    assert listed("window", "callback") == [made.ref]
    called_back(cast.actor("window"), ref=made.ref, at=AT)
    assert listed("window", "callback") == []
    with pytest.raises(Conflict):
        called_back(cast.actor("window"), ref=made.ref, at=AT)
    with pytest.raises(RuleBroken):
        called_back(cast.actor("window"), ref=told().ref, at=AT)


def test_numbers_of_callers_count_like_those_of_residents(town: Town) -> None:
    Norm.objects.create(name="reveals_an_hour", value=2, document="锡民发〔2026〕12号", from_on=AT.date())
    first, second, third = (told(phone=f"154 0036 620{n}") for n in range(3))
    person = Resident.objects.filter(division_code=cast.COMMUNITY).exclude(phone=None)[0]
    reveal(cast.actor("window"), ref=first.ref, at=AT)
    show_number(cast.actor("window"), ref=person.ref, field="phone", reason="call", at=AT)
    with pytest.raises(RuleBroken, match="looked at 2 numbers within an hour"):
        reveal(cast.actor("window"), ref=second.ref, at=AT)
    Norm.objects.create(name="reveals_before_proof", value=1, document="锡民发〔2026〕12号", from_on=AT.date())
    head = cast.client_for("head")
    assert head.post(f"/contacts/{second.ref}/phone").status_code == 200
    Session.objects.update(proved_at=None)
    asked = head.post(f"/contacts/{third.ref}/phone")
    assert asked.status_code == 422
    assert 'name="password"' in asked.content.decode()
    assert "6202" not in asked.content.decode().replace("**** 6202", "")
    assert head.post(f"/contacts/{third.ref}/phone", {"password": cast.PASSWORD}).status_code == 200


def test_the_number_is_shown_on_record_and_finds_earlier_contacts(town: Town) -> None:
    first, second = told(phone=PHONE), told(phone="154 0036 6207")
    assert reveal(cast.actor("window"), ref=first.ref, at=AT) == PHONE
    assert Entry.objects.get(verb="contact.reveal").is_read
    assert [row.ref for row in contact_page(cast.actor("window"), second.ref, at=AT).before] == [first.ref]
    assert {row.ref for row in caller(cast.actor("window"), PHONE, at=AT)} == {first.ref, second.ref}
    assert caller(cast.actor("sibling"), PHONE, at=AT) == []
    with pytest.raises(RuleBroken):
        caller(cast.actor("window"), "多少", at=AT)


def test_words_on_the_list_hold_no_whole_number(town: Town) -> None:
    told(words=f"打 {PHONE} 找我")
    [row] = contacts(cast.actor("window"), Asked(), at=AT)[0]
    assert PHONE not in row.words


def test_open_ones_come_first_and_pages_follow_each_other(town: Town) -> None:
    made = [told(words=f"第 {n} 条", at=AT + timedelta(seconds=n), answer="好" if n % 2 else "") for n in range(90)]
    seen, after = [], ""
    while True:
        page, after = contacts(cast.actor("window"), Asked(), after=after, at=AT)
        seen += page
        if not after:
            break
    assert [row.state for row in seen] == ["open"] * 45 + ["answered"] * 45
    assert len({row.ref for row in seen}) == len(made)


def test_what_needs_work_becomes_the_case_that_is_accepted(town: Town, patches: list[Patch]) -> None:
    officer, about = cast.actor("window2"), town.people["张国富"].ref
    made = told("window2", resident_ref=about)
    draft = to_case(officer, ref=made.ref, resident_ref=about, at=AT)
    assert to_case(officer, ref=made.ref, resident_ref=about, at=AT) == draft
    typed = {"phone": PHONE, "bank_card": "银行卡，尾号 1200"}
    application = Application(matters=("MZ-11",), asked=True, fields=typed, papers={"ID": "seen"})
    accept(officer, draft_ref=draft, application=application, at=AT)
    deliver(at=AT)
    deliver(at=AT)
    kept, case = Contact.objects.get(), Case.objects.get()
    assert (kept.state, kept.case_number, kept.closed_at) == ("case", case.number, AT)
    assert case.first_asked_id == kept.first_asked_id == officer.account_id
    assert Entry.objects.filter(verb="contact.link").count() == 1
    with pytest.raises(Conflict):
        answer(officer, ref=made.ref, words="好", at=AT)


def test_an_intake_needs_somebody_it_is_about(town: Town) -> None:
    with pytest.raises(RuleBroken):
        to_case(cast.actor("window"), ref=told().ref, resident_ref="", at=AT)


@pytest.fixture
def hidden(town: Town, patches: list[Patch]) -> Contact:
    """A call about a resident whom the head then protects, with one handler."""
    made = told(resident_ref=town.people["陈桂芬"].ref, phone=PHONE)
    protect(cast.actor("head"), ref=town.people["陈桂芬"].ref, reason="家暴庇护", handlers=[ref_of("window2")], at=AT)
    return made


def test_what_is_said_about_a_protected_resident_is_known_to_head_and_handlers_only(hidden: Contact) -> None:
    for who in ("head", "window2"):
        assert contact_page(cast.actor(who), hidden.ref, at=AT).row.number == hidden.number
        assert listed(who) == [hidden.ref]
    for who in ("window", "street"):
        assert listed(who) == []
        assert caller(cast.actor(who), PHONE, at=AT) == []
        with pytest.raises(NotFound):
            contact_page(cast.actor(who), hidden.ref, at=AT)
    for act in (lambda who, ref: answer(who, ref=ref, words="好", at=AT), lambda who, ref: reveal(who, ref=ref, at=AT)):
        with pytest.raises(NotFound):
            act(cast.actor("window"), hidden.ref)


def test_no_journal_tells_of_it_but_theirs(hidden: Contact, patches: list[Patch]) -> None:
    def refs(who: str, scope: Scope) -> list[str]:
        return [line.ref for line in lines(cast.actor(who), scope, first=FIRST, following=FOLLOWING, at=AT)]

    patch, door = Scope(patch_id=patches[0].id), Scope(dwelling_id=hidden.dwelling_id)
    for scope in (patch, door):
        assert refs("window", scope) == []
        assert refs("head", scope) == refs("window2", scope) == [hidden.ref]
    assert refs("window", Scope(account_id=cast.actor("window").account_id)) == []


def test_contacts_and_rounds_stand_in_the_journal_with_both_dates(town: Town, patches: list[Patch]) -> None:
    window = cast.actor("window")
    box = boxes.set_up(window, place="12 号楼门口", dwelling_ref=town.door("12-1-301"), at=AT)
    boxes.empty(window, key=uuid4(), ref=box.ref, letters=2, at=AT)
    late = told(via="box", box_ref=box.ref, said_at=AT - timedelta(days=2))
    assert late.patch_id == patches[0].id
    for scope in (Scope(account_id=window.account_id), Scope(patch_id=patches[0].id)):
        found = lines(window, scope, first=FIRST, following=FOLLOWING, at=AT)
        assert [(line.kind, line.on, line.written_on) for line in found] == [
            ("box", DAY - timedelta(days=2), DAY),
            ("emptying", DAY, None),
        ]
    assert (found[1].outcome, found[1].after) == ("12 号楼门口", "2")


def test_a_box_is_due_on_the_seventh_day_and_late_after(town: Town) -> None:
    window = cast.actor("window")
    box = boxes.set_up(window, place="大门", at=AT)
    assert [(one.days, one.is_due, one.is_late) for one in boxes_of(window, at=AT + timedelta(days=7))[0]] == [
        (7, True, False)
    ]
    assert boxes_of(window, at=AT + timedelta(days=8))[0][0].is_late
    boxes.empty(window, key=uuid4(), ref=box.ref, letters=0, at=AT + timedelta(days=8))
    [now] = boxes_of(window, at=AT + timedelta(days=8))[0]
    assert (now.letters, now.by_name, now.days, now.is_late) == (0, "沈晓岚", 0, False)
    assert boxes_of(cast.actor("street"), at=AT)[0][0].ref == box.ref
    assert boxes_of(cast.actor("sibling"), at=AT)[0] == []


def test_a_round_sent_twice_is_one_and_a_key_is_of_one_box(town: Town) -> None:
    window, key = cast.actor("window"), uuid4()
    one, other = (boxes.set_up(window, place=place, at=AT) for place in ("东门", "西门"))
    for letters in (3, 3):
        boxes.empty(window, key=key, ref=one.ref, letters=letters, at=AT)
    assert Emptying.objects.count() == Entry.objects.filter(verb="box.empty").count() == 1
    with pytest.raises(Conflict):
        boxes.empty(window, key=key, ref=other.ref, letters=3, at=AT)
    for letters in (-1, 201):
        with pytest.raises(RuleBroken):
            boxes.empty(window, key=uuid4(), ref=one.ref, letters=letters, at=AT)


def test_two_boxes_do_not_hang_at_one_place_until_one_is_gone(town: Town) -> None:
    window = cast.actor("window")
    box = boxes.set_up(window, place="东门", at=AT)
    for place in ("东门", " 东门 ", "", "x" * 81):
        with pytest.raises(RuleBroken):
            boxes.set_up(window, place=place, at=AT)
    boxes.remove(window, ref=box.ref, at=AT)
    for act in (lambda: boxes.remove(window, ref=box.ref, at=AT), lambda: _empty(window, box)):
        with pytest.raises(Conflict):
            act()
    boxes.set_up(window, place="东门", at=AT)
    assert ContactBox.objects.count() == 2
    with pytest.raises(NotAllowed):
        boxes.set_up(cast.actor("street"), place="街道大厅", at=AT)


def _empty(actor: Actor, box: ContactBox) -> Emptying:
    return boxes.empty(actor, key=uuid4(), ref=box.ref, letters=0, at=AT)


def test_a_group_of_any_kind_is_on_the_register_once_with_who_looks_after_it(patches: list[Patch]) -> None:
    window = cast.actor("window")
    made = channels.set_up(
        window, kind="微信", name="12 号楼群", patch_ref=patches[0].ref, manager_ref=ref_of("window2"), at=AT
    )
    [group] = groups(window)
    assert (group.kind, group.patch, group.manager) == ("微信", 1, "许一帆")
    assert told(via="group", channel_ref=made.ref).patch_id == patches[0].id
    for said in (
        {"kind": "微信", "name": "12 号楼群"},
        {"kind": "", "name": "群"},
        {"kind": "QQ", "name": ""},
        {"kind": "QQ", "name": "x" * 61},
        {"kind": "QQ", "name": "群", "patch_ref": "zzzzzzzzzzzz"},
        {"kind": "QQ", "name": "群", "manager_ref": ref_of("sibling")},
    ):
        with pytest.raises(RuleBroken):
            channels.set_up(window, at=AT, **said)
    channels.end(window, ref=made.ref, at=AT)
    with pytest.raises(Conflict):
        channels.end(window, ref=made.ref, at=AT)
    with pytest.raises(NotFound):
        channels.end(cast.actor("sibling"), ref=made.ref, at=AT)
    assert groups(window) == []


def test_a_message_from_the_officers_page_lands_on_the_same_desk(patches: list[Patch]) -> None:
    resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    made = leave_message(resident, patch_ref=patches[0].ref, said=Said("灯坏了", "陈", PHONE), at=AT)
    assert listed("window", "mine") == listed("window", "callback") == [made.ref]
    page = contact_page(cast.actor("window"), made.ref, at=AT)
    assert (page.by_name, page.first_asked, page.row.via) == ("", "沈晓岚", "web")


def test_a_message_to_a_patch_without_an_officer_waits_for_the_head(town: Town) -> None:
    resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    made = leave_message(resident, patch_ref=begin(1)[0].ref, said=Said("灯坏了", "陈", PHONE), at=AT)
    assert (listed("head", "mine"), listed("window", "mine")) == ([made.ref], [])
    found = contacts_block(cast.actor("head"), AT)
    assert found is not None
    assert [row.ref for row, _way in found.context["rows"]] == [made.ref]
    assert contacts_block(cast.actor("window"), AT) is None


def test_the_workbench_names_what_waits_for_whom(hidden: Contact, town: Town) -> None:
    mine = told(name="赵", phone=PHONE, call_back=True)
    told(answer="好")
    told("window3")
    found = contacts_block(cast.actor("window"), AT)
    assert found is not None
    [(row, _way)] = found.context["rows"]
    assert (row.ref, row.name, row.is_to_call, found.context["total"]) == (mine.ref, "赵", True, 1)
    assert contacts_block(cast.actor("window4"), AT) is None
    assert contacts_block(cast.actor("street"), AT) is None


# Through the doors, as a browser sends it.


def test_what_was_typed_wrong_comes_back_with_one_sentence(town: Town, patches: list[Patch]) -> None:
    browser = cast.client_for("window")
    browser.cookies["language"] = "en"
    form = {"via": "call", "words": "灯坏了", "do": "open"}
    for typed, sentence in (
        ({"words": ""}, "Write a few words"),
        ({"words": "x" * 5000}, "too long"),
        ({"words": "灯\x00"}, "cannot be stored"),
        ({"door": "99-9-999"}, "no such door"),
        ({"do": "answered"}, "leave it open"),
        ({"when": "2099-01-01T10:00"}, "not come yet"),
        ({"when": "gestern"}, "Choose a day and a time"),
        ({"via": "box", "box": "zzzzzzzzzzzz"}, "no such box"),
    ):
        answered = browser.post("/contacts/new", form | typed)
        assert (answered.status_code, sentence in answered.content.decode()) == (422, True), typed
    for typed in ({"key": "nonsense"}, {"left": "many"}, {"resident": "-"}):
        assert browser.post("/contacts/new", form | typed).status_code == 302
    assert browser.post("/contacts/caller", {"caller": "谁"}).status_code == 422
    assert browser.get("/contacts?view=all&via=x&after=zzzzzzzzzzzz&patch=zz").status_code == 200
    assert browser.get("/contacts/zzzzzzzzzzzz").status_code == 404
    assert browser.post("/contact-boxes/new", {"place": "x" * 81}).status_code == 422
    assert browser.post("/channels/new", {"kind": "QQ"}).status_code == 422


def test_the_letters_of_a_round_are_written_down_one_after_the_other(town: Town, patches: list[Patch]) -> None:
    box = boxes.set_up(cast.actor("window"), place="大门", at=AT)
    browser = cast.client_for("window")
    onward = browser.post(f"/contact-boxes/{box.ref}/empty", {"letters": "2", "key": str(uuid4())}).headers["Location"]
    assert onward == f"/contacts/new?way=box&box={box.ref}&left=2"
    form = {"via": "box", "box": box.ref, "words": "下水道堵了", "do": "open", "left": "2"}
    onward = browser.post("/contacts/new", form).headers["Location"]
    assert onward.startswith(f"/contacts/new?way=box&box={box.ref}&left=1")
    browser.post("/contacts/new", form | {"left": "1"})
    assert Contact.objects.filter(box=box).count() == 2
    for said in ("many", "²"):
        assert browser.post(f"/contact-boxes/{box.ref}/empty", {"letters": said}).status_code == 422
    assert browser.post(f"/contact-boxes/{box.ref}/empty", {"letters": "0"}).headers["Location"].endswith("emptied")


def test_whom_a_call_is_about_is_chosen_and_the_intake_opens(town: Town, patches: list[Patch]) -> None:
    browser, key = cast.client_for("window"), str(uuid4())
    form = {"via": "call", "words": "想办高龄津贴", "door": "12-1-301", "do": "case", "key": key}
    chosen = browser.post("/contacts/new", form)
    assert "陈桂芬" in chosen.content.decode()
    onward = browser.post("/contacts/new", form | {"resident": town.people["陈桂芬"].ref})
    assert onward.headers["Location"].startswith("/intake/")
    again = browser.post("/contacts/new", form | {"resident": town.people["陈桂芬"].ref})
    assert again.headers["Location"] == onward.headers["Location"]
    kept = Contact.objects.get(id=UUID(key))
    assert kept.draft_ref in onward.headers["Location"]
    assert kept.state == "open"


def test_no_journal_shows_a_whole_number(town: Town, patches: list[Patch]) -> None:
    made = told(words=f"请回电 {PHONE}", dwelling_ref=town.door("3-1-101"))
    answer(cast.actor("window"), ref=made.ref, words=f"已转告 {PHONE}", at=AT)
    found = lines(cast.actor("head"), Scope(dwelling_id=made.dwelling_id), first=FIRST, following=FOLLOWING, at=AT)
    assert [line.words for line in found] == ["请回电 154 **** 6207 已转告 154 **** 6207"]
