"""What everybody may read."""

import pytest
from django.test import Client

from tests import cast
from tests.portal.conftest import body
from yimen.catalogue.actions import publish
from yimen.catalogue.rules import read_defaults

OPEN = (
    *("/p/", "/p/guides", "/p/guides?category=C01", "/p/guides?q=ylfw", "/p/guides?q=zzzz", "/p/guides/MZ-01"),
    *("/p/check/MZ-14", "/p/halls", "/p/halls?in=320213025", f"/p/halls/{cast.COMMUNITY}", "/p/promises"),
    *("/p/accessibility", "/p/privacy", "/p/track", "/p/t/LX26-1116-000001", "/p/open/320213025"),
    f"/p/open/{cast.COMMUNITY}",
)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", OPEN)
def test_every_page_opens_without_signing_in(visitor: Client, address: str, language: str) -> None:
    visitor.cookies["language"] = language
    response = visitor.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    assert "Cookie" in response.headers["Vary"]


@pytest.mark.parametrize("code", read_defaults().items)
def test_every_matter_has_a_guide_and_a_list_of_what_to_bring(visitor: Client, code: str) -> None:
    item = read_defaults().items[code]
    page = body(visitor.get(f"/p/guides/{code}"))
    assert item.name.en in page
    assert all(line.en in page for line in item.guide.who)
    assert visitor.get(f"/p/check/{code}").status_code == 200


@pytest.mark.parametrize("address", ["/p/guides/XX-99", "/p/check/XX-99", "/p/halls/320213999999", "/p/halls?in=9"])
def test_what_does_not_exist_is_said_calmly(visitor: Client, address: str) -> None:
    response = visitor.get(address)
    assert response.status_code == 404
    assert "portal" in body(response), "in the frame of the resident pages"


def test_a_matter_is_found_by_initials_by_part_of_its_name_and_by_its_category(visitor: Client) -> None:
    for asked in ("gljt", "尊老金", "Social assistance"):
        assert "/p/guides/MZ-" in body(visitor.get("/p/guides", {"q": asked})), asked
    assert "Nothing found" in body(visitor.get("/p/guides", {"q": "zzzz"}))


def test_what_the_state_holds_need_not_be_brought(visitor: Client) -> None:
    page = body(visitor.get("/p/guides/MZ-01"))
    assert "Of 7 papers you bring 1." in page
    assert page.count("Need not bring") == 6


def test_the_answers_make_the_list_and_are_not_kept_in_the_address(visitor: Client) -> None:
    alone = {"fits": "yes", "who_comes": "self"}
    assert "Of 7 papers you bring 1." in body(visitor.post("/p/check/MZ-01", alone))
    proxy = visitor.post("/p/check/MZ-01", alone | {"who_comes": "proxy"})
    assert "Of 8 papers you bring 2." in body(proxy)
    assert "Letter of proxy" in body(proxy)
    assert proxy.headers.get("Location") is None


def test_a_question_left_out_is_asked_again_and_the_others_stay(visitor: Client) -> None:
    response = visitor.post("/p/check/MZ-01", {"fits": "unsure"})
    assert response.status_code == 422
    assert 'value="unsure" required checked' in body(response)


def test_starting_values_are_never_shown_as_confirmed(visitor: Client) -> None:
    assert "the city confirms them by its own decision" in body(visitor.get("/p/guides/MZ-01"))
    publish(
        cast.actor("city"),
        code="MZ-01",
        changes={"promised_days": 12},
        decision_no="Wuxi 2026-7",
        from_on=cast.MONDAY.date(),
        at=cast.MONDAY,
    )
    page = body(visitor.get("/p/guides/MZ-01"))
    assert "By decision Wuxi 2026-7" in page
    assert "12 working days" in page


def test_the_chosen_community_is_remembered_and_leads_back(visitor: Client) -> None:
    response = visitor.get(f"/p/halls/{cast.COMMUNITY}", {"next": "/p/guides/MZ-01"})
    assert response.headers["Location"] == "/p/guides/MZ-01"
    assert "open now" in body(visitor.get("/p/guides/MZ-01"))


def test_the_way_back_leads_to_our_own_pages_only(visitor: Client) -> None:
    assert visitor.get(f"/p/halls/{cast.COMMUNITY}", {"next": "https://evil.example/"}).headers["Location"] == "/p/"
    assert visitor.post("/p/elder", {"elder": "1", "next": "//evil.example"}).headers["Location"] == "/p/"


def test_the_elder_view_is_remembered_also_from_a_code_on_a_board(visitor: Client) -> None:
    assert "data-elder" not in body(visitor.get("/p/"))
    visitor.get("/p/?elder=1")
    assert "data-elder data-theme" in body(visitor.get("/p/guides"))
    visitor.post("/p/elder", {"elder": "2", "next": "/p/"})
    assert 'data-elder="larger"' in body(visitor.get("/p/"))
    visitor.post("/p/elder", {"elder": "0", "next": "/p/"})
    assert "data-elder" not in body(visitor.get("/p/"))


def test_forms_of_strangers_are_refused(matters: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    for address in ("/p/track", "/p/check/MZ-01", "/p/elder", "/p/complain", "/p/track/X/message"):
        assert strict.post(address, {}).status_code == 403, address
