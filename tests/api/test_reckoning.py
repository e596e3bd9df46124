"""The doors anybody may use: a date with its reason, a number with its meaning, the catalogue."""

import json

import pytest
from django.test import Client

from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.core.clock import now

pytestmark = pytest.mark.django_db


def test_a_limit_over_the_national_day_falls_due_after_the_make_up_saturday(client: Client) -> None:
    answer = client.get("/api/v1/deadline", {"accepted_at": "2026-09-30T10:00:00+08:00", "working_days": "3"})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["due_on"] == "2026-10-10"  # 8 and 9 October, then the make-up Saturday
    assert body["due_at"] == "2026-10-10T17:00:00+08:00"
    assert body["provisional"] is False
    assert [line["number"] for line in body["explanation"] if line["number"]] == [1, 2, 3]


def test_a_plus_sign_that_nobody_escaped_is_understood(client: Client) -> None:
    for moment in ("2026-09-30T10:00:00+08:00", "2026-09-30T10:00+0800", "2026-09-30 10:00"):
        answer = client.get(f"/api/v1/deadline?accepted_at={moment}&working_days=3")
        assert answer.json()["due_on"] == "2026-10-10", moment


def test_a_method_that_an_operation_does_not_take_is_a_problem_with_both_languages(client: Client) -> None:
    answer = client.get("/api/v1/identity")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "POST" in answer.json()["detail_zh"]
    assert "POST" in answer.json()["detail_en"]


def test_a_limit_into_a_year_nobody_has_loaded_is_provisional_not_wrong(client: Client) -> None:
    body = client.get("/api/v1/deadline", {"accepted_at": "2026-12-30T10:00:00+08:00", "working_days": "5"}).json()
    assert body["provisional"] is True
    assert body["due_on"] > "2026-12-31"


@pytest.mark.parametrize(
    "query",
    [
        {"accepted_at": "2026-02-31T10:00:00", "working_days": "3"},
        {"accepted_at": "2026-02-03T10:00:00", "working_days": "-1"},
        {"accepted_at": "2026-02-03T10:00:00", "working_days": "100001"},
        {"accepted_at": "9999-12-31T10:00:00", "working_days": "5"},
        {"working_days": "5"},
    ],
)
def test_a_question_that_has_no_answer_gets_a_sentence_in_both_languages(client: Client, query: dict[str, str]) -> None:
    answer = client.get("/api/v1/deadline", query)
    assert answer.status_code == 422, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["detail_zh"]
    assert body["detail_en"]
    assert body["detail_zh"] != body["detail_en"]


def test_a_number_says_what_it_says_and_why_not(client: Client) -> None:
    def ask(number: str) -> dict[str, object]:
        answer = client.post("/api/v1/identity", json.dumps({"number": number}), content_type="application/json")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    good = ask("11010519491231002X")
    assert (good["valid"], good["birth_on"], good["sex"]) == (True, "1949-12-31", "2")
    wrong = ask("110105194912310021")
    assert wrong["valid"] is False
    assert wrong["reason_zh"]
    assert wrong["reason_en"]


def test_the_catalogue_has_24_categories_and_88_matters(client: Client) -> None:
    load_default_catalogue(SYSTEM, at=now())
    body = client.get("/api/v1/matters").json()
    assert (body["categories"], body["count"]) == (24, 88)


def test_the_document_is_openapi_3_1_and_names_every_verb(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all("x-verb" in operation for operation in operations)
