"""The box over the API: the same reach, the same masks."""

import pytest
from django.test import Client

from tests import cast
from tests.api.test_cases import caller, post
from tests.cases.counter import PHONE, number_of, people
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]


def test_a_person_is_found_by_initials_and_tail_and_comes_masked(client: Client) -> None:
    ref = people()["张国富"]
    tail = number_of("19401110", "401")[-4:]
    answer = post(client, "/api/v1/search", {"q": f"zgf {tail}"}, caller("window"))
    assert answer.status_code == 200, answer.content
    [person] = answer.json()["people"]
    assert person["ref"] == ref
    assert PHONE not in answer.content.decode()
    assert number_of("19401110", "401") not in answer.content.decode()


def test_next_door_finds_nobody(client: Client) -> None:
    people()
    assert post(client, "/api/v1/search", {"q": "张国富"}, caller("nextdoor")).json()["people"] == []
    assert post(client, "/api/v1/search", {"q": "张国富"}, caller("street")).json()["people"] != []


def test_a_body_with_a_field_that_no_search_has_is_refused(client: Client) -> None:
    people()
    for more in ({"division_code": "32"}, {"reach": ""}):
        assert post(client, "/api/v1/search", {"q": "张国富", **more}, caller("window")).status_code == 422
    assert post(client, "/api/v1/identity", {"number": "1", "more": 1}, caller("window")).status_code == 422


def test_a_matter_is_found_by_its_initials(client: Client) -> None:
    others = post(client, "/api/v1/search", {"q": "gljt"}, caller("window")).json()["others"]
    assert any(one["href"].endswith("/MZ-11") for one in others)


def test_a_search_sent_twice_under_one_key_is_one_look(client: Client) -> None:
    people()
    first = post(client, "/api/v1/search", {"q": "张国富"}, caller("window"), "search-1")
    looks = Entry.objects.filter(verb="search.ask").count()
    assert looks == 1
    assert post(client, "/api/v1/search", {"q": "张国富"}, caller("window"), "search-1").json() == first.json()
    assert post(client, "/api/v1/search", {"q": "王秀英"}, caller("window"), "search-1").status_code == 422
    assert Entry.objects.filter(verb="search.ask").count() == looks
    assert post(client, "/api/v1/search", {"q": "张国富"}, caller("street"), "search-1").status_code == 200


@pytest.mark.parametrize("q", ["", " ", "%", "_", "\\", "'", "😀" * 50, "张" * 5000, "1" * 300, "\u202e张", "a\u0000b"])
def test_anything_may_be_typed(client: Client, q: str) -> None:
    answer = post(client, "/api/v1/search", {"q": q}, caller("window"))
    assert answer.status_code in (200, 422), answer.content


def test_administrators_find_no_people(client: Client) -> None:
    people(cast.COMMUNITY)
    assert post(client, "/api/v1/search", {"q": "张国富"}, caller("sysadmin")).json()["people"] == []
