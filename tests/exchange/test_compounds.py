"""Rows that name no compound, in a community that has several."""

from typing import Any

import pytest

from tests.cast import COMMUNITY, actor, client_for
from tests.exchange.bringing import applied, name, number, previewed, shown, worked
from tests.registry.town import AT, Town
from yimen.core.errors import RuleBroken
from yimen.exchange import actions, queries
from yimen.exchange.models import Import
from yimen.exchange.rules.compounds import compound_named
from yimen.registry.models import Building, Compound, Dwelling, Stairwell

DOORS = "楼栋,单元,房号,建筑面积"


@pytest.fixture
def pair(town: Town) -> tuple[str, str]:
    """The town's compound and a second one, which has a building of its own and one of the same number."""
    first = Compound.objects.get(division_code=COMMUNITY)
    second = Compound.objects.create(division_code=COMMUNITY, name="后宅花园")
    for building in ("3", "77"):
        house = Building.objects.create(division_code=COMMUNITY, compound=second, number=building, floors=6)
        stairwell = Stairwell.objects.create(division_code=COMMUNITY, building=house, number="1")
        Dwelling.objects.create(
            division_code=COMMUNITY,
            stairwell=stairwell,
            floor=1,
            room="101",
            door=f"{building}-1-101",
            door_short=f"{building}-101",
            address=f"后宅花园{building}号楼1单元101室",
        )
    return first.name, second.name


def home(compound: str, door: str) -> Dwelling:
    return Dwelling.objects.get(stairwell__building__compound__name=compound, door=door)


def test_the_name_of_the_file_says_the_compound_and_the_page_says_so(pair: tuple[str, str]) -> None:
    made = previewed_as("后宅花园房屋台账.csv", "3,1,101,88", "3,1,102,88")
    assert made.counts == {"new": 1, "changed": 1, "same": 0, "fixable": 0, "refused": 0}
    assert [params["compound"] for _message, params in made.plan["notes"]] == ["后宅花园"]
    applied(made)
    assert home("后宅花园", "3-1-102").area == home("后宅花园", "3-1-101").area == 88


def previewed_as(file: str, *rows: str, header: str = DOORS) -> Import:
    made = actions.upload(actor("head"), chunks=["\n".join([header, *rows, ""]).encode()], name=file, at=AT)
    return worked(made)


def test_the_only_compound_with_such_a_building_is_proposed(pair: tuple[str, str]) -> None:
    made = previewed("77,1,101,88", "77,1,102,90", "3,1,101,70", header=DOORS)
    assert made.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 2, "refused": 1}
    assert [one.cells[0].new for one in shown(made, "fixable")] == ["后宅花园"] * 2
    actions.decide_fix(actor("head"), ref=made.ref, field="compound", fix="one_compound", accept=True, at=AT)
    made.refresh_from_db()
    assert made.counts == {"new": 1, "changed": 1, "same": 0, "fixable": 0, "refused": 1}


def test_a_resident_with_facts_of_a_door_that_one_compound_has_needs_no_decision(pair: tuple[str, str]) -> None:
    made = previewed(f"{name(1)},{number(1)},77-1-101,88", header="姓名,身份证号,门牌号,建筑面积")
    assert made.counts == {"new": 1, "changed": 0, "same": 0, "fixable": 0, "refused": 0}


def test_one_compound_is_chosen_for_the_whole_table_and_remembered(pair: tuple[str, str]) -> None:
    rows = ("501,1,101,88", "502,1,101,70")
    made = previewed(*rows, header=DOORS)
    assert made.counts["refused"] == 2
    page = queries.import_page(actor("head"), made.ref)
    assert queries.lacks_compound(page)
    assert queries.compounds(page) == sorted(pair)
    with pytest.raises(RuleBroken, match="list"):
        actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={}, compounds={0: "不存在"}, at=AT)
    actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={}, compounds={0: pair[1]}, at=AT)
    assert worked(made).counts["new"] == 2
    assert previewed(*rows, header=DOORS).counts["new"] == 2


def test_one_compound_is_said_with_the_file(pair: tuple[str, str]) -> None:
    rows = ("501,1,101,88", "502,1,101,70")
    made = previewed(*rows, header=DOORS, compound=pair[1])
    assert made.counts["new"] == 2
    assert queries.compounds_wanted(queries.import_page(actor("head"), made.ref)) == []
    assert previewed(*rows, header=DOORS).counts["refused"] == 2
    with pytest.raises(RuleBroken) as refused:
        previewed(*rows, header=DOORS, compound="不存在")
    assert refused.value.params == {"name": "不存在", "names": ", ".join(sorted(pair))}


def test_a_compound_without_its_community_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(RuleBroken, match="Give the community too") as refused:
        previewed("501,1,101,88", header=DOORS, who="street", compound=pair[1])
    assert refused.value.field == "community"
    assert previewed("501,1,101,88", header=DOORS, who="street", community=COMMUNITY, compound=pair[1]).counts["new"]


def test_the_preview_asks_for_the_compound_that_rows_lack(pair: tuple[str, str]) -> None:
    made = previewed("501,1,101,88", header=DOORS)
    client = client_for("head")
    page = client.get(f"/imports/{made.ref}").content.decode()
    assert all(f'<option value="{one}">' in page for one in pair)
    missed: Any = client.post(f"/imports/{made.ref}/columns", {"compound": ""})
    assert missed.status_code == 422
    sent: Any = client.post(f"/imports/{made.ref}/columns", {"compound": pair[0]})
    assert sent.status_code == 302
    assert worked(made).counts["new"] == 1
    assert 'name="compound"' not in client.get(f"/imports/{made.ref}").content.decode()
    assert f'<option value="{pair[0]}" selected>' in client.get(f"/imports/{made.ref}/columns").content.decode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("阳光花园业主花名册", "阳光花园"),
        ("阳光花园二期房屋台账", "阳光花园二期"),
        ("阳光社区居民花名册", ""),
        ("阳光花园、清枫苑房屋台账", ""),
        ("清枫苑小区业主信息", "清枫苑小区"),
        ("清枫苑 3号楼", "清枫苑小区"),
        ("业主信息", ""),
    ],
)
def test_a_text_names_one_compound_or_none(text: str, found: str) -> None:
    names = ("阳光花园", "阳光花园二期", "清枫苑小区", "阳光")
    assert compound_named([text], names, "阳光社区") == found
