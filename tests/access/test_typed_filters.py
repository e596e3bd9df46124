"""What is typed to narrow a list stands in no address, and the list still has one of its own."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.taking import taken
from tests.cast import client_for
from tests.registry.town import Town
from yimen.access.models import Session, TypedFilter
from yimen.registry.queries import people

pytestmark = pytest.mark.django_db

TYPED = ({"name": "张国"}, {"text": "张国富"})


def typed(client: Client, path: str, sent: dict[str, str]) -> str:
    """The address to which a typed filter leads."""
    answer = client.post(path, sent)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(("path", "sent"), [("/people", {"name": "张国富", "trait": "is_dibao"}), ("/cases", TYPED[1])])
def test_the_address_holds_a_key_and_not_what_was_typed(town: Town, path: str, sent: dict[str, str]) -> None:
    client = client_for("window")
    address = typed(client, path, sent)
    assert re.fullmatch(rf"{path}\?((trait=is_dibao|view=all)&)f=[0-9a-z]{{12}}", address)
    kept = TypedFilter.objects.get()
    assert "张国富".encode() not in bytes(kept.words)
    page = body(client, address)
    assert 'value="张国富"' in page
    for link in re.findall(r'(?:href|action)="([^"]*)"', page):
        assert quote("张国富") not in link
        assert "张国富" not in link


def test_an_old_address_with_a_name_in_it_leads_to_one_without(town: Town) -> None:
    for old in (f"/people?name={quote('张国富')}", f"/cases?view=late&text={quote('张国富')}"):
        answer = client_for("window").get(old)
        assert answer.status_code == 303
        assert "f=" in answer.headers["Location"]
        assert quote("张国富") not in answer.headers["Location"]


def test_the_address_works_again_and_in_a_second_tab(town: Town) -> None:
    client = client_for("window")
    address = typed(client, "/people", {"name": "zgf"})
    assert "张国富" in body(client, address)
    assert "张国富" in body(client, address)
    assert "王秀英" not in body(client, address)
    key = address.partition("f=")[2]
    file = client.post("/people/export", {"f": key}).content.decode()
    assert f'name="f" value="{key}"' in file
    assert "zgf" in file


def test_somebody_elses_key_and_an_ended_one_say_so_and_list_nobody(town: Town) -> None:
    window = client_for("window")
    case = taken()
    for path, sent, shown in (("/people", {"name": "zgf"}, "张国富"), ("/cases", {"text": case.number}, case.number)):
        address = typed(window, path, sent)
        for other in (client_for("head"), client_for("window")):  # and another session of one's own
            answer = other.get(address)
            assert answer.status_code == 422
            assert "筛选条件已失效" in answer.content.decode()
            assert shown not in answer.content.decode()
    key = address.partition("f=")[2]
    assert window.post("/people/export", {"f": "000000000000"}).status_code == 422
    assert client_for("head").get(f"/cases/{case.number}?view=all&f={key}").status_code == 200
    Session.objects.all().delete()
    assert not TypedFilter.objects.exists()


def test_a_search_has_an_address_that_works_again_and_tells_nobody_else(town: Town) -> None:
    client = client_for("window")
    address = typed(client, "/search", {"q": "张国富"})
    assert re.fullmatch(r"/search\?f=[0-9a-z]{12}", address)
    for _again in range(2):
        assert town.people["张国富"].ref in body(client, address)
    answer = client_for("head").get(address)
    assert (answer.status_code, town.people["张国富"].ref in answer.content.decode()) == (422, False)
    assert typed(client, "/search", {"q": " "}) == "/search"


def test_the_trail_holds_whom_somebody_looked_for_out_of_its_address(town: Town) -> None:
    client = client_for("auditor")
    address = typed(client, "/trail", {"person": "翟广发", "verb": "case.accept"})
    assert re.fullmatch(r"/trail\?verb=case.accept&f=[0-9a-z]{12}", address)
    page = body(client, address)
    assert 'value="翟广发"' in page
    assert f"/trail.csv?{address.partition('?')[2]}" in page.replace("&amp;", "&")
    wrong = client.get(f"{address}&first=2026-02-31")
    assert (wrong.status_code, 'name="person"' in wrong.content.decode()) == (422, True)


def test_what_was_not_typed_costs_no_statement(town: Town) -> None:
    client = client_for("window")
    for path in ("/people", "/people?trait=is_dibao", "/cases?view=late"):
        with CaptureQueriesContext(connection) as caught:
            client.get(path)
        assert not [one for one in caught.captured_queries if "typedfilter" in one["sql"]]


def test_pages_lead_on_and_back_one_by_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", 1)
    client = client_for("window")
    address = typed(client, "/people", {"door": "3-502"})
    names, seen = [], []
    for _ in range(3):
        seen.append(address)
        page = body(client, address)
        names.append(re.findall(r"data-row><b>([^<]*)", page)[0])
        onward = re.findall(r'href="([^"]*)" rel="next"', page)
        address = onward[0].replace("&amp;", "&") if onward else ""
        if not address:
            break
    assert len(set(names)) == len(names) > 1
    for before in reversed(seen[:-1]):
        (back,) = re.findall(r'href="([^"]*)" rel="prev"', body(client, seen[-1]))
        assert back.replace("&amp;", "&") == before
        seen.pop()
    assert 'rel="prev"' not in body(client, seen[0])


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("/people", {"name": "张" * 300}, "太长"),
        ("/people", {"from_age": "80", "to_age": "20", "name": "张国富"}, "对调"),
        ("/people", {"from_age": "old", "name": "张国富"}, "整数"),
        ("/cases", {"text": "张" * 300}, "太长"),
        ("/cases", {"from": "2026-03-02", "to": "2026-03-01", "text": "张国富"}, "对调"),
        ("/cases", {"from": "gestern", "text": "张国富"}, "2026-11-23"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words_and_stays_to_be_mended(
    town: Town, path: str, sent: dict[str, str], words: str
) -> None:
    answer = client_for("window").post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "保存" not in page
    assert f'value="{"张国富" if "张国富" in sent.values() else "张"}' in page
    assert not TypedFilter.objects.exists()


def test_what_cannot_be_looked_up_is_not_called_a_thing_to_save(town: Town) -> None:
    answer = client_for("window").get(f"/people?back={'x' * 3000}")
    assert answer.status_code == 422
    assert "这样查不了" in answer.content.decode()
    assert "还不能保存" not in answer.content.decode()
