"""What is too large to be read is said to be, with the limit, in both languages."""

import pytest
from django.test import Client

from tests import cast

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
LARGE = b"q=" + b"x" * 3_000_000


def test_a_form_that_is_too_large_is_said_to_be(client: Client) -> None:
    answer = client.post("/login", LARGE, content_type=FORM)
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "提交的内容过大，超过 2 MB" in page
    english = client.post("/login", LARGE, content_type=FORM, headers={"Accept-Language": "en"}).content.decode()
    assert "What was sent is too large: more than 2 MB." in english


def test_a_form_with_the_token_s_check_is_too_large_as_well() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.get("/login")
    assert strict.post("/login", LARGE, content_type=FORM).status_code == 413


def test_a_document_that_is_too_large_is_a_problem_document() -> None:
    cast.client_for("head")
    answer = Client().post("/api/v1/identity", b'{"number": "' + LARGE + b'"}', content_type="application/json")
    said = answer.json()
    assert (answer.status_code, said["status"]) == (413, 413)
    assert "2 MB" in said["detail_zh"]
    assert "too large" in said["detail_en"]
