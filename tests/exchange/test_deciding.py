"""What a clerk decides is kept, and what nobody decided on is never thrown away for nothing."""

from typing import Any

import pytest

from tests.cast import actor
from tests.exchange.bringing import HEADER, accepted, applied, name, number, people, previewed, shown, worked
from tests.registry.town import AT, Town
from yimen.access.models import Account
from yimen.core.errors import Conflict, RuleBroken
from yimen.exchange import actions
from yimen.exchange.models import Mapping
from yimen.registry import actions as registry
from yimen.registry.models import Resident


def test_an_order_that_would_only_refuse_what_waits_is_refused_and_everything_waits_on(town: Town) -> None:
    rows = [f"{name(at)},{number(at)},1540001{at:04},77-1-{at + 101}" for at in range(3)]
    made = previewed(*rows)
    assert made.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 3, "refused": 0}
    with pytest.raises(RuleBroken, match="3 rows") as refusal:
        actions.apply(actor("head"), ref=made.ref, at=AT)
    assert refusal.value.field == "accept_places"
    made.refresh_from_db()
    assert (made.state, made.counts["fixable"]) == ("ready", 3)
    accepted(made)
    assert applied(made).counts["new"] == 3


def test_an_order_without_a_decision_on_any_fix_names_the_fixes(town: Town) -> None:
    made = previewed(f"{name(1)},{number(1)},１５４０００００００１,3-1-502")
    with pytest.raises(RuleBroken) as refusal:
        actions.apply(actor("head"), ref=made.ref, at=AT)
    assert refusal.value.field == "accept_fixes"


def test_the_same_file_again_asks_nothing_and_changes_nothing(town: Town) -> None:
    rows = [f"{name(at)},{number(at)},１５４０００１０００{at},3-1-502" for at in range(4)]
    made = previewed(*rows)
    assert made.counts["fixable"] == 4
    accepted(made)
    assert applied(made).counts["new"] == 4
    again = previewed(*rows)
    assert again.counts == {"new": 0, "changed": 0, "same": 4, "fixable": 0, "refused": 0}
    assert not any(cell.fix for row in shown(again, "same") for cell in row.cells)


def test_a_column_that_was_left_out_is_left_out_the_next_time_too(town: Town) -> None:
    header = HEADER + ",摘要"
    rows = [f"{row},x" for row in people(2)]
    made = previewed(*rows, header=header)
    actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={}, at=AT)
    worked(made)
    assert Mapping.objects.get().fields["摘要"] == "ignored"
    again = previewed(*rows, header=header)
    last = again.plan["tables"][0]["columns"][-1]
    assert (last["field"], last["why"]) == ("ignored", "remembered")


def test_of_two_columns_with_one_header_the_one_taken_over_is_remembered(town: Town) -> None:
    header = HEADER + ",姓名"
    made = previewed(*[f"{row},x" for row in people(1)], header=header)
    actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={(0, 4): ""}, at=AT)
    worked(made)
    assert Mapping.objects.get().fields["姓名"] == "name"


@pytest.mark.parametrize("header", ["特征", "标签", "人员类别", "重点人群", "特殊群体", "人群特征", "关注类别"])
def test_a_department_may_head_its_column_of_traits_in_many_words(town: Town, header: str) -> None:
    old = town.people["张国富"]
    made = previewed(f"张国富,{old.number},低保", who="dept", header=f"姓名,身份证号,{header}")
    assert made.counts["changed"] == 1, shown(made, "refused", "dept")


