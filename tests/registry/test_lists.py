"""The list of residents over several streets: in its order, page by page, and never so long that nothing comes."""

import re

import pytest
from django.test import Client

from tests.cast import NEXT_STREET, STREET, actor, client_for
from tests.registry.town import AT, Town
from yimen.core.errors import RuleBroken
from yimen.registry.models import Resident
from yimen.registry.queries import people
from yimen.registry.queries.people import Filter, count_people, people_list, people_taken

# In the order of the list: by community, then by the letters of the name.
EVERYBODY = "章高峰 Anna-Schmidt 陈桂芬 买买提·吐尔逊 仇英 单雄信 王秀英 张国富 张国芳"


def pages(chosen: Filter, who: str = "district", *, most: int = 20) -> list[list[str]]:
    """The refs of each page until the last."""
    found, after = [], ""
    for _ in range(most):
        page = people_list(actor(who), chosen, AT, after=after)
        found.append([row.ref for row in page.rows])
        after = page.after
        if not after:
            return found
    raise AssertionError("the list has no end")


def names_of(found: list[list[str]]) -> str:
    refs = [ref for page in found for ref in page]
    named = dict(Resident.objects.filter(ref__in=refs).values_list("ref", "name"))
    return " ".join(named[ref].replace(" ", "-") for ref in refs)


@pytest.mark.parametrize("size", [1, 2, 3, 25])
def test_pages_of_several_streets_hold_everybody_once_and_in_order(
    town: Town, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(people, "PAGE", size)
    assert names_of(pages(Filter())) == EVERYBODY
    assert names_of(pages(Filter(name="z"))) == "章高峰 张国富 张国芳"
    assert names_of(pages(Filter(name="zgf"))) == "章高峰 张国富 张国芳"
    assert names_of(pages(Filter(name="国"))) == "张国富 张国芳"


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (Filter(from_age=70), "王秀英 张国富"),
        (Filter(to_age=41), "Anna-Schmidt 买买提·吐尔逊 仇英 张国芳"),
        (Filter(name="zgf", from_age=50), "章高峰 张国富"),
        (Filter(name="zgf", door="3-502"), "章高峰 张国富 张国芳"),
        (Filter(name="张", door="3-2-502"), "张国富 张国芳"),
        (Filter(name="an", door="12"), "Anna-Schmidt"),
        (Filter(name="仇", door="12"), ""),
        (Filter(door="12"), "Anna-Schmidt 陈桂芬 买买提·吐尔逊"),
        (Filter(door="1"), ""),
        (Filter(door="三号楼"), "章高峰 仇英 单雄信 王秀英 张国富 张国芳"),
        (Filter(door="广瑞一村"), "Anna-Schmidt 陈桂芬 买买提·吐尔逊 仇英 单雄信 王秀英 张国富"),
        (Filter(door="广瑞一村 3 号楼 2 单元 502"), "王秀英 张国富"),
        (Filter(door="广瑞一村3幢2单元502室"), "王秀英 张国富"),
        (Filter(door="广瑞一村3幢"), "仇英 单雄信 王秀英 张国富"),
        (Filter(door="广瑞一村3-2单元"), "王秀英 张国富"),
        (Filter(door="广瑞一村3幢2单元502", name="zgf"), "张国富"),
        (Filter(door="广瑞二村3幢2单元502"), "张国芳"),
        (Filter(door="广瑞一村 30 号楼"), ""),
        (Filter(name="没有这个人"), ""),
    ],
)
def test_every_part_of_the_filter_narrows_over_all_streets(town: Town, chosen: Filter, found: str) -> None:
    assert names_of(pages(chosen)) == found
    assert count_people(actor("district"), chosen, AT, most=100) == len(found.split())
    assert len(people_taken(actor("district"), chosen, AT, most=100)) == len(found.split())
    assert count_people(actor("district"), chosen, AT, most=1) == min(2, len(found.split()))


@pytest.mark.parametrize("gathered", [1, 2, 2000])
def test_a_list_by_name_is_the_same_gathered_and_walked(
    town: Town, monkeypatch: pytest.MonkeyPatch, gathered: int
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_get_functiondef('registry_named'::regproc)")
        (made,) = cursor.fetchone()
        assert made.count("2000") == 2
        cursor.execute(made.replace("2000", str(gathered)))
    monkeypatch.setattr(people, "PAGE", 1)
    assert names_of(pages(Filter(name="zgf"))) == "章高峰 张国富 张国芳"


def test_a_page_that_is_long_in_coming_shows_what_was_found_and_goes_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PATIENCE", -1.0)
    streets = people._streets(actor("district"), Filter(), "")
    first = people_list(actor("district"), Filter(name="zgf"), AT)
    assert (first.rows, first.after, first.unread) == ([], streets[1], len(streets) - 1)
    second = people_list(actor("district"), Filter(name="zgf"), AT, after=NEXT_STREET)
    assert ([one.name for one in second.rows], second.after) == (["章*峰"], STREET)
    assert names_of(pages(Filter(name="zgf"), most=200)) == "章高峰 张国富 张国芳"
    with pytest.raises(RuleBroken, match="too long to count"):
        count_people(actor("district"), Filter(name="zgf"), AT, most=100)
    assert len(people_taken(actor("district"), Filter(name="zgf"), AT, most=100)) == 3


def test_a_page_that_is_long_in_coming_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PATIENCE", -1.0)
    browser: Client = client_for("district")
    page = browser.post("/people", {"name": "张国"}, follow=True).content.decode()
    assert "个街道没有查" in page
    assert "没有人符合" not in page
    (onward,) = re.findall(r'href="([^"]*)" rel="next"', page)
    page = browser.get(re.sub(r"after=\d+", f"after={STREET}", onward.replace("&amp;", "&"))).content.decode()
    assert "张*富" in page
    assert browser.post("/people/export", {"name": "张国"}).status_code in (200, 422)
