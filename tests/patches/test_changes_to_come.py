"""What is published or named for a day to come, and what comes after it."""

from datetime import date, timedelta

import pytest

from tests.cast import COMMUNITY, MONDAY, actor, client_for
from tests.patches.big import build_big
from tests.patches.conftest import BEGAN
from tests.patches.proposing import TODAY, TOMORROW, again, publish, start
from yimen.access import queries as accounts
from yimen.core.clock import local, now
from yimen.core.errors import RuleBroken
from yimen.patches import actions, queries
from yimen.patches.forms import written_ticks
from yimen.patches.models import Officer, Patch, Publication
from yimen.patches.queries.plans import publications, waiting, what_became

pytestmark = pytest.mark.django_db


def merged(number: int, into: int, from_on: date, *replacing: Publication) -> Publication:
    """A division with two patches made one, published."""
    plan = start(as_is=True)
    head, refs = actor("head"), [one.ref for one in replacing]
    actions.merge_patches(head, ref=plan.ref, edition=1, number=number, into=into, at=MONDAY)
    return actions.publish_plan(head, ref=plan.ref, edition=2, from_on=from_on, replacing=refs, at=MONDAY)


def numbers(on: date) -> set[int]:
    return set(queries.division_on(COMMUNITY, on=on).values())


def test_what_waits_for_a_day_to_come_is_replaced_only_knowingly_and_undo_brings_it_back() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    later, last = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
    first = merged(3, 2, later)
    with pytest.raises(RuleBroken, match=f"From {later} a division published on {TODAY} by .* is waiting"):
        merged(2, 1, TOMORROW)
    plan = again()
    actions.drop_plan(actor("head"), ref=plan.ref, edition=plan.edition, at=MONDAY)
    second = merged(2, 1, TOMORROW, first)
    assert (numbers(TODAY), numbers(TOMORROW), numbers(last)) == ({1, 2, 3}, {1, 3}, {1, 3})
    assert waiting(COMMUNITY, on=TODAY) == [second]
    actions.undo_publication(actor("head"), ref=second.ref, at=MONDAY)
    assert (numbers(TODAY), numbers(TOMORROW), numbers(later)) == ({1, 2, 3}, {1, 2, 3}, {1, 2})
    back = waiting(COMMUNITY, on=TODAY)
    assert [(one.from_on, one.plan_id) for one in back] == [(later, first.plan_id)]
    actions.undo_publication(actor("head"), ref=back[0].ref, at=MONDAY + timedelta(minutes=1))
    assert (numbers(last), waiting(COMMUNITY, on=TODAY)) == ({1, 2, 3}, [])


def named(side: str, number: int, username: str, from_on: date) -> str:
    """Somebody is to take over a side of a patch by hand; the account's ref."""
    account = accounts.account_named(username)
    assert account is not None
    patch = Patch.objects.get(division_code=COMMUNITY, number=number)
    actions.name_officer(
        actor("head"), patch_ref=patch.ref, side=side, account_ref=account.ref, from_on=from_on, at=MONDAY
    )
    return account.ref


def line(number: int, side: str = "A") -> list[tuple[str, date, date | None]]:
    """Who holds a side of a patch, from the first day to the last."""
    rows = Officer.objects.filter(division_code=COMMUNITY, patch__number=number, side=side).order_by("from_on")
    return [(row.account.username, row.from_on, row.to_on) for row in rows.select_related("account")]


def test_a_change_of_officer_for_a_day_to_come_outlives_a_division_that_names_the_same_officer() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    first, after = line(1)[0][0], TODAY + timedelta(days=10)
    new = next(one for one in ("window", "window2", "window3", "window4") if one not in (first, line(1, "B")[0][0]))
    named("A", 1, new, after)
    merged(3, 2, TOMORROW)  # before the change
    assert line(1) == [(first, BEGAN, after), (new, after, None)]
    merged(2, 1, after + timedelta(days=5))  # and after it, from a proposal that names who it is today
    assert line(1) == [(first, BEGAN, after), (new, after, None)]


def test_a_division_that_names_another_officer_asks_before_it_writes_over_such_a_change() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    first, after = line(1)[0][0], TODAY + timedelta(days=10)
    free = [one for one in ("window", "window2", "window3", "window4") if one not in (first, line(1, "B")[0][0])]
    named("A", 1, free[0], after)
    other = accounts.account_named(free[1])
    assert other is not None
    plan = start(as_is=True)
    actions.name_in_plan(actor("head"), ref=plan.ref, edition=1, number=1, people={"A": other.ref}, at=MONDAY)
    with pytest.raises(RuleBroken, match=f"From {after} .* takes over patch 1") as refused:
        publish(TOMORROW)
    assert refused.value.field == "replacing"
    coming = Officer.objects.get(from_on=after)
    actions.publish_plan(actor("head"), ref=plan.ref, edition=2, from_on=TOMORROW, replacing=[coming.ref], at=MONDAY)
    assert line(1) == [(first, BEGAN, TOMORROW), (free[1], TOMORROW, None)]


