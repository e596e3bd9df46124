"""Cases over the API: take, list, open, work, once."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.cases.counter import people
from yimen.access.actions import issue_token
from yimen.core.clock import now

pytestmark = pytest.mark.django_db


def caller(username: str) -> dict[str, str]:
    """The header of one of the cast."""
    return {"Authorization": f"Bearer {issue_token(username, at=now())}"}


def test_nothing_opens_without_a_token_and_a_cookie_is_no_token(client: Client) -> None:
    assert client.get("/api/v1/cases").status_code == 401
    signed_in = cast.client_for("window")
    answer = signed_in.get("/api/v1/cases")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_an_unknown_token_is_refused_in_words(client: Client) -> None:
    answer = client.get("/api/v1/cases", headers={"Authorization": "Bearer ym_nonsense"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["detail_zh"]


def test_a_role_without_the_verb_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/cases", headers=caller("finance"))
    assert answer.status_code == 403


def post(client: Client, path: str, body: Any, headers: dict[str, str], key: str = "") -> Any:
    """A JSON POST, with an idempotency key when one is given."""
    extra = {"Idempotency-Key": key} if key else {}
    return client.post(path, json.dumps(body), content_type="application/json", headers={**headers, **extra})


@pytest.fixture
def who(matters: None) -> dict[str, str]:
    """Residents of the window's community: name → reference."""
    return people()


def take(client: Client, resident: str, headers: dict[str, str], key: str = "", **more: Any) -> Any:
    """Take the allowance for the elderly."""
    body = {"resident": resident, "matters": ["MZ-11"], "papers": {"ID": "seen"}, **more}
    return post(client, "/api/v1/cases", body, headers, key)


def test_a_case_is_taken_opened_and_listed(client: Client, who: dict[str, str]) -> None:
    headers = caller("window")
    answer = take(client, who["张国富"], headers)
    assert answer.status_code == 201, answer.content
    taken = answer.json()
    assert taken["secret"]
    [case] = taken["cases"]
    assert case["due_on"]
    assert case["explanation"]
    opened = client.get(f"/api/v1/cases/{case['number']}", headers=headers)
    assert opened.status_code == 200
    assert opened.json()["first_asked"] == "沈晓岚"
    listed = client.get("/api/v1/cases", {"limit": "5"}, headers=headers).json()
    assert [line["number"] for line in listed["items"]] == [case["number"]]


def test_the_same_request_twice_under_one_key_takes_one_case(client: Client, who: dict[str, str]) -> None:
    headers = caller("window")
    first = take(client, who["张国富"], headers, "visit-1")
    second = take(client, who["张国富"], headers, "visit-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert len(client.get("/api/v1/cases", headers=headers).json()["items"]) == 1


def test_one_key_for_two_requests_is_refused(client: Client, who: dict[str, str]) -> None:
    headers = caller("window")
    assert take(client, who["张国富"], headers, "visit-1").status_code == 201
    other = take(client, who["王秀英"], headers, "visit-1")
    assert other.status_code == 422
    assert "Idempotency-Key" in other.json()["detail_en"]


def test_a_refused_request_may_be_mended_and_sent_again_under_its_key(client: Client, who: dict[str, str]) -> None:
    headers = caller("window")
    body = {"resident": who["张国富"], "matters": ["XX-99"], "papers": {"ID": "seen"}}
    assert post(client, "/api/v1/cases", body, headers, "visit-1").status_code == 404
    assert take(client, who["张国富"], headers, "visit-1").status_code == 201


def test_a_case_of_another_street_does_not_exist_next_door(client: Client, who: dict[str, str]) -> None:
    number = take(client, who["张国富"], caller("window")).json()["number"]
    outside = client.get(f"/api/v1/cases/{number}", headers=caller("nextdoor"))
    nowhere = client.get("/api/v1/cases/LX26-1116-999999", headers=caller("nextdoor"))
    assert outside.status_code == nowhere.status_code == 404
    assert outside.json() == nowhere.json()


def test_verbs_work_and_a_stale_edition_is_a_conflict(client: Client, who: dict[str, str]) -> None:
    headers = caller("window")
    case = take(client, who["张国富"], headers).json()["cases"][0]
    path = f"/api/v1/cases/{case['number']}/pause"
    paused = post(client, path, {"reason": "上门评估", "kind": "assessment", "edition": case["edition"]}, headers)
    assert paused.status_code == 200, paused.content
    assert paused.json()["paused"] is True
    assert paused.json()["due_on"] is None
    stale = post(client, path, {"reason": "再停一次", "kind": "assessment", "edition": case["edition"]}, headers)
    assert stale.status_code == 409


def test_the_wrong_level_cannot_decide(client: Client, who: dict[str, str]) -> None:
    number = take(client, who["张国富"], caller("window")).json()["number"]
    answer = post(client, f"/api/v1/cases/{number}/decide", {"outcome": "approved", "text": "同意"}, caller("street"))
    assert answer.status_code == 422, answer.content
    assert answer.json()["detail_zh"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/cases", {}, 422),
        ("/api/v1/cases", {"resident": "x", "matters": []}, 422),
        ("/api/v1/cases", {"resident": "x" * 5000, "matters": ["MZ-11"]}, 404),
        ("/api/v1/cases", {"resident": "x\u0000y", "matters": ["MZ-11"]}, 422),
        ("/api/v1/cases", {"resident": "x", "matters": ["MZ-11"], "surprise": 1}, 422),
        ("/api/v1/cases/LX26-1116-000001/note", {"text": "x"}, 404),
        ("/api/v1/cases/LX26-1116-000001/dance", {}, 404),
        ("/api/v1/cases/LX26-1116-000001/pause", {}, 422),
    ],
)
def test_bad_requests_are_problems_not_failures(
    client: Client, matters: None, path: str, body: dict[str, Any], status: int
) -> None:
    answer = post(client, path, body, caller("window"))
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail_en"]


@pytest.mark.parametrize(
    "body", [{"text": "\ud800"}, {"text": "ok\udfff"}, {"resident": "\ud800", "matters": ["MZ-11"]}]
)
def test_half_a_character_is_unreadable_and_stored_nowhere(
    client: Client, who: dict[str, str], body: dict[str, Any]
) -> None:
    headers = caller("window")
    number = take(client, who["张国富"], headers).json()["number"]
    path = f"/api/v1/cases/{number}/note" if "text" in body else "/api/v1/cases"
    answer = post(client, path, body, headers)
    assert answer.status_code == 400
    assert answer.json()["detail_zh"].endswith("。")
    assert post(client, f"/api/v1/cases/{number}/note", {"text": "😀"}, headers).status_code == 200


@pytest.mark.parametrize(("query", "field"), [("view=nope", "view"), ("after=zzz", "after"), ("after=LX26", "after")])
def test_a_list_that_is_not_there_is_refused_by_name(
    client: Client, who: dict[str, str], query: str, field: str
) -> None:
    headers = caller("window")
    number = take(client, who["张国富"], headers).json()["number"]
    answer = client.get(f"/api/v1/cases?{query}", headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert client.get(f"/api/v1/cases?view=mine&after={number}", headers=headers).json()["items"] == []


def test_a_body_that_is_no_json_is_a_problem(client: Client) -> None:
    answer = client.post("/api/v1/cases", "{not json", content_type="application/json", headers=caller("window"))
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_a_problem_too(client: Client) -> None:
    body = b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = client.post("/api/v1/search", body, content_type="application/json", headers=caller("window"))
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail_zh"]
