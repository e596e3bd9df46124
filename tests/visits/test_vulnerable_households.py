"""Must-visit households follow the register at once, and past months keep their list."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast
from tests.patches.conftest import begin
from tests.registry.town import Town, build_town
from tests.visits.conftest import twin_door
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.registry import actions as registry
from yimen.registry.models import Dwelling, Residence, Resident, Trait
from yimen.trail import outbox
from yimen.trail.models import Entry
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.actions.folding import fold, fold_communities
from yimen.visits.actions.marking import mark, unmark
from yimen.visits.actions.ruling import set_rule
from yimen.visits.models import Monthly, VulnerableHousehold
from yimen.visits.rules.vulnerable import DEFAULT, Person, groups_of

pytestmark = pytest.mark.django_db
AT = cast.MONDAY
DAY = AT.date()


def groups_at(door: str, on: date = DAY) -> list[str] | None:
    """What the list says of a door on a day."""
    rows = VulnerableHousehold.objects.filter(
        dwelling__door=door, division_code=cast.COMMUNITY, is_marked=False, from_on__lte=on
    )
    found = [row for row in rows if row.to_on is None or row.to_on > on]
    assert len(found) <= 1
    return found[0].groups if found else None


def settle_events() -> None:
    """The worker delivers what was recorded."""
    while outbox.deliver(at=AT):
        continue


def test_a_community_is_found_by_the_default_and_a_second_look_changes_nothing(town: Town) -> None:
    assert find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT) == 1
    assert groups_at("3-2-502") == ["old", "alone"]  # 80 and 77, alone
    assert groups_at("12-1-301") is None  # somebody of 36 lives there too
    assert find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT) == 0
    assert Entry.objects.filter(verb="vulnerable.find").count() == 1


def test_the_form_for_marking_is_one_tap_from_the_top_for_who_may_mark(town: Town) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    page = cast.client_for("head").get("/vulnerable").content.decode()
    assert page.index('href="#mark"') < page.index("3-2-502") < page.index('id="mark"')
    assert 'href="#mark"' not in cast.client_for("street").get("/vulnerable").content.decode()


def must() -> int:
    """Must-visit households of the community in this month's coverage."""
    return Monthly.objects.get(code=cast.COMMUNITY, month=DAY.replace(day=1)).must


def test_the_sums_follow_a_mark_by_hand_and_its_end_with_the_delivery_of_the_entry(town: Town) -> None:
    begin()
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    settle_events()
    fold(SYSTEM, at=AT)
    before = must()
    made = mark(
        cast.actor("head"),
        dwelling_ref=town.door("12-1-302"),
        reason="刚出院",
        until=DAY + timedelta(days=9),
        at=AT,
    )
    settle_events()
    assert must() == before + 1
    unmark(cast.actor("head"), ref=made.ref, at=AT)
    settle_events()
    assert must() == before


def test_the_sums_follow_what_the_rule_finds_with_the_next_fold(town: Town) -> None:
    begin()
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=DAY.replace(day=1), at=AT)
    assert must() == 0
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    fold(SYSTEM, at=AT)
    assert must() == 1
    VulnerableHousehold.objects.update(to_on=DAY)
    fold(SYSTEM, at=AT)
    assert must() == 0


def test_a_trait_puts_the_household_on_the_list_within_one_delivery_and_its_end_takes_it_off(town: Town) -> None:
    settle_events()
    window, ref = cast.actor("window"), town.people["买买提·吐尔逊"].ref
    registry.set_trait(window, ref=ref, kind="is_dibao", value="true", source="CIV", evidence="matched", on=DAY, at=AT)
    settle_events()
    assert groups_at("12-1-302") == ["allowance"]
    VulnerableHousehold.objects.update(from_on=DAY - timedelta(days=40))
    registry.end_trait(window, ref=ref, kind="is_dibao", on=DAY, at=AT)
    settle_events()
    assert groups_at("12-1-302") is None
    assert groups_at("12-1-302", DAY - timedelta(days=1)) == ["allowance"]  # the past stays readable


