"""The month of a patch: who counts, who is due, which walk goes to the phone, and which reasons hold."""

from datetime import date, timedelta
from random import Random

import pytest

from tests import cast
from tests.registry.town import Town
from tests.visits.conftest import AT, DAY, Went, find
from yimen.access.queries import account_named
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.orgs.actions import mark_absent
from yimen.orgs.models import Norm
from yimen.patches import queries as standing
from yimen.patches.models import Patch, Placement
from yimen.registry.models import Building, Compound, Dwelling, Stairwell
from yimen.trail.models import Entry
from yimen.visits.actions import folding
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.goals import answer_goal, ask_goal, name_gap
from yimen.visits.actions.walking import send_walk
from yimen.visits.models import Gap, Goal, Touched, Visit, Walk
from yimen.visits.queries.coverage import coverage
from yimen.visits.queries.patch import Month, doors_of, goals_of, month_of, patches_for
from yimen.visits.queries.pressing import pressing_of
from yimen.visits.rules.planning import Why, plan
from yimen.visits.views import patch as views

pytestmark = pytest.mark.django_db


def found_patch(patch: Patch) -> standing.Standing:
    found = standing.patch(patch.ref, at=AT)
    assert found is not None
    return found


def month(patch: Patch) -> Month:
    return month_of(
        doors_of(found_patch(patch), day=DAY), goal=goals_of([patch.id], first=DAY.replace(day=1))[patch.id]
    )


def test_distinct_households_count_at_any_hour_at_the_door_or_by_phone(patches: list[Patch], went: Went) -> None:
    went("12-1-301", at=AT - timedelta(days=3))
    went("12-1-301", at=AT.replace(hour=21))
    went("12-1-302", outcome="not_home")
    found = month(patches[0])
    assert (found.households, found.reached, found.goal) == (2, 1, 30)
    went("12-1-302", outcome="phone", at=AT.replace(hour=22))
    assert month(patches[0]).reached == 2


def test_the_norm_is_the_city_s_row_of_that_month(patches: list[Patch]) -> None:
    Norm.objects.create(name="visits_a_month", value=25, document="试行办法", from_on=DAY.replace(day=1))
    assert month(patches[0]).goal == 25
    assert goals_of([patches[0].id], first=date(2026, 10, 1)) == {patches[0].id: 30}


def test_a_visit_of_last_month_does_not_count_in_this_one(patches: list[Patch], went: Went) -> None:
    went("12-1-301", at=AT - timedelta(days=20))
    assert month(patches[0]).reached == 0


def test_must_visits_are_due_until_reached_or_explained(town: Town, patches: list[Patch], went: Went) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    assert (month(patches[1]).must, month(patches[1]).must_reached) == (1, 0)
    name_gap(cast.actor("window2"), dwelling_ref=town.door("3-2-502"), month=DAY, reason="hospital", note="", at=AT)
    assert month(patches[1]).gaps == 1
    went("3-2-502", who="window2")
    assert (month(patches[1]).must_reached, month(patches[1]).gaps) == (1, 0)


def test_a_reason_is_named_for_this_month_or_the_last_and_other_in_words(town: Town, patches: list[Patch]) -> None:
    window, door = cast.actor("window"), town.door("3-2-502")
    for said_month, reason, note in ((date(2026, 9, 1), "away", ""), (DAY, "lazy", ""), (DAY, "other", " ")):
        with pytest.raises(RuleBroken):
            name_gap(window, dwelling_ref=door, month=said_month, reason=reason, note=note, at=AT)
    name_gap(window, dwelling_ref=door, month=date(2026, 10, 1), reason="away", note="", at=AT)
    again = name_gap(window, dwelling_ref=door, month=date(2026, 10, 20), reason="family", note="", at=AT)
    assert (again.month, again.reason) == (date(2026, 10, 1), "family")
    assert Entry.objects.filter(verb="gap.name").count() == 2


def test_a_goal_asked_for_without_a_reason_leaves_its_form_open(patches: list[Patch]) -> None:
    said = {"patch": patches[0].ref, "month": "2026-11", "households": "20", "reason": ""}
    answer = cast.client_for("head").post("/my-patch/goal", said)
    assert answer.status_code == 422
    assert '<details class="more" open>' in answer.content.decode()