def test_the_page_asks_for_a_tick_beside_what_would_be_lost_and_beside_what_changes_nothing() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    at = now()
    day = local(at).date() + timedelta(days=10)
    first = line(1)[0][0]
    new = next(one for one in ("window", "window2", "window3", "window4") if one not in (first, line(1, "B")[0][0]))
    named("A", 1, new, day)
    plan = actions.start_plan(actor("head"), division_code=COMMUNITY, from_on=local(at).date(), as_is=True, at=at)
    browser = client_for("head")
    page = browser.get("/patches/redraw").content.decode()
    assert f'name="replacing" value="{Officer.objects.get(from_on=day).ref}"' in page
    form = {"edition": "1", "from_on": local(at).date().isoformat()}
    refused = browser.post(f"/patches/redraw/{plan.ref}/publish", form)
    assert (refused.status_code, 'href="#f-same"' in refused.content.decode()) == (422, True)
    assert 'name="same"' in refused.content.decode()
    assert browser.post(f"/patches/redraw/{plan.ref}/publish", form | {"same": "1"}).status_code == 302


def test_four_hundred_ticked_stairwells_make_the_page_no_longer_than_a_few() -> None:
    wells = build_big(200)  # two stairwells each
    start(as_is=True)
    browser = client_for("head")
    few = browser.get("/patches/redraw", {"ticks": written_ticks(wells[:3], wells)})
    many = browser.get("/patches/redraw", {"ticks": written_ticks(wells, wells)})
    assert (few.content.decode().count(" checked"), many.content.decode().count(" checked")) == (3, len(wells))
    assert len(wells) >= 400
    assert len(many.content) < len(few.content) * 1.25 < 1_000_000
    assert browser.get("/patches/redraw", {"ticks": "zz"}).content.decode().count(" checked") == 0


def test_what_was_replaced_before_its_day_says_so_in_the_list() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    first = merged(3, 2, TODAY + timedelta(days=30))
    second = merged(2, 1, TOMORROW, first)
    begun = Publication.objects.get(from_on=BEGAN)
    listed = [(one.publication, one.replaced_by, one.undone_by) for one in what_became(publications(COMMUNITY))]
    assert listed == [(second, None, None), (first, second, None), (begun, None, None)]
    third = actions.undo_publication(actor("head"), ref=second.ref, at=MONDAY + timedelta(minutes=1))
    became = {one.publication.id: one for one in what_became(publications(COMMUNITY))}
    assert became[second.id].undone_by == third


def test_who_is_to_be_deputy_cannot_silently_become_both() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    first, after = line(1)[0][0], TODAY + timedelta(days=10)
    deputy = line(1, "B")[0][0]
    free = next(one for one in ("window", "window2", "window3", "window4") if one not in (first, deputy))
    ref = named("A", 1, free, after)
    plan = start(as_is=True)
    actions.name_in_plan(actor("head"), ref=plan.ref, edition=1, number=1, people={"B": ref}, at=MONDAY)
    with pytest.raises(RuleBroken, match="takes over patch 1"):
        publish(TOMORROW)
    replacing = [Officer.objects.get(from_on=after).ref]
    actions.publish_plan(actor("head"), ref=plan.ref, edition=2, from_on=TOMORROW, replacing=replacing, at=MONDAY)
    assert (line(1), line(1, "B")[-1]) == ([(first, BEGAN, None)], (free, TOMORROW, None))


def test_a_replaced_division_leaves_a_change_by_hand_and_takes_its_own_officers_with_it() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    later = TODAY + timedelta(days=30)
    first = line(1)[0][0]
    free = [one for one in ("window", "window2", "window3", "window4") if one not in (first, line(1, "B")[0][0])]
    plan = start(as_is=True)
    account = accounts.account_named(free[0])
    assert account is not None
    actions.name_in_plan(actor("head"), ref=plan.ref, edition=1, number=1, people={"A": account.ref}, at=MONDAY)
    waits = publish(later)
    named("A", 1, free[1], later + timedelta(days=10))
    merged(3, 2, TOMORROW, waits)
    assert line(1) == [(first, BEGAN, later + timedelta(days=10)), (free[1], later + timedelta(days=10), None)]


def test_what_changes_nothing_is_published_only_when_that_is_said() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    plan = start(as_is=True)
    with pytest.raises(RuleBroken, match="changes nothing"):
        publish(TODAY)
    actions.publish_plan(actor("head"), ref=plan.ref, edition=1, from_on=TODAY, is_same_meant=True, at=MONDAY)
    assert Publication.objects.count() == 2


def test_the_page_of_a_proposal_names_what_waits_and_asks_for_a_tick() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    at = now()
    head, day = actor("head"), local(at).date() + timedelta(days=30)
    plan = actions.start_plan(head, division_code=COMMUNITY, from_on=day, as_is=True, at=at)
    first = actions.publish_plan(head, ref=plan.ref, edition=1, from_on=day, is_same_meant=True, at=at)
    plan = actions.start_plan(head, division_code=COMMUNITY, from_on=day, as_is=True, at=at)
    browser, form = client_for("head"), {"edition": "1", "from_on": day.isoformat()}
    asked = f'name="replacing" value="{first.ref}"'
    assert asked in browser.get("/patches/redraw").content.decode()
    refused = browser.post(f"/patches/redraw/{plan.ref}/publish", form)
    assert (refused.status_code, asked in refused.content.decode()) == (422, True)
    assert browser.post(f"/patches/redraw/{plan.ref}/publish", form | {"replacing": first.ref}).status_code == 302


def test_what_is_published_for_a_later_day_replaces_nothing_that_waits_for_an_earlier_one() -> None:
    build_big(25)
    start()
    publish(BEGAN)
    first = merged(3, 2, TOMORROW)
    second = merged(2, 1, TOMORROW + timedelta(days=1))
    assert waiting(COMMUNITY, on=TODAY) == [first, second]
    assert numbers(TOMORROW) == {1, 2}
