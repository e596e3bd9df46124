"""One box for everything: what the groups hold, in which order, and how few rows they are."""

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from tests.cases.taking import taken
from tests.cast import COMMUNITY, MONDAY, actor
from tests.registry.town import AT, Town, build_town
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.core.masking import mask_name
from yimen.orgs.queries import division_name
from yimen.site.search import FINDER, Found, Row, find
from yimen.site.views import PAGE


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """People and the default catalogue."""
    load_default_catalogue(SYSTEM, at=MONDAY)
    catalogue.forget()
    yield build_town()
    catalogue.forget()


def rows(found: Found, kind: str) -> list[Row]:
    return [row for group in found.groups if group.kind == kind for row in group.rows]


def test_a_door_shows_who_lives_there_and_the_door_itself(town: Town) -> None:
    found = find(actor("window"), "3-2-502", AT)
    assert [row.name for row in rows(found, "people")] == ["王秀英", "张国富"]
    assert [row.href for row in rows(found, "doors")] == [f"/doors/{town.door('3-2-502')}"]
    assert found.exact == ""


def test_a_case_number_leads_to_its_case(town: Town) -> None:
    case = taken()
    found = find(actor("window"), case.number.lower(), AT)
    assert [row.href for row in rows(found, "cases")] == [f"/cases/{case.number}"]
    assert found.exact == f"/cases/{case.number}"
    assert rows(find(actor("window"), case.number[-6:], AT), "cases")
    assert not rows(find(actor("nextdoor"), case.number, AT), "cases")


def test_whose_case_it_is_reads_masked_where_names_do(town: Town) -> None:
    case = taken()
    whole = rows(find(actor("window"), case.number, AT), "cases")[0].parts[1]
    assert "*" not in whole
    for who in ("district", "city"):
        assert rows(find(actor(who), case.number, AT), "cases")[0].parts[1] == mask_name(whole)


@pytest.mark.parametrize(("language", "day"), [("zh-hans", "11-16 "), ("en", "16 Nov ")])
def test_the_last_contact_is_dated_as_the_reader_writes_dates(town: Town, language: str, day: str) -> None:
    taken(name="张国富")
    with override(language):
        people = rows(find(actor("window"), "张国富", AT), "people")
    assert any(row.parts[2].startswith(day) for row in people)


def test_matters_and_pages_are_found_by_their_names(town: Town) -> None:
    assert any(row.href.startswith("/catalogue/") for row in rows(find(actor("window"), "尊老金", AT), "matters"))
    assert [row.href for row in rows(find(actor("sysadmin"), "calendar", AT), "pages")] in ([], ["/calendar"])


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("低保申请", "MZ-01"),
        ("申请低保", "MZ-01"),
        ("残疾证", "MZ-18"),
        ("老年证办理", "MZ-10"),
        ("居住证办理", "ZZ-09"),
        ("公租房申请", "MZ-28"),
        ("高龄补贴", "MZ-11"),
    ],
)
def test_matters_are_found_by_the_words_people_use(town: Town, typed: str, first: str) -> None:
    assert rows(find(actor("window"), typed, AT), "matters")[0].href == f"/catalogue/{first}"
    assert not rows(find(actor("window"), "张国富", AT), "matters")


def test_the_beginning_of_a_case_number_leads_to_all_of_them(town: Town) -> None:
    numbers = [taken().number for _ in range(FINDER // 2 + 1)]
    (group,) = [one for one in find(actor("window"), numbers[0][:7], AT).groups if one.kind == "cases"]
    assert (len(group.rows), group.more, group.total) == (FINDER // 2, True, f"{FINDER // 2}+")
    (group,) = [one for one in find(actor("window"), numbers[0][:7], AT, PAGE).groups if one.kind == "cases"]
    assert (len(group.rows), group.more) == (len(numbers), False)


def test_rows_beyond_a_station_name_the_community(town: Town) -> None:
    name = division_name(COMMUNITY)
    case = taken(name="张国芳")
    for who, told in (("window", False), ("street", True), ("city", True)):
        for typed, kind in (("张国富", "people"), ("3-2-502", "doors"), (case.number, "cases")):
            shown = rows(find(actor(who), typed, AT), kind)
            assert any(name in part for row in shown for part in row.parts) is told, (who, kind)


def test_what_comes_next_is_offered_to_those_who_may(town: Town) -> None:
    offered = [row.href for row in rows(find(actor("window"), "张国富", AT), "next")]
    assert offered == [f"/intake?resident={town.people['张国富'].ref}", "/people/new"]
    assert rows(find(actor("street"), "张国富", AT), "next") == []


@pytest.mark.parametrize("q", ["zg", "z", "1", "3-502", "广瑞一村", "居民", "a", "", "%"])
def test_the_box_never_holds_more_than_it_can_show(town: Town, q: str) -> None:
    found = find(actor("street"), q, AT)
    assert sum(len(group.rows) for group in found.groups if group.kind != "next") <= FINDER
    assert all(len(row.parts) == 3 for group in found.groups for row in group.rows)


def test_the_sole_exact_match_is_marked_and_a_namesake_is_not(town: Town) -> None:
    person = town.people["张国富"]
    assert find(actor("window"), person.number, AT).exact == f"/people/{person.ref}"
    assert find(actor("window"), person.phone, AT).exact == f"/people/{person.ref}"
    assert find(actor("window"), "zg", AT).exact == ""
