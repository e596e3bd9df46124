"""Rosters over the API: sent, asked about, applied and undone, each once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.test_imports import csv, name, number, people, worked
from tests.registry.town import build_town
from yimen.access import actions as access
from yimen.core.clock import now
from yimen.exchange.models import Import
from yimen.registry.models import Resident

pytestmark = pytest.mark.django_db


def bearer(username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access.issue_token(username, at=now())}"}


@pytest.fixture
def head() -> dict[str, str]:
    build_town()
    return bearer("head")


def send(headers: dict[str, str], *rows: str, key: str = "") -> Any:
    sent = SimpleUploadedFile("名册.csv", b"".join(csv(*rows)))
    more = {"Idempotency-Key": key} if key else {}
    return Client().post("/api/v1/imports", {"file": sent}, headers={**headers, **more})


def test_a_roster_goes_in_and_out_again(head: dict[str, str]) -> None:
    answer = send(head, *people(2), f"{name(3)},{number(3)[:-1]},,3-1-502")
    assert answer.status_code == 202
    ref = answer.json()["id"]
    made = worked(Import.objects.get(ref=ref))
    found = Client().get(f"/api/v1/imports/{ref}", headers=head).json()
    assert (found["state"], found["counts"]["total"], found["counts"]["new"]) == ("ready", 3, 2)
    assert [row["row"] for row in found["problems"]] == [4]
    for _twice in range(2):
        answer = Client().post(f"/api/v1/imports/{ref}/apply", b"", content_type="application/json", headers=head)
        assert answer.status_code == 202
        made = worked(made, now())
    assert Resident.objects.filter(source="import").count() == 2
    assert (
        Client().post(f"/api/v1/imports/{ref}/undo", b"", content_type="application/json", headers=head).status_code
        == 202
    )
    assert worked(made, now()).state == "undone"


def test_the_same_key_takes_a_roster_once(head: dict[str, str]) -> None:
    first, second = send(head, *people(1), key="k1"), send(head, *people(1), key="k1")
    assert first.json() == second.json()
    assert Import.objects.count() == 1
    assert send(head, *people(2), key="k1").status_code == 422


def test_refusals_are_problem_documents(head: dict[str, str]) -> None:
    answer = Client().post("/api/v1/imports", {}, headers=head)
    assert (answer.status_code, answer.json()["field"]) == (422, "file")
    ref = send(head, *people(1)).json()["id"]
    assert (
        Client().post(f"/api/v1/imports/{ref}/apply", b"", content_type="application/json", headers=head).status_code
        == 409
    )
    assert Client().get(f"/api/v1/imports/{ref}", headers=bearer("siblinghead")).status_code == 404
    assert Client().get(f"/api/v1/imports/{ref}", headers=bearer("window")).status_code == 403