def test_a_patch_gets_another_goal_when_the_street_says_so(patches: list[Patch]) -> None:
    head, street, first = cast.actor("head"), cast.actor("street"), DAY.replace(day=1)
    for said_month, households, reason in ((date(2026, 10, 1), 20, "x"), (DAY, 0, "x"), (DAY, 301, "x"), (DAY, 20, "")):
        with pytest.raises(RuleBroken):
            ask_goal(head, patch_ref=patches[0].ref, month=said_month, households=households, reason=reason, at=AT)
    asked = ask_goal(head, patch_ref=patches[0].ref, month=DAY, households=20, reason="新楼多，老人少", at=AT)
    assert month(patches[0]).goal == 30
    with pytest.raises(RuleBroken):
        ask_goal(head, patch_ref=patches[0].ref, month=DAY, households=25, reason="再要", at=AT)
    with pytest.raises(NotAllowed):
        answer_goal(head, ref=asked.ref, approve=True, at=AT)
    with pytest.raises(NotFound):
        answer_goal(cast.actor("nextstreet"), ref=asked.ref, approve=True, at=AT)
    answer_goal(street, ref=asked.ref, approve=True, at=AT)
    for code in (patches[0].code, cast.COMMUNITY, cast.CITY):  # coverage follows at once, up to the city
        least = {patches[0].code: 20}.get(code, 50)
        assert coverage(cast.actor("city"), code, first).now["goal"] == least
    with pytest.raises(RuleBroken):
        answer_goal(street, ref=asked.ref, approve=False, at=AT)
    assert (month(patches[0]).goal, month(patches[1]).goal) == (20, 30)
    assert Goal.objects.get().month == first
    assert [one.verb for one in Entry.objects.filter(verb__startswith="goal.").order_by("id")] == [
        "goal.ask",
        "goal.answer",
    ]


def test_the_due_doors_of_chosen_stairwells_become_a_walk_from_the_top_down(town: Town, patches: list[Patch]) -> None:
    window = cast.actor("window")
    well = Stairwell.objects.get(division_code=cast.COMMUNITY, building__number="12", number="1")
    other = Stairwell.objects.get(division_code=cast.COMMUNITY, building__number="12", number="2")
    for chosen in ((), (other.id,)):  # nobody lives behind the other
        with pytest.raises(RuleBroken):
            send_walk(window, patch_ref=patches[0].ref, stairwells=chosen, at=AT)
    send_walk(window, patch_ref=patches[0].ref, stairwells=[well.id], at=AT)
    walk = send_walk(window, patch_ref=patches[0].ref, stairwells=[well.id], at=AT)
    assert len(walk.dwellings) == 2
    assert Walk.objects.count() == 1
    with pytest.raises(NotFound):
        send_walk(cast.actor("sibling"), patch_ref=patches[0].ref, stairwells=[well.id], at=AT)


def test_one_s_own_patches_come_first_and_the_head_sees_all(patches: list[Patch]) -> None:
    assert [one.number for one in patches_for(cast.actor("window2"), at=AT)] == [2, 1]
    assert [one.number for one in patches_for(cast.actor("head"), at=AT)] == [1, 2]
    assert patches_for(cast.actor("sibling"), at=AT) == []


def test_an_officer_who_is_away_still_opens_the_own_patch_first(patches: list[Patch]) -> None:
    account = account_named("window2")
    assert account is not None
    mark_absent(
        cast.actor("head"), account_ref=account.ref, reason="leave", from_at=AT, to_at=AT + timedelta(days=3), at=AT
    )
    assert [one.number for one in patches_for(cast.actor("window2"), at=AT + timedelta(hours=1))] == [2, 1]
    assert [one.number for one in patches_for(cast.actor("window"), at=AT + timedelta(hours=1))] == [1, 2]


def test_only_must_visits_are_red_from_the_20th(
    town: Town, patches: list[Patch], monkeypatch: pytest.MonkeyPatch
) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    late = AT.replace(year=2027, month=1, day=24)  # a year after the patches began
    monkeypatch.setattr(views, "asked_at", lambda _request: late)
    page = cast.client_for("window").get(f"/my-patch?patch={patches[1].ref}").content.decode()
    assert page.count('class="tag tag-late"') == 1
    page = cast.client_for("window").get(f"/my-patch?patch={patches[0].ref}").content.decode()
    assert 'class="tag tag-late"' not in page
    assert page.count('class="tag tag-soon"') == 2


def test_the_stairwells_tell_the_room_below_what_lies_on_them(town: Town, patches: list[Patch], went: Went) -> None:
    from tests.visits.conftest import find
    from yimen.patches.queries.sources import load_of

    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    well = Stairwell.objects.get(division_code=cast.COMMUNITY, building__number="3", number="2").id
    assert load_of(cast.COMMUNITY, AT).vulnerable == {well: 1} == load_of(cast.COMMUNITY, AT).visits
    find(went("3-2-502", who="window2"), "need", {"words": "助餐"})
    told = load_of(cast.COMMUNITY, AT)
    assert (told.vulnerable, told.visits, told.work) == ({well: 1}, {}, {well: 1})


