"""One contact box: its rounds also of earlier days, its letters and what became of them, its places, its end."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests import cast
from tests.registry.town import Town
from tests.visits.conftest import AT, DAY
from tests.visits.test_contacts import told
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.patches.models import Patch
from yimen.registry.actions import protect
from yimen.trail.models import Entry
from yimen.visits.actions import boxes
from yimen.visits.actions.answering import answer
from yimen.visits.models import ContactBox, Emptying
from yimen.visits.queries.box import PAGE, BoxPage, box_page
from yimen.visits.queries.boxes import boxes as boxes_of
from yimen.visits.queries.journal import Scope, lines

HUNG = AT - timedelta(days=20)


@pytest.fixture
def box(town: Town, patches: list[Patch]) -> ContactBox:
    """A box that has hung for twenty days."""
    return boxes.set_up(cast.actor("window"), place="12 号楼门口", dwelling_ref=town.door("12-1-301"), at=HUNG)


def empty(
    box: ContactBox, letters: int = 0, *, then: datetime | None = None, at: datetime = AT, who: str = "window"
) -> Emptying:
    return boxes.empty(cast.actor(who), key=uuid4(), ref=box.ref, letters=letters, emptied_at=then, at=at)


def read(box: ContactBox, who: str = "window", after: str = "") -> BoxPage:
    return box_page(cast.actor(who), box.ref, after=after, at=AT)


def kinds(page: BoxPage) -> list[str]:
    return [one.kind for one in page.events]


def test_a_round_of_an_earlier_day_keeps_both_dates(box: ContactBox) -> None:
    then = AT - timedelta(days=3)
    made = empty(box, 2, then=then)
    assert (made.at, made.written_at) == (then, AT)
    assert empty(box, 1, then=AT - timedelta(minutes=20)).written_at is None
    page = read(box)
    assert [(one.kind, one.on, one.written_on, one.letters) for one in page.events] == [
        ("round", DAY, None, 1),
        ("round", DAY - timedelta(days=3), DAY, 2),
        ("hung", DAY - timedelta(days=20), None, 0),
    ]
    assert (page.rounds, page.letters, page.patch) == (2, 3, 1)
    account = cast.actor("window").account_id
    first, following = DAY.replace(day=1), DAY + timedelta(days=1)
    found = lines(cast.actor("window"), Scope(account_id=account), first=first, following=following, at=AT)
    assert [(line.on, line.written_on) for line in found] == [(DAY - timedelta(days=3), DAY), (DAY, None)]
    entry = Entry.objects.filter(verb="box.empty").order_by("id").first()
    assert entry is not None
    assert entry.changes == {"letters": 2, "emptied_at": then.isoformat()}


def test_a_late_round_does_not_take_the_place_of_the_last(box: ContactBox) -> None:
    empty(box, 1)
    empty(box, 5, then=AT - timedelta(days=9))
    [one] = boxes_of(cast.actor("window"), at=AT)[0]
    assert (one.letters, one.days) == (1, 0)


def test_no_round_is_ahead_of_now_nor_before_the_box(box: ContactBox) -> None:
    empty(box, then=HUNG - timedelta(minutes=1))  # the day counts
    for then in (AT + timedelta(minutes=1), HUNG - timedelta(days=1)):
        with pytest.raises(RuleBroken) as refused:
            empty(box, 1, then=then)
        assert refused.value.field == "when"
    assert Emptying.objects.count() == 1


def test_the_same_round_twice_is_refused_in_words_and_another_of_that_day_is_not(box: ContactBox) -> None:
    then = AT - timedelta(days=2)
    empty(box, 2, then=then)
    with pytest.raises(RuleBroken) as refused:
        empty(box, 2, then=then + timedelta(hours=1), who="window2")
    assert refused.value.params == {"who": "沈晓岚"}
    empty(box, 0, then=then + timedelta(hours=2))
    assert Emptying.objects.count() == 2


def test_letters_belong_to_the_round_before_them_with_what_became_of_them(box: ContactBox) -> None:
    earlier, now = AT - timedelta(days=7), AT - timedelta(hours=1)
    for letters, then in ((2, earlier), (1, now)):
        empty(box, letters, then=then)
    late = told(via="box", box_ref=box.ref, said_at=earlier + timedelta(minutes=1))
    answer(cast.actor("window"), ref=late.ref, words="已报修", at=AT)
    told(via="box", box_ref=box.ref)
    page = read(box)
    assert [(one.kind, one.left, one.state) for one in page.events] == [
        ("letter", 0, "open"),
        ("round", 0, ""),
        ("letter", 0, "answered"),
        ("round", 1, ""),
        ("hung", 0, ""),
    ]
    assert (page.events[2].words, page.events[2].written_on) == (late.number, DAY)


def test_a_letter_about_a_protected_resident_is_the_heads_to_know(box: ContactBox, town: Town) -> None:
    person = town.people["陈桂芬"]
    told(via="box", box_ref=box.ref, resident_ref=person.ref)
    protect(cast.actor("head"), ref=person.ref, handlers=(), reason="躲避家暴", at=AT)
    assert kinds(read(box)) == ["hung"]
    assert kinds(read(box, "head")) == ["letter", "hung"]


def test_a_moved_box_is_one_box_and_each_round_stays_with_its_place(box: ContactBox, town: Town) -> None:
    window, moved = cast.actor("window"), AT - timedelta(days=5)
    empty(box, 1, at=HUNG + timedelta(days=1))
    made = boxes.move(window, ref=box.ref, place="3 号楼门口", dwelling_ref=town.door("3-1-101"), at=moved)
    assert empty(box, then=AT - timedelta(days=8)).box_id == box.id  # its old address leads to it
    assert empty(made, then=moved).box_id == empty(box, 3).box_id == made.id
    for one in (box, made):
        page = read(one)
        assert kinds(page) == ["round", "round", "moved", "round", "round", "hung"]
        assert (page.ref, page.place, page.patch, page.from_on) == (made.ref, "3 号楼门口", 2, HUNG.date())
    [listed] = boxes_of(window, at=AT)[0]
    assert (listed.ref, listed.from_on, listed.letters) == (made.ref, HUNG.date(), 3)
    assert boxes_of(window, at=AT, removed=True)[0] == []
    entry = Entry.objects.get(verb="box.move")
    assert entry.changes == {"from": "12 号楼门口", "to": "3 号楼门口"}
    for place in ("3 号楼门口", " ", "x" * 81):
        with pytest.raises(RuleBroken):
            boxes.move(window, ref=box.ref, place=place, at=AT)
    boxes.set_up(window, place="东门", at=AT)
    with pytest.raises(RuleBroken):
        boxes.move(window, ref=made.ref, place="东门", at=AT)
    with pytest.raises(NotAllowed):
        boxes.move(cast.actor("street"), ref=made.ref, place="西门", at=AT)
    with pytest.raises(NotFound):
        boxes.move(cast.actor("sibling"), ref=made.ref, place="西门", at=AT)


def test_a_box_taken_down_is_read_and_takes_rounds_of_its_time_only(box: ContactBox) -> None:
    window, removed = cast.actor("window"), AT - timedelta(days=4)
    boxes.remove(window, ref=box.ref, at=removed)
    empty(box, 1, then=removed)
    for then in (None, AT - timedelta(days=3)):
        with pytest.raises(Conflict):
            empty(box, then=then)
    with pytest.raises(Conflict):
        boxes.move(window, ref=box.ref, place="西门", at=AT)
    page = read(box)
    assert (kinds(page), page.to_on) == (["removed", "round", "hung"], removed.date())
    [gone] = boxes_of(window, at=AT, removed=True)[0]
    assert (gone.ref, gone.to_on) == (box.ref, removed.date())
    assert boxes_of(window, at=AT)[0] == []
    with pytest.raises(NotFound):
        read(box, "sibling")


def test_a_long_history_has_pages_without_gap_or_repeat(box: ContactBox) -> None:
    for count in range(PAGE + 5):
        empty(box, count, then=HUNG + timedelta(hours=count))
    first = read(box)
    rest = read(box, after=first.onward)
    assert (len(first.events), len(rest.events), rest.onward) == (PAGE, 6, "")
    assert [one.letters for one in first.events + rest.events] == [*range(PAGE + 4, -1, -1), 0]
    assert kinds(read(box, after="yesterday~x")) == kinds(first)


# Through the doors, as a browser sends it.


def test_the_page_of_a_box_takes_a_late_round_and_leads_to_its_letters(box: ContactBox) -> None:
    browser, here = cast.client_for("window"), f"/contact-boxes/{box.ref}"
    browser.cookies["language"] = "en"
    then = f"{AT - timedelta(days=2):%Y-%m-%dT%H:%M}"
    form = {"page": "1", "letters": "2", "when": then}
    onward = browser.post(f"{here}/empty", form | {"key": str(uuid4())}).headers["Location"]
    assert onward.endswith(f"left=2&when={then.replace(':', '%3A')}")
    assert then in browser.get(onward).content.decode()
    again = browser.post("/contacts/new", {"via": "box", "box": box.ref, "words": "灯", "left": "2", "when": then})
    assert again.headers["Location"].endswith(f"when={then.replace(':', '%3A')}")
    for typed, sentence in (
        ({}, "on record already"),
        ({"when": "2099-01-01T10:00"}, "not come yet"),
        ({"when": "2001-01-01T10:00"}, "did not hang yet"),
        ({"when": "gestern"}, "Choose a day and a time"),
        ({"letters": "many"}, "Write the number of letters"),
    ):
        answered = browser.post(f"{here}/empty", form | typed)
        assert (answered.status_code, sentence in answered.content.decode()) == (422, True), typed
    page = browser.get(here).content.decode()
    assert "1 to write down" in page
    assert " emptied it</td>" in page  # who opened the box is told from who answers for a letter
    assert " answers</td>" in page
    assert "written down" in page
    assert browser.post(f"{here}/empty", {"page": "1", "letters": "0"}).headers["Location"] == f"{here}?done=emptied"
    assert browser.post(f"{here}/move", {"place": "12 号楼门口"}).status_code == 422
    onward = browser.post(f"{here}/move", {"place": "西门"}).headers["Location"]
    assert "西门" in browser.get(onward).content.decode()
    assert browser.post(f"{here}/remove", {"page": "1"}).headers["Location"] == f"{here}?done=removed"
    assert browser.post(f"{here}/remove", {"page": "1"}).status_code == 422
    assert "西门" in browser.get("/contact-boxes?view=removed").content.decode()
    assert browser.get("/contact-boxes/zzzzzzzzzzzz").status_code == 404


@pytest.mark.parametrize(("most", "is_cut"), [(2, True), (3, False)])
def test_a_register_longer_than_its_page_says_so(
    box: ContactBox, monkeypatch: pytest.MonkeyPatch, most: int, is_cut: bool
) -> None:
    boxes.set_up(cast.actor("window"), place="东门", at=AT)
    for module in ("queries", "views"):
        monkeypatch.setattr(f"yimen.visits.{module}.boxes.MOST", most)
    assert (f"一次最多列出 {most} 条" in cast.client_for("window").get("/contact-boxes").content.decode()) is is_cut
