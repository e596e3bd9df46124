"""From a what-if to patches in force, and back again."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.cast import COMMUNITY, DISTRICT, MONDAY, NEXT_COMMUNITY, SIBLING, actor, client_for
from tests.patches.big import build_big
from tests.patches.conftest import BEGAN, begin, name
from tests.patches.proposing import TODAY, TOMORROW, again, publish, sizes, start
from yimen.access import queries as accounts
from yimen.access.models import Account
from yimen.core.clock import local, now
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.patches import actions, queries
from yimen.patches.models import Officer, Publication
from yimen.patches.queries.pages import what_if
from yimen.patches.queries.plans import open_plan, placed_of
from yimen.patches.rules.drawing import Stairwell, draw
from yimen.registry.models import Building, Compound
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db


def test_a_community_is_drawn_in_patches_of_about_the_norm_with_officers_of_the_station() -> None:
    build_big(25)  # 900 households
    plan = start()
    assert sizes(plan) == [300, 300, 300]
    assert all(set(sides) == {"A", "B"} for sides in plan.officers.values())
    assert len({sides["A"] for sides in plan.officers.values()}) == 3
    assert Entry.objects.get(verb="plan.start").changes == {"patches": 3}


def test_publishing_puts_every_door_in_a_patch_with_an_officer() -> None:
    wells = build_big(25)
    start()
    made = publish(BEGAN)
    assert sorted(queries.division_on(COMMUNITY, on=BEGAN)) == sorted(wells)
    standing = queries.patches_at(COMMUNITY, at=MONDAY)
    assert [one.number for one in standing] == [1, 2, 3]
    assert all(one.a and one.b and one.acting is one.a for one in standing)
    assert made.moved == 900
    assert open_plan(actor("head"), COMMUNITY) is None
    entry = Entry.objects.get(verb="plan.publish")
    assert entry.changes == {"from": BEGAN.isoformat(), "patches": 3, "moved": 900}


def test_a_patch_cut_in_two_is_published_only_by_who_says_it_is_meant() -> None:
    wells = build_big(25)
    start()
    publish(BEGAN)
    plan = start(as_is=True)
    lies = placed_of(plan)
    far = next(well for well in reversed(wells) if lies[well] != lies[wells[0]])
    into = lies[wells[0]]
    actions.move_stairwells(actor("head"), ref=plan.ref, edition=plan.edition, stairwells=[far], number=into, at=MONDAY)
    browser, before = client_for("head"), Publication.objects.count()
    today = local(now()).date().isoformat()
    form = {"edition": str(again().edition), "from_on": today, "reason": "试"}
    refused = browser.post(f"/patches/redraw/{plan.ref}/publish", form)
    page = refused.content.decode()
    assert (refused.status_code, 'href="#f-cut"' in page, 'name="cut"' in page) == (422, True, True)
    assert f"第 {into} 片区" in page.partition('id="f-cut"')[2].partition("</div>")[0]
    assert Publication.objects.count() == before
    assert browser.post(f"/patches/redraw/{plan.ref}/publish", form | {"cut": "1"}).status_code == 302
    assert Publication.objects.count() == before + 1


def test_two_officers_of_one_name_are_still_two_when_doors_change_between_them() -> None:
    wells = build_big(25)
    start()
    publish(BEGAN)
    plan = start(as_is=True)
    before = placed_of(plan)
    Account.objects.update(name="张伟")
    moving = [well for well in wells if before[well] == 1][:1]
    actions.move_stairwells(actor("head"), ref=plan.ref, edition=1, stairwells=moving, number=2, at=MONDAY)
    shown = what_if(again(), [], at=MONDAY)
    assert [one.place.id for one in shown.moved] == moving


def test_a_change_moves_only_what_changes_and_the_past_stays() -> None:
    wells = build_big(25)
    start()
    publish(BEGAN)
    plan = start(as_is=True)
    before = placed_of(plan)
    moving = [well for well in wells if before[well] == 1][:2]
    actions.move_stairwells(actor("head"), ref=plan.ref, edition=1, stairwells=moving, number=2, at=MONDAY)
    made = publish(TOMORROW)
    assert made.moved == 24
    assert queries.division_on(COMMUNITY, on=TODAY) == before
    after = queries.division_on(COMMUNITY, on=TOMORROW)
    assert after == before | dict.fromkeys(moving, 2)


def test_undo_is_another_publication_and_brings_back_doors_and_officers() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    was = queries.division_on(COMMUNITY, on=TODAY)
    officers = [(one.number, one.a and one.a.name) for one in queries.patches_at(COMMUNITY, at=MONDAY)]
    plan = start(as_is=True)
    actions.merge_patches(actor("head"), ref=plan.ref, edition=1, number=3, into=2, at=MONDAY)
    made = publish(TODAY)
    assert [one.number for one in queries.patches_at(COMMUNITY, at=MONDAY)] == [1, 2]
    back = actions.undo_publication(actor("street"), ref=made.ref, at=MONDAY)
    assert back.undoes == made
    assert queries.division_on(COMMUNITY, on=TODAY) == was
    assert [(one.number, one.a and one.a.name) for one in queries.patches_at(COMMUNITY, at=MONDAY)] == officers
    with pytest.raises(Conflict, match="Only the last"):
        actions.undo_publication(actor("head"), ref=made.ref, at=MONDAY)
    assert Entry.objects.filter(verb="publication.undo").count() == 1


def test_undo_the_day_after_keeps_the_day_between_on_record() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    plan = start(as_is=True)
    actions.merge_patches(actor("head"), ref=plan.ref, edition=1, number=3, into=2, at=MONDAY)
    made = publish(TODAY)
    actions.undo_publication(actor("head"), ref=made.ref, at=MONDAY + timedelta(days=1))
    assert set(queries.division_on(COMMUNITY, on=TODAY).values()) == {1, 2}
    assert set(queries.division_on(COMMUNITY, on=TOMORROW).values()) == {1, 2, 3}


def test_the_first_division_cannot_be_undone() -> None:
    build_big(9)
    start()
    made = publish(BEGAN)
    with pytest.raises(RuleBroken, match="first division"):
        actions.undo_publication(actor("head"), ref=made.ref, at=MONDAY)


def test_splitting_keeps_stairwells_whole_and_gives_a_number_nobody_had() -> None:
    build_big(9)  # 324 households
    plan = start()
    actions.split_patch(actor("head"), ref=plan.ref, edition=1, number=1, at=MONDAY)
    small, large = sorted(sizes(again()))
    assert small + large == 324
    assert small >= 140
    assert set(again().placed.values()) == {1, 2}
    actions.merge_patches(actor("head"), ref=plan.ref, edition=2, number=2, into=1, at=MONDAY)
    assert sizes(again()) == [324]


def test_a_single_stairwell_is_never_split() -> None:
    build_big(1, units=1)
    plan = start()
    with pytest.raises(RuleBroken, match="a stairwell stays whole"):
        actions.split_patch(actor("head"), ref=plan.ref, edition=1, number=1, at=MONDAY)


def test_redrawing_one_patch_leaves_the_others_alone() -> None:
    wells = build_big(25)
    plan = start()
    actions.move_stairwells(
        actor("head"),
        ref=plan.ref,
        edition=1,
        stairwells=[well for well, number in placed_of(plan).items() if number == 2],
        number=1,
        at=MONDAY,
    )
    others = {well for well, number in placed_of(again()).items() if number == 3}
    actions.redraw_plan(actor("head"), ref=plan.ref, edition=2, numbers=[1], at=MONDAY)
    placed = placed_of(again())
    assert {well for well, number in placed.items() if number == 3} == others
    assert sorted(sizes(again())) == [300, 300, 300]
    assert sorted(placed) == sorted(wells)
    actions.redraw_plan(actor("head"), ref=plan.ref, edition=3, afresh=True, at=MONDAY)
    assert sorted(sizes(again())) == [300, 300, 300]


def test_drawing_anew_what_stays_as_it_is_keeps_and_records_nothing() -> None:
    build_big(25)
    plan = start()
    before = placed_of(plan)
    assert not actions.redraw_plan(actor("head"), ref=plan.ref, edition=1, numbers=[2], at=MONDAY)
    assert not actions.redraw_plan(actor("head"), ref=plan.ref, edition=1, at=MONDAY)
    assert (placed_of(again()), again().edition) == (before, 1)
    assert not Entry.objects.filter(verb="plan.redraw").exists()
    browser = client_for("head")
    for wanted, words in (("2", "这些单元正好是一个片区"), ("keep", "每个单元仍在原来的片区")):
        answer = browser.post(f"/patches/redraw/{plan.ref}/draw", {"number": wanted, "edition": 1}, follow=True)
        assert words in answer.content.decode()
        assert "已在方案里重划" not in answer.content.decode()


def test_a_community_of_no_households_is_told_what_to_do_first() -> None:
    browser = client_for("head")
    bare = browser.get("/patches/redraw").content.decode()
    assert "本社区没有登记单元" in bare
    build_big(9, lived=False)
    empty = browser.get("/patches/redraw").content.decode()
    assert "本社区没有登记住户" in empty
    for page in (bare, empty):
        assert 'href="/imports"' in page
        assert "按标准划分" not in page
        assert "约需划" not in page


def test_somebody_elses_change_is_not_overwritten() -> None:
    build_big(9)
    plan = start()
    actions.split_patch(actor("head"), ref=plan.ref, edition=1, number=1, at=MONDAY)
    with pytest.raises(Conflict, match="in the meantime"):
        actions.merge_patches(actor("street"), ref=plan.ref, edition=1, number=2, into=1, at=MONDAY)
    with pytest.raises(Conflict, match="open already"):
        start()


def test_a_dropped_proposal_changes_nothing() -> None:
    build_big(9)
    plan = start()
    actions.drop_plan(actor("head"), ref=plan.ref, edition=1, at=MONDAY)
    assert queries.patches_at(COMMUNITY, at=MONDAY) == []
    with pytest.raises(Conflict, match="closed already"):
        actions.drop_plan(actor("head"), ref=plan.ref, edition=1, at=MONDAY)
    start()


def test_a_patch_without_an_officer_is_not_published() -> None:
    build_big(9)
    plan = start()
    actions.name_in_plan(actor("head"), ref=plan.ref, edition=1, number=1, people={"A": ""}, at=MONDAY)
    with pytest.raises(RuleBroken, match="Patch 1 has no officer"):
        publish()
    head = accounts.account_named("window3")
    assert head is not None
    actions.name_in_plan(actor("head"), ref=plan.ref, edition=2, number=1, people={"A": head.ref}, at=MONDAY)
    publish()
    assert queries.patches_at(COMMUNITY, at=MONDAY)[0].a is not None


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        (lambda: None, "no stairwell"),
        (lambda: build_big(2, lived=False), "Nobody lives"),
    ],
)
def test_a_community_with_nothing_to_divide_is_told_so(ground: Callable[[], object], words: str) -> None:
    ground()
    with pytest.raises(RuleBroken, match=words):
        start()


def test_a_community_without_coordinates_is_divided_and_told_so() -> None:
    build_big(25, on_map=False)
    plan = start()
    assert sizes(plan) == [300, 300, 300]
    assert "no_coordinates" in {note["why"] for note in plan.notes}


def test_a_stairwell_over_the_maximum_is_a_patch_of_its_own_and_named() -> None:
    build_big(1, units=1, doors=450)
    plan = start()
    assert sizes(plan) == [450]
    assert {note["why"] for note in plan.notes} & {"over_alone"}


def test_a_building_without_a_stairwell_is_named() -> None:
    build_big(2)
    compound = Compound.objects.get(division_code=COMMUNITY)
    Building.objects.create(division_code=COMMUNITY, compound=compound, number="77", floors=1)
    assert queries.ground_of(COMMUNITY, at=MONDAY).bare == [("大院新村", "77")]


@pytest.mark.parametrize(
    ("from_on", "words"), [(TODAY - timedelta(days=1), "at the earliest"), (date(2028, 1, 1), "a year ahead")]
)
def test_a_change_never_reaches_back_nor_far_ahead(from_on: date, words: str) -> None:
    build_big(9)
    start()
    publish(BEGAN)
    start(as_is=True)
    with pytest.raises(RuleBroken, match=words):
        publish(from_on)


def test_reach_and_role_decide_who_may() -> None:
    build_big(9)
    for who in ("siblinghead", "nextstreet"):
        with pytest.raises(NotFound):
            actions.start_plan(actor(who), division_code=COMMUNITY, from_on=TODAY, at=MONDAY)
    for who in ("window", "district", "city"):
        with pytest.raises(NotAllowed):
            actions.start_plan(actor(who), division_code=COMMUNITY, from_on=TODAY, at=MONDAY)
    plan = start()
    with pytest.raises(NotFound):
        actions.drop_plan(actor("siblinghead"), ref=plan.ref, edition=1, at=MONDAY)
    for code in (DISTRICT, NEXT_COMMUNITY, SIBLING):
        with pytest.raises((NotFound, RuleBroken)):
            actions.start_plan(actor("street"), division_code=code, from_on=TODAY, at=MONDAY)


def test_an_officer_changes_from_a_day_on_and_the_one_before_stays_on_record() -> None:
    build_big(9)
    patch, *_ = begin(1)
    name(patch, "window")
    new = accounts.account_named("window3")
    assert new is not None
    actions.name_officer(actor("head"), patch_ref=patch.ref, side="A", account_ref=new.ref, from_on=TOMORROW, at=MONDAY)
    today, tomorrow = (queries.patch(patch.ref, at=MONDAY + timedelta(days=day)) for day in (0, 1))
    assert today is not None
    assert tomorrow is not None
    assert today.a is not None
    assert tomorrow.a is not None
    assert (today.a.name, tomorrow.a.name) == ("沈晓岚", "陆建明")
    entry = Entry.objects.get(verb="officer.name")
    assert entry.changes["side"] == "A"
    actions.name_officer(actor("head"), patch_ref=patch.ref, side="A", account_ref="", from_on=TODAY, at=MONDAY)
    assert Officer.objects.filter(patch=patch, to_on=None).count() == 0


def test_nobody_is_officer_and_deputy_at_once_or_from_elsewhere() -> None:
    build_big(9)
    patch, *_ = begin(1)
    name(patch, "window")
    for who, words in (("window", "other side"), ("sibling", "works in this station")):
        account = accounts.account_named(who)
        assert account is not None
        with pytest.raises(RuleBroken, match=words):
            actions.name_officer(
                actor("head"), patch_ref=patch.ref, side="B", account_ref=account.ref, from_on=TODAY, at=MONDAY
            )
    with pytest.raises(RuleBroken, match="today or later"):
        actions.name_officer(actor("head"), patch_ref=patch.ref, side="B", account_ref="", from_on=BEGAN, at=MONDAY)


def test_twenty_thousand_households_are_divided_too() -> None:
    rows = [
        Stairwell(place, place // 3, 0, str(place % 3 + 1), 120.3 + slab % 15 * 8e-4, 31.6 + slab // 15 * 4e-4, 37, 2)
        for place in range(540)
        for slab in [place // 3]
    ]
    drawing = draw(rows, target=300, tolerance=0.2, most=400)
    assert sum(patch.households for patch in drawing.patches) == 19_980
    assert all(240 <= patch.households <= 360 for patch in drawing.patches)