def test_a_death_and_a_move_change_the_doors_they_touch(town: Town) -> None:
    settle_events()
    head = cast.actor("head")
    assert groups_at("3-2-502") == ["old", "alone"]
    registry.move(head, ref=town.people["单雄信"].ref, dwelling_ref=town.door("3-2-502"), on=DAY, at=AT)
    settle_events()
    assert groups_at("3-2-502") == ["old"]
    said = {"died_on": DAY.isoformat()}
    registry.correct(head, ref=town.people["张国富"].ref, values=said, source="desk", evidence="seen", at=AT)
    settle_events()
    assert groups_at("3-2-502") is None


def test_a_merge_is_heard_too(town: Town) -> None:
    settle_events()
    one, other = town.people["单雄信"], town.people["买买提·吐尔逊"]
    registry.set_trait(
        cast.actor("window"), ref=other.ref, kind="is_dibao", value="true", source="CIV", evidence="matched", on=DAY,
        at=AT,
    )  # fmt: skip
    settle_events()
    assert groups_at("12-1-302") == ["allowance"]
    registry.merge(cast.actor("head"), keep_ref=one.ref, merge_ref=other.ref, reason="同一人", at=AT)
    settle_events()
    assert groups_at("12-1-302") is None
    assert groups_at("3-1-101") == ["allowance"]


def test_a_birthday_counts_on_its_day(town: Town) -> None:
    Resident.objects.filter(ref=town.people["陈桂芬"].ref).update(birth_on=date(1946, 11, 17))
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    assert groups_at("12-1-301") is None
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT + timedelta(days=1))
    assert groups_at("12-1-301", DAY + timedelta(days=1)) == ["old"]


def test_a_new_rule_changes_the_list_from_its_day_and_leaves_what_was(town: Town) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    VulnerableHousehold.objects.update(from_on=DAY - timedelta(days=60))
    city = cast.actor("city")
    set_rule(city, groups=["old"], limits={"old": "85"}, from_on=DAY, document="锡民〔2026〕8号", at=AT)
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    assert groups_at("3-2-502") is None
    assert groups_at("3-2-502", DAY - timedelta(days=30)) == ["old", "alone"]
    entry = Entry.objects.get(verb="rule.set")
    assert (entry.division_code, entry.note) == (cast.CITY, "锡民〔2026〕8号")


def test_a_rule_is_refused_for_the_past_without_a_document_and_to_all_but_the_city(town: Town) -> None:
    city = cast.actor("city")
    said = {"groups": ["old"], "limits": {"old": "80"}, "at": AT}
    with pytest.raises(RuleBroken):
        set_rule(city, from_on=DAY - timedelta(days=1), document="文", **said)  # type: ignore[arg-type]  # a form's values
    with pytest.raises(RuleBroken):
        set_rule(city, from_on=DAY, document=" ", **said)  # type: ignore[arg-type]  # a form's values
    with pytest.raises(NotAllowed):
        set_rule(cast.actor("head"), from_on=DAY, document="文", **said)  # type: ignore[arg-type]  # a form's values


def test_a_household_is_marked_with_reason_and_end_once(town: Town) -> None:
    window, door = cast.actor("window"), town.door("12-1-302")
    for reason, until in (("", DAY + timedelta(days=9)), ("刚出院", DAY), ("刚出院", DAY + timedelta(days=400))):
        with pytest.raises(RuleBroken):
            mark(window, dwelling_ref=door, reason=reason, until=until, at=AT)
    made = mark(window, dwelling_ref=door, reason="刚出院，子女在外", until=DAY + timedelta(days=60), at=AT)
    with pytest.raises(RuleBroken):
        mark(window, dwelling_ref=door, reason="再标", until=DAY + timedelta(days=60), at=AT)
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    assert VulnerableHousehold.objects.get(id=made.id).to_on == DAY + timedelta(days=60)
    with pytest.raises(NotFound):
        unmark(cast.actor("sibling"), ref=made.ref, at=AT)
    unmark(window, ref=made.ref, at=AT)
    with pytest.raises(NotFound):
        unmark(window, ref=made.ref, at=AT)
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="vulnerable.").order_by("id")] == [
        "vulnerable.mark",
        "vulnerable.find",
        "vulnerable.unmark",
    ]