@pytest.mark.parametrize("seed", range(6))
def test_the_workbench_s_short_month_is_the_month_of_the_patch(
    town: Town, patches: list[Patch], went: Went, seed: int
) -> None:
    dice = Random(seed)
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    doors = [one.door for patch in patches for one in doors_of(found_patch(patch), day=DAY)]
    for _visit in range(dice.randrange(6)):
        outcome = dice.choice(["met", "phone", "not_home"])
        went(dice.choice(doors), at=AT - timedelta(days=dice.choice([1, 20, 400, 500])), outcome=outcome)
    months = dice.choice([1, 12, 14])
    if dice.random() < 0.5:
        gap = Gap(division_code=cast.COMMUNITY, month=DAY.replace(day=1), reason="hospital", by_name="x", at=AT)
        gap.dwelling_id = Dwelling.objects.get(division_code=cast.COMMUNITY, door=dice.choice(doors)).id
        gap.save()
    for patch in patches:
        every = doors_of(found_patch(patch), day=DAY)
        refs = {one.household.dwelling: one.ref for one in every}
        dues = plan((one.household for one in every), goal=0, first=DAY.replace(day=1), unseen_months=months)
        pressing = [refs[due.household.dwelling] for due in dues if due.why <= Why.TOO_LONG]
        whole = month(patch)
        for most in (1, 2, 5):
            short = pressing_of(found_patch(patch), day=DAY, unseen_months=months, most=most)
            assert [one.ref for one in short.pressing] == pressing[:most]
            assert (short.reached, short.must, short.must_reached) == (whole.reached, whole.must, whole.must_reached)


def test_the_words_of_a_reason_are_shown_with_it_and_stay_where_it_was_refused(
    town: Town, patches: list[Patch]
) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=now())
    client, door = cast.client_for("window2"), town.door("3-2-502")
    assert f'&amp;door={door}#d-{door}">' in client.get("/my-patch").content.decode()
    asked = client.get("/my-patch", {"door": door}).content.decode()
    assert (f'<label for="f-note-{door}">' in asked, asked.count("/my-patch/gap")) == (True, 1)
    form = {"patch": patches[1].ref, "dwelling": door, "reason": "other", "note": " "}
    refused = client.post("/my-patch/gap", form)
    page = refused.content.decode()
    assert (refused.status_code, f'href="#f-note-{door}"' in page) == (422, True)
    assert 'value="other" selected' in page
    assert client.post("/my-patch/gap", form | {"note": "住院陪护去了"}).status_code == 302
    said = client.get("/my-patch").content.decode().partition('id="h-gaps"')[2].partition("</section>")[0]
    assert "住院陪护去了" in said


def test_doors_are_named_with_their_compound_where_a_page_tells_of_several(
    town: Town, patches: list[Patch], went: Went
) -> None:
    well = Stairwell.objects.get(division_code=cast.COMMUNITY, building__number="3", number="2")
    Placement.objects.filter(stairwell=well).update(patch=patches[0])
    at = now()
    for door in ("12-1-301", "3-2-502"):
        find(went(door, at=at), "need", {"words": "x"})
    client = cast.client_for("window")
    pages = ("/my-patch", "/visits", "/journal", "/findings")
    assert [page for page in pages if "广瑞一村 12-1-301" in client.get(page).content.decode()] == []
    other = Compound.objects.create(division_code=cast.COMMUNITY, name="广瑞别苑")
    Building.objects.filter(division_code=cast.COMMUNITY, number="12").update(compound=other)
    for page in pages:
        said = client.get(page).content.decode()
        assert "广瑞别苑 12-1-30" in said, page
        assert page == "/my-patch" or "广瑞一村 3-2-502" in said, page
    assert (
        "广瑞别苑 12-1-301"
        in client.get(f"/visits/{Visit.objects.filter(dwelling__door='12-1-301')[0].ref}").content.decode()
    )


def test_a_goal_answered_in_a_later_month_is_told_by_that_month_too(patches: list[Patch]) -> None:
    head, street, later = cast.actor("head"), cast.actor("street"), AT + timedelta(days=20)
    asked = ask_goal(head, patch_ref=patches[0].ref, month=DAY, households=20, reason="新楼多", at=AT)
    answer_goal(street, ref=asked.ref, approve=True, at=later)
    assert [coverage(street, patches[0].code, date(2026, month, 1)).now["goal"] for month in (11, 12)] == [20, 20]


def test_a_goal_is_answered_also_while_coverage_is_being_counted(
    patches: list[Patch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "_TRY", "select not pg_try_advisory_xact_lock(%s)")
    asked = ask_goal(cast.actor("head"), patch_ref=patches[0].ref, month=DAY, households=20, reason="新楼多", at=AT)
    answer_goal(cast.actor("street"), ref=asked.ref, approve=True, at=AT)
    assert Goal.objects.get().answer == "approved"
    assert Touched.objects.filter(division_code=cast.COMMUNITY).exists()  # the fold of the minute sees to it
