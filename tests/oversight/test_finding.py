"""The nightly look into the trail: what is counted, what is flagged, and what the auditor makes of it."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from tests import cast
from tests.registry.town import Town
from yimen.core.actor import SYSTEM, Actor
from yimen.core.errors import Conflict, NotAllowed, RuleBroken
from yimen.core.ids import new_id, new_ref
from yimen.oversight import actions, queries
from yimen.oversight.models import DayOfLooks, Flag
from yimen.registry import actions as registry
from yimen.registry.models import Handler, Resident
from yimen.registry.rules.rows import PersonRows, ResidentRow
from yimen.trail.models import Entry
from yimen.trail.record import record

pytestmark = pytest.mark.django_db

DAY = cast.MONDAY.replace(hour=10)
NEXT = DAY + timedelta(days=1)


def crowd(count: int, family: str = "赵") -> list[str]:
    """So many residents of the window's community; their ids."""
    rows = [
        ResidentRow(
            id=new_id(),
            division_code=cast.COMMUNITY,
            name=f"{family}{number}",
            source="POP",
            as_of_on=DAY.date(),
            ref=new_ref(),
        )
        for number in range(count)
    ]
    registry.load_people(SYSTEM, rows=PersonRows(residents=rows), at=DAY)
    return [str(row.id) for row in rows]


def look(actor: Actor, ids: list[str], at: datetime = DAY, verb: str = "resident.read") -> None:
    with transaction.atomic():
        for one in ids:
            record(actor, verb, subject=("resident", one), division_code=cast.COMMUNITY, at=at, is_read=True)


def act(actor: Actor, ids: list[str], at: datetime = DAY) -> None:
    with transaction.atomic():
        for one in ids:
            record(actor, "resident.set_trait", subject=("resident", one), division_code=cast.COMMUNITY, at=at)


def found() -> set[tuple[str, str]]:
    actions.find(SYSTEM, at=NEXT)
    return set(Flag.objects.values_list("name", "rule"))


def turn(actor: Actor, pages: int, at: datetime) -> None:
    """Pages of the register, each with residents of its own, of whom none is opened."""
    with transaction.atomic():
        for number in range(pages):
            changes = {"shown": [f"{at:%d}r{number}"]}
            record(
                actor,
                "resident.list",
                subject=("people", "list"),
                division_code=cast.COMMUNITY,
                at=at,
                changes=changes,
            )


def test_a_few_pages_of_the_register_every_day_are_told_once_and_measured_by_colleagues(town: Town) -> None:
    window, colleague = cast.actor("window"), cast.actor("window2")
    for day in range(14):
        turn(window, 9, DAY + timedelta(days=day))
        turn(colleague, 1, DAY + timedelta(days=day))
    actions.find(SYSTEM, at=DAY + timedelta(days=14))
    (flag,) = Flag.objects.all()
    assert (flag.name, flag.rule, flag.on) == (window.name, "register", (DAY + timedelta(days=11)).date())
    assert (flag.numbers["pages"], flag.numbers["pages_month"], flag.numbers["pages_peers"]) == (9, 99, 11)


def test_who_opens_many_and_does_nothing_is_flagged_and_who_works_is_not(town: Town) -> None:
    ids, window, colleague = crowd(70), cast.actor("window"), cast.actor("window2")
    look(window, ids)
    look(colleague, ids)
    act(colleague, ids)
    assert found() == {(window.name, "volume"), (window.name, "idle")}
    busy = DayOfLooks.objects.get(name=colleague.name)
    assert (busy.people, busy.idle, busy.on) == (70, 0, DAY.date())
    assert actions.find(SYSTEM, at=NEXT) == 0  # judged once
    look(colleague, ids, at=NEXT)
    actions.find(SYSTEM, at=NEXT + timedelta(days=1))
    later = set(Flag.objects.filter(on=NEXT.date()).values_list("name", "rule"))
    assert later == {(colleague.name, "volume"), (colleague.name, "idle")}


def test_the_same_resident_opened_often_is_one_person(town: Town) -> None:
    look(cast.actor("window"), crowd(1) * 60)
    assert found() == set()


def ask(actor: Actor, ids: list[str], at: datetime = DAY, *, verb: str = "search.ask", kind: str = "people") -> None:
    """A search for each of them, which shows that one and no other."""
    refs = Resident.objects.filter(id__in=ids).values_list("ref", flat=True)
    with transaction.atomic():
        for ref in refs:
            changes = {"by": "name", "shown": [ref]}
            subject = (kind, "name")
            record(actor, verb, subject=subject, division_code=actor.reach, at=at, changes=changes, is_read=True)


