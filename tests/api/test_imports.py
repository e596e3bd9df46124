"""Rosters over the API: sent, asked about, applied and undone, each once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import COMMUNITY
from tests.exchange.bringing import HEADER, csv, name, number, people, worked
from tests.registry.town import build_town
from yimen.access import actions as access
from yimen.core.clock import now
from yimen.exchange.models import Import
from yimen.registry.models import Compound, Resident
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db


def bearer(username: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access.issue_token(username, at=now())}"}


@pytest.fixture
def head() -> dict[str, str]:
    build_town()
    return bearer("head")


def send(headers: dict[str, str], *rows: str, key: str = "", file: str = "名册.csv", **fields: str) -> Any:
    sent = SimpleUploadedFile(file, b"".join(csv(*rows, header=fields.pop("header", HEADER))))
    more = {"Idempotency-Key": key} if key else {}
    return Client().post("/api/v1/imports", {"file": sent, **fields}, headers={**headers, **more})


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


def test_places_that_are_not_on_record_are_told_and_only_added_when_said(head: dict[str, str]) -> None:
    rows = [f"{name(at)},{number(at)},1540001{at:04},77-1-10{at}" for at in range(1, 4)]
    made = worked(Import.objects.get(ref=send(head, *rows).json()["id"]))
    told = Client().get(f"/api/v1/imports/{made.ref}", headers=head).json()["new_places"]
    assert (told["buildings"], told["doors"], told["listed"][0]["lines"]) == (1, 3, [2, 3, 4])
    bare = Client().post(f"/api/v1/imports/{made.ref}/apply", {}, content_type="application/json", headers=head)
    assert (bare.status_code, bare.json()["field"]) == (422, "accept_places")
    assert Client().get(f"/api/v1/imports/{made.ref}", headers=head).json()["state"] == "ready"
    body = {"accept_fixes": True, "accept_places": True}
    url = f"/api/v1/imports/{made.ref}/apply"
    assert Client().post(url, body, content_type="application/json", headers=head).status_code == 202
    assert worked(made, now()).counts["new"] == 3
    again = worked(Import.objects.get(ref=send(head, f"{name(4)},{number(4)},,78-1-101").json()["id"]))
    assert Client().get(f"/api/v1/imports/{again.ref}", headers=head).json()["new_places"] is None
    url = f"/api/v1/imports/{again.ref}/apply"
    assert (
        Client().post(url, body, content_type="application/json", headers=head).json()["field"] == "accept_lone_doors"
    )
    lone = {"accept_lone_doors": True}
    assert Client().post(url, lone, content_type="application/json", headers=head).status_code == 202
    assert worked(again, now()).counts["new"] == 1


def test_an_order_to_apply_sent_again_changes_nothing_whatever_it_accepts(head: dict[str, str]) -> None:
    made = worked(Import.objects.get(ref=send(head, *people(2), f"{name(3)},{number(3)}x,,3-1-502").json()["id"]))
    url = f"/api/v1/imports/{made.ref}/apply"
    body = {"accept_fixes": True, "accept_places": True, "accept_lone_doors": True}

    def order() -> tuple[int, str]:
        answer = Client().post(url, body, content_type="application/json", headers=head)
        return answer.status_code, answer.json().get("state", answer.json().get("detail_en"))

    assert [order(), order()] == [(202, "applying")] * 2
    counts = worked(made, now()).counts
    decided = Entry.objects.filter(verb="import.fix").count()
    assert [order(), order()] == [(202, "applied")] * 2
    made.refresh_from_db()
    assert (made.counts, Entry.objects.filter(verb="import.fix").count()) == (counts, decided)
    assert Entry.objects.filter(verb="import.apply").count() == 1
    Client().post(f"/api/v1/imports/{made.ref}/undo", b"", content_type="application/json", headers=head)
    worked(made, now())
    status, said = order()
    assert (status, said.partition(".")[0]) == (409, "This import was undone or thrown away")


def test_an_order_that_is_refused_accepts_nothing(head: dict[str, str]) -> None:
    rows = [f"{name(at)} ,{number(at)},1540001{at:04},77-1-10{at}" for at in range(1, 4)]
    made = worked(Import.objects.get(ref=send(head, *rows).json()["id"]))
    url = f"/api/v1/imports/{made.ref}/apply"
    assert Client().post(url, {"accept_fixes": True}, content_type="application/json", headers=head).status_code == 422
    assert not Entry.objects.filter(verb="import.fix").exists()


def test_the_same_key_takes_a_roster_once(head: dict[str, str]) -> None:
    first, second = send(head, *people(1), key="k1"), send(head, *people(1), key="k1")
    assert first.json() == second.json()
    assert Import.objects.count() == 1
    assert send(head, *people(2), key="k1").status_code == 422


def test_the_same_key_for_another_file_name_or_choice_is_another_request(head: dict[str, str]) -> None:
    assert send(head, *people(1), key="k1").status_code == 202
    others = [send(head, *people(1), key="k1", file="另一份.csv"), send(head, *people(1), key="k1", evidence="stated")]
    assert [(answer.status_code, "Idempotency" in answer.json()["detail_en"]) for answer in others] == [(422, True)] * 2
    assert Import.objects.count() == 1


def test_the_compounds_to_choose_from_are_told_and_one_is_taken_with_the_file(head: dict[str, str]) -> None:
    names = ["春风小区", *Compound.objects.filter(division_code=COMMUNITY).values_list("name", flat=True)]
    Compound.objects.create(division_code=COMMUNITY, name=names[0])
    doors = {"header": "楼栋,单元,室号,面积"}
    made = worked(Import.objects.get(ref=send(head, "501,1,101,88", **doors).json()["id"]))
    assert Client().get(f"/api/v1/imports/{made.ref}", headers=head).json()["compounds"] == sorted(names)
    refused = send(head, "501,1,101,88", **doors, compound="没有的小区").json()
    assert (refused["status"], refused["field"]) == (422, "compound")
    assert all(one in refused["detail_zh"] for one in names)
    made = worked(Import.objects.get(ref=send(head, "501,1,101,88", **doors, compound=names[0]).json()["id"]))
    assert made.counts["new"] == 1
    assert Client().get(f"/api/v1/imports/{made.ref}", headers=head).json()["compounds"] == []


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


def test_a_field_that_is_not_known_is_named_with_those_that_are(head: dict[str, str]) -> None:
    made = worked(Import.objects.get(ref=send(head, *people(1)).json()["id"]))
    url = f"/api/v1/imports/{made.ref}/apply"
    said = Client().post(url, {"acept_fixes": True}, content_type="application/json", headers=head).json()
    assert (said["status"], said["field"]) == (422, "acept_fixes")
    assert "不认识字段“acept_fixes”" in said["detail_zh"]
    assert "accept_fixes, accept_places, accept_lone_doors" in said["detail_en"]
    said = send(head, *people(1), comunity=COMMUNITY).json()
    assert (said["status"], said["field"]) == (422, "comunity")
    assert "file, community, compound, evidence" in said["detail_zh"]
    assert Import.objects.count() == 1
    broken = Client().post(url, {"accept_fixes": "so"}, content_type="application/json", headers=head).json()
    assert (broken["status"], broken["field"]) == (422, "accept_fixes")


def test_rows_that_are_taken_without_a_cell_are_counted_beside_the_sum_and_listed(head: dict[str, str]) -> None:
    made = worked(Import.objects.get(ref=send(head, f"{name(1)},{number(1)},12,3-1-502", *people(1)).json()["id"]))
    found = Client().get(f"/api/v1/imports/{made.ref}?problems=cells", headers=head).json()
    counts = found["counts"]
    assert (counts["total"], counts["new"], counts["refused"], counts["cells_left_out"]) == (2, 2, 0, 1)
    assert [(row["row"], row["who"], len(row["cells"])) for row in found["problems"]] == [(2, name(1), 1)]
    assert number(1) not in str(found)
