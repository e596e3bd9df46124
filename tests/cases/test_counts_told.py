"""A count on a page is the count of the list it opens; where counting stops, the page says so."""

import re
from datetime import timedelta

import pytest

from tests import cast
from tests.cases.taking import MORNING, account, resident, taken
from yimen.cases.models import Case, FollowUp
from yimen.cases.queries import lists
from yimen.cases.views import lists as shown
from yimen.core.clock import now

pytestmark = pytest.mark.django_db


def page(who: str, address: str) -> str:
    answer = cast.client_for(who).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(told: str) -> int:
    return told.count("<tr><td>")


def hrefs(told: str, begin: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'href="([^"]*)"', told) if found.startswith(begin)]


def test_a_station_with_more_than_is_counted_says_so_and_counts_by_index_what_it_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for place in (lists, shown):
        monkeypatch.setattr(place, "COUNTED", 4)
    for _n in range(6):
        taken()
    standing = Case.objects.filter(pk__in=[taken().pk, taken().pk])
    standing.update(is_paused=True, due_on=None, due_at=None)
    Case.objects.filter(pk=taken(promised=9).pk).update(returned_at=MORNING)
    told = page("head", "/")
    assert "4+" in told
    glance = told.split('id="h-at-a-glance"')[1]
    assert re.findall(r'view=(\w+)">[^<]*</a><(?:b|span)>([^<]*)<', glance)[2:] == [("paused", "2"), ("returned", "1")]


def test_what_an_office_has_to_decide_is_counted_whole_and_opens_as_counted() -> None:
    for desk in [cast.STREET] * 17 + [cast.DISTRICT] * 2:
        Case.objects.filter(pk=taken(level="street").pk).update(state="sent_up", desk_code=desk)
    told = page("street", "/")
    assert "前 15 件，共 17 件待决定" in told
    (address,) = set(hrefs(told, "/cases?view=sent_up"))
    assert rows(page("street", address)) == 17
    assert rows(page("street", "/cases?view=sent_up")) == 19


def call_back(kind: str, community: str, *, state: str = "open", days: int = 5) -> None:
    FollowUp.objects.create(
        kind=kind,
        division_code=community,
        community_code=community,
        about=account("window"),
        number=f"T{FollowUp.objects.count()}",
        opened_at=MORNING,
        due_on=(now() + timedelta(days=days)).date(),
        state=state,
    )


def test_each_figure_of_call_backs_opens_exactly_its_rows() -> None:
    resident()
    for kind, community in (("rating", cast.COMMUNITY), ("rating", cast.SIBLING), ("complaint", cast.COMMUNITY)):
        call_back(kind, community)
    call_back("rating", cast.COMMUNITY, state="answered")
    call_back("rating", cast.COMMUNITY, days=-30)
    for who, place in (("street", cast.STREET), ("city", cast.CITY), ("head", cast.COMMUNITY)):
        told = page(who, f"/supervise?at={place}")
        found = [
            (int(count.replace(",", "")), address.replace("&amp;", "&"))
            for address, count in re.findall(r'href="(/follow-ups\?[^"]*)">(?:[^<]* )?([\d,]+)</a>', told)
        ]
        assert {count for count, _address in found} >= {1, 2 if who == "head" else 3}
        for count, address in found:
            assert rows(page(who, address)) == count, (who, address)
    assert page("street", "/follow-ups").count("due-late") == 1
    assert "共 4 条" in page("street", "/follow-ups")
