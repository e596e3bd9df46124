"""Households by the sheet: after their residents, or with the heads that their rows name."""

from datetime import timedelta

from tests.cast import actor
from tests.exchange.bringing import accepted, applied, name, number, previewed, shown, worked
from tests.registry.town import AT, Town
from yimen.exchange import actions
from yimen.registry.models import Dwelling, Household, Residence, Resident

HEADER = "户编号,户主姓名,户主身份证号,门牌号"


def test_residents_then_households_then_dwellings_made_by_hand_fit_together(town: Town) -> None:
    people = [f"{name(0)},{number(0)},3-1-502,户主", f"{name(1)},{number(1)},3-1-502,之妻"]
    assert applied(previewed(*people, header="姓名,身份证号,门牌号,与户主关系")).counts["new"] == 2
    row = f"H001,{name(0)},{number(0)},3-1-502"
    made = previewed(row, header=HEADER)
    assert made.counts["changed"] == 1
    made = applied(made)
    household = Household.objects.get(number="H001")
    assert household.head is not None
    assert (household.head.name, household.members.count()) == (name(0), 2)
    assert previewed(row, header=HEADER).counts["same"] == 1
    homes = applied(previewed("3-1-502,88.5,是", header="门牌号,建筑面积,是否出租"))
    assert homes.counts["changed"] + homes.counts["new"] == 1
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 0
    assert not Household.objects.filter(number="H001").exists()


def test_a_head_who_is_not_on_record_comes_with_the_household_once_that_is_accepted(town: Town) -> None:
    made = previewed(f"H001,{name(0)},{number(0)},3-1-502", header=HEADER)
    assert made.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 1, "refused": 0}
    assert shown(made, "fixable")[0].cells[0].fix == "new_head"
    accepted(made)
    made = applied(made)
    household = Household.objects.get(number="H001")
    assert household.head is not None
    assert (household.head.name, household.dwelling.door) == (name(0), "3-1-502")
    assert Residence.objects.get(resident=household.head).dwelling == household.dwelling
    again = previewed(f"H001,{name(0)},{number(0)},3-1-502", header=HEADER)
    assert again.counts["same"] == 1
    actions.undo(actor("head"), ref=made.ref, at=AT + timedelta(days=1))
    assert worked(made, AT + timedelta(days=1)).stays == 0
    assert not Resident.objects.filter(source="import").exists()
    assert not Household.objects.filter(number="H001").exists()
    assert Dwelling.objects.filter(door="3-1-502").exists()


def test_a_head_whom_the_row_does_not_say_or_who_lives_elsewhere_is_refused_with_what_to_do(town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(f"H001,{name(0)},,3-1-502", f"H002,张国富,{old.number},3-1-502", header=HEADER)
    assert made.counts["refused"] == 2
    unknown, elsewhere = shown(made, "refused")
    assert "请先导入居民名册" in unknown.why
    assert "3-2-502" in elsewhere.why


def test_one_head_of_two_households_is_added_once(town: Town) -> None:
    rows = [f"H001,{name(0)},{number(0)},3-1-502", f"H002,{name(0)},{number(0)},3-2-502"]
    made = previewed(*rows, header=HEADER)
    accepted(made)
    applied(made)
    assert Resident.objects.filter(name=name(0)).count() == 1