def test_who_searches_and_neither_opens_nor_serves_anybody_is_flagged(town: Town) -> None:
    ids, window, colleague = crowd(60), cast.actor("window"), cast.actor("window2")
    ask(window, ids)
    ask(colleague, ids)
    look(colleague, ids)
    act(colleague, ids)
    assert found() == {(window.name, "searches")}
    told = {day.name: (day.people, day.searches, day.fruitless) for day in DayOfLooks.objects.all()}
    assert told == {window.name: (0, 60, 60), colleague.name: (60, 60, 0)}
    page = cast.client_for("auditor").get("/unusual").content.decode()
    assert "60 次检索" in page


def test_who_turns_the_pages_of_the_register_and_opens_nobody_is_flagged(town: Town) -> None:
    """A page of it shows as much as a search; who looks at doors one by one is out knocking."""
    ids, window, colleague = crowd(60), cast.actor("window"), cast.actor("window2")
    ask(window, ids, verb="resident.list")
    ask(colleague, ids, verb="resident.list", kind="dwelling")
    assert found() == {(window.name, "pages")}
    day = DayOfLooks.objects.get(name=window.name)
    assert (day.searches, day.fruitless, day.pages) == (60, 0, 60)
    assert "翻了 60 页居民名册" in cast.client_for("auditor").get("/unusual").content.decode()


def test_pages_of_the_register_on_which_somebody_is_served_are_work(town: Town) -> None:
    ids, window = crowd(40), cast.actor("window")
    ask(window, ids, verb="resident.list")
    act(window, ids[:30])
    assert found() == set()
    assert DayOfLooks.objects.get().pages == 10


def test_questions_that_are_answered_from_the_list_are_work(town: Town) -> None:
    ids, window = crowd(40), cast.actor("window")
    ask(window, ids)
    look(window, ids[:10])
    act(window, ids[:10])
    assert found() == set()
    assert DayOfLooks.objects.get().fruitless == 30


def test_a_protected_resident_opened_without_a_cause_is_flagged_unless_one_is_named(town: Town) -> None:
    ids = crowd(1)
    Resident.objects.filter(id__in=ids).update(is_protected=True)
    handler = cast.actor("window")
    Handler.objects.create(
        division_code=cast.COMMUNITY,
        resident_id=ids[0],
        account_id=handler.person,
        name=handler.name,
        named_at=DAY,
    )
    look(handler, ids)
    look(cast.actor("head"), ids)
    assert found() == {(cast.actor("head").name, "shielded")}


def test_looks_at_night_family_and_numbers_are_told_apart(town: Town) -> None:
    look(cast.actor("window2"), crowd(6), at=DAY.replace(hour=23))
    look(cast.actor("window"), crowd(5, family="沈"))
    look(cast.actor("head"), crowd(5, family="钱"), verb="resident.reveal")
    rules = found()
    assert (cast.actor("window2").name, "late") in rules
    assert Flag.objects.get(rule="late").numbers["late"] == 6  # of the day, not of the habit
    assert (cast.actor("window").name, "kin") in rules
    assert (cast.actor("head").name, "reveals") in rules
    assert len(rules) == 3


def test_a_worker_of_the_same_name_and_the_neighbours_are_seen(town: Town) -> None:
    """张国富 lives at 3-2-502; somebody of that name at the counter opens the building."""
    named = Actor(**{name: getattr(cast.actor("window"), name) for name in Actor.__slots__} | {"name": "张国富"})
    look(named, [str(town.people[name].id) for name in ("张国富", "王秀英", "单雄信", "仇英")])
    assert found() == {("张国富", "own"), ("张国富", "near")}
    assert DayOfLooks.objects.get(name="张国富").near == 3


def test_the_auditor_reviews_a_flag_once_with_a_note_on_record(town: Town) -> None:
    look(cast.actor("window"), crowd(40))
    found()
    auditor = cast.actor("auditor")
    row = queries.flags(auditor, is_open=True)[0]
    client = cast.client_for("auditor")
    shown = client.get("/unusual").content.decode()
    assert "40" in shown
    assert f"/unusual/{row.ref}/review" in shown
    with pytest.raises(RuleBroken, match="few words"):
        actions.review(auditor, ref=row.ref, state="explained", note="", at=NEXT)
    sent = client.post(f"/unusual/{row.ref}/review", {"state": "explained", "note": "换届统计，社区已说明"})
    assert sent.status_code == 302
    entry = Entry.objects.get(verb="unusual.review")
    assert (entry.subject_id, entry.note, entry.changes["state"]) == (row.ref, "换届统计，社区已说明", "explained")
    with pytest.raises(Conflict):
        actions.review(auditor, ref=row.ref, state="passed_on", note="再看一次", at=NEXT)
    assert row.ref not in {one.ref for one in queries.flags(auditor, is_open=True)}
    assert "换届统计" in client.get("/unusual?view=reviewed").content.decode()
    with pytest.raises(NotAllowed):
        queries.flags(cast.actor("head"), is_open=True)