def test_what_the_rule_finds_is_not_unmarked(town: Town) -> None:
    find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
    row = VulnerableHousehold.objects.filter(is_marked=False).first()
    assert row is not None
    with pytest.raises(RuleBroken):
        unmark(cast.actor("head"), ref=row.ref, at=AT)


_FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{
            kind: st.booleans()
            for kind in (
                *("is_dibao", "is_low_income_any", "no_labour_capacity", "no_income_source", "no_able_supporter"),
                *("has_severe_mental_disorder", "has_mental_or_intellectual_disability", "has_serious_illness"),
                *("is_child_without_care", "only_child_dead_or_disabled"),
            )
        },
        "disability_level": st.integers(1, 4),
    },
)
_PEOPLE = st.lists(st.tuples(st.none() | st.dates(date(1930, 1, 1), date(2026, 1, 1)), _FACTS), max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_PEOPLE)
def test_the_database_finds_whom_the_rule_in_plain_python_names(
    people: list[tuple[date | None, dict[str, object]]],
) -> None:
    from django.db import transaction

    with transaction.atomic():
        town = build_town()
        dwelling = Dwelling.objects.get(ref=town.door("12-2-501"))
        for birth_on, facts in people:
            _live(dwelling, birth_on, facts)
        find_in_community(SYSTEM, division_code=cast.COMMUNITY, at=AT)
        wanted = groups_of([Person(*one) for one in people], DEFAULT, DAY)
        assert tuple(groups_at("12-2-501") or ()) == wanted
        transaction.set_rollback(True)


def _live(dwelling: Dwelling, birth_on: date | None, facts: dict[str, object]) -> UUID:
    resident = Resident.objects.create(
        division_code=cast.COMMUNITY, name="某", sort_key="mou", birth_on=birth_on, source="POP", as_of_on=DAY,
        created_at=AT,
    )  # fmt: skip
    shared = {"division_code": cast.COMMUNITY, "resident": resident, "source": "POP", "as_of_on": DAY}
    Residence.objects.create(dwelling=dwelling, kind="living", from_on=DAY - timedelta(days=90), **shared)
    for kind, value in facts.items():
        Trait.objects.create(kind=kind, value=value, evidence="matched", from_on=DAY - timedelta(days=90), **shared)
    return resident.id


def test_all_that_is_wrong_with_a_mark_by_hand_is_said_at_once(db: None) -> None:
    town = build_town()
    twin_door("广瑞别苑")
    client, form = cast.client_for("window"), {"door": "3-502", "reason": " ", "until": "2020-01-01"}
    refused = client.post("/vulnerable/mark", form)
    page = refused.content.decode()
    assert (refused.status_code, "有 3 处要改" in page) == (422, True)
    for field in ("dwelling", "reason", "until"):
        assert f'href="#f-{field}"' in page, field
    assert "广瑞别苑3号楼2单元502室" in page
    meant = form | {"dwelling": town.door("3-2-502"), "reason": "独自在家"}
    page = client.post("/vulnerable/mark", meant).content.decode()
    assert 'href="#f-until"' in page
    assert f'value="{town.door("3-2-502")}" selected' in page, "the door that was chosen stays chosen"
    until = (now() + timedelta(days=9)).date().isoformat()
    assert client.post("/vulnerable/mark", meant | {"until": until}).status_code == 302
    page = client.post("/vulnerable/mark", {"door": "77-1-101", "reason": "", "until": ""}).content.decode()
    assert all(f'href="#f-{field}"' in page for field in ("door", "reason", "until"))