def test_a_column_whose_header_says_nothing_is_known_by_its_traits_and_asked_about(town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(f"张国富,{old.number},低保、残疾", who="dept", header="姓名,身份证号,甲项")
    assert made.state == "mapping"
    assert made.plan["tables"][0]["columns"][2]["field"] == "trait_kind"


def test_a_department_is_told_that_no_trait_was_found_or_whose_trait_it_is(town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(f"张国富,{old.number},x", who="dept", header="姓名,身份证号,甲项")
    (row,) = shown(made, "refused", "dept")
    assert "没有写明任何标签" in row.why
    assert "人员类别" in row.why
    made = previewed(f"张国富,{old.number},社区矫正", who="dept", header="姓名,身份证号,特征")
    (row,) = shown(made, "refused", "dept")
    assert "其他部门维护" in row.why
    assert "%(" not in row.why


def test_a_private_number_of_a_colleague_goes_on_no_account_unless_somebody_says_so(town: Town) -> None:
    header, row = "姓名,工号,手机,岗位", "钱多多,W2001,15400000001,民政"
    made = previewed(row, who="sysadmin", header=header)
    assert any("private" in message for message, _params in made.plan["notes"])
    made = applied(made, "sysadmin")
    assert Account.objects.get(username="w2001").phone == ""
    again = previewed(row, who="sysadmin", header=header)
    actions.choose_columns(actor("sysadmin"), ref=again.ref, kinds={}, columns={(0, 2): "office_phone"}, at=AT)
    again = worked(again)
    assert not again.plan["notes"]
    assert again.counts["changed"] == 1
    applied(again, "sysadmin")
    assert Account.objects.get(username="w2001").phone == "15400000001"


def test_landlines_of_colleagues_are_asked_about_and_those_of_homes_are_not(town: Town) -> None:
    row = "钱多多,W2001,0510-85012345,民政"
    made = previewed(row, who="sysadmin", header="姓名,工号,联系电话,岗位")
    assert (made.state, made.plan["tables"][0]["columns"][2]["field"]) == ("mapping", "office_phone")
    made = applied(previewed(row, who="sysadmin", header="姓名,工号,住宅电话,岗位"), "sysadmin")
    assert Account.objects.get(username="w2001").phone == ""


def test_an_office_phone_beside_residents_is_their_second_phone(town: Town) -> None:
    made = previewed(f"{name(1)},{number(1)},,0510-85012345,3-1-502", header="姓名,身份证号,手机号,办公电话,门牌号")
    assert made.plan["tables"][0]["columns"][3]["field"] == "phone_2"


def test_lone_doors_alone_wait_for_a_decision_of_their_own(town: Town) -> None:
    made = previewed(f"{name(1)},{number(1)},,77-1-101")
    actions.accept_all(actor("head"), ref=made.ref, at=AT)
    actions.decide_fix(actor("head"), ref=made.ref, field="door", fix="new_door", accept=True, at=AT)
    with pytest.raises(RuleBroken) as refusal:
        actions.apply(actor("head"), ref=made.ref, at=AT)
    assert refusal.value.field == "accept_lone_doors"
    actions.decide_fix(actor("head"), ref=made.ref, field="door", fix="lone_door", accept=True, at=AT)
    assert applied(made).counts["new"] == 1


def test_a_building_of_which_an_undo_left_one_door_can_be_brought_in_again(town: Town) -> None:
    rows = [f"{name(at)},{number(at)},1540001{at:04},77-1-{at + 101}" for at in range(4)]
    made = previewed(*rows)
    accepted(made)
    made = applied(made)
    kept = Resident.objects.get(name=name(0))
    registry.correct(
        actor("window"), ref=kept.ref, values={"phone": "15411112222"}, source="desk", evidence="seen", at=AT
    )
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays
    again = previewed(*rows[1:])
    assert again.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 3, "refused": 0}
    accepted(again)
    assert applied(again).counts["new"] == 3


def wide(count: int) -> list[str]:
    """Rows whose phone is written in wide digits."""
    return [f"{name(order)},{number(order)},１５４０００１０００{order},3-1-502" for order in range(count)]


def test_a_decision_can_be_taken_back_until_the_roster_is_applied(town: Town) -> None:
    made = previewed(*wide(4), *people(6)[4:])
    head = actor("head")
    about: dict[str, Any] = {"ref": made.ref, "at": AT}
    (pair,) = {pair for row in made.rows.all() for pair in row.fixes}
    read = list(made.rows.order_by("place").values("place", "verdict", "pending", "reasons"))
    fix: dict[str, Any] = dict(zip(("field", "fix"), pair.split(":"), strict=True))
    for accept, counts in ((True, (6, 0)), (False, (2, 4))):
        made = actions.decide_fix(head, **about, **fix, accept=accept)
        assert (made.counts["new"], made.counts["refused"]) == counts
        made = actions.decide_fix(head, **about, **fix, accept=None)
        assert list(made.rows.order_by("place").values("place", "verdict", "pending", "reasons")) == read
    for place in (read[0]["place"], read[5]["place"]):  # one that waits for its fix, and one that needs none
        actions.decide_row(head, **about, place=place, accept=False)
        made = actions.decide_row(head, **about, place=place, accept=None)
        assert list(made.rows.order_by("place").values("place", "verdict", "pending", "reasons")) == read
    actions.decide_row(head, **about, place=read[1]["place"], accept=True)
    assert actions.decide_fix(head, **about, **fix, accept=None).counts["fixable"] == 4
    actions.decide_fix(head, **about, **fix, accept=True)
    assert applied(made).counts["new"] == 6


@pytest.mark.parametrize("first", [True, False])
def test_who_decides_on_a_page_that_another_window_left_behind_is_told_what_stands(town: Town, first: bool) -> None:
    made = previewed(*wide(4))
    head = actor("head")
    about: dict[str, Any] = {"ref": made.ref, "at": AT}
    (pair,) = {pair for row in made.rows.all() for pair in row.fixes}
    fix: dict[str, Any] = dict(zip(("field", "fix"), pair.split(":"), strict=True))
    place = made.rows.order_by("place").values_list("place", flat=True)[0]
    actions.decide_row(head, **about, place=place, accept=first)
    with pytest.raises(Conflict, match="3 still waiting"):
        actions.decide_fix(head, **about, **fix, accept=not first, expected=4)
    actions.decide_fix(head, **about, **fix, accept=first, expected=3)
    for _twice in range(2):  # a double click is one decision
        stands = actions.decide_fix(head, **about, **fix, accept=first, expected=3).counts
    with pytest.raises(Conflict, match="4 rows accepted, 0 left out" if first else "0 rows accepted, 4 left out"):
        actions.decide_fix(head, **about, **fix, accept=not first, expected=4)
    if not first:
        with pytest.raises(Conflict, match="left out in another window"):
            actions.decide_row(head, **about, place=place, accept=True)
    made.refresh_from_db()
    assert made.counts == stands
