"""Lists as files: masked, with a reason, counted over 30 days, above the measure with a second person, on record."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from tests import cast
from tests.architecture.things import one_of_each
from tests.registry.town import AT, build_town
from yimen.access import actions as access
from yimen.access import rules
from yimen.access.models import Approval, Export, Session
from yimen.cases.queries.slices import slice_title
from yimen.catalogue import queries as catalogue
from yimen.core.actor import Actor
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.core.sheets import workbook
from yimen.orgs.models import Norm
from yimen.registry.queries.history import seen_by
from yimen.registry.queries.people import Filter
from yimen.site import files

pytestmark = pytest.mark.django_db


def proved(username: str, at: Any = AT) -> Actor:
    return replace(cast.actor(username), proved_at=at)


def ask(username: str = "window", rows: int = 6, at: Any = AT, **changed: Any) -> Export:
    wanted = {"source": "people", "what": {}, "alone": 200, "reason": "走访名单", **changed}
    return access.ask_export(proved(username, at), rows=rows, at=at, **wanted)


def approve(asked: Export, username: str = "head", *, grant: bool = True) -> None:
    approval = asked.approval
    assert approval is not None
    seal, words = bytes(approval.seal).hex(), "" if grant else "用不着"
    access.answer_approval(proved(username), ref=approval.ref, seal=seal, grant=grant, answer=words, at=AT)


def sheet(asked: Export, username: str = "window", at: Any = AT) -> list[list[Any]]:
    with translation.override("zh-hans"):
        _name, body = files.file_of(cast.actor(username), ref=asked.ref, at=at)
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
    return rows


def test_a_file_is_masked_says_who_and_why_and_stands_on_each_record() -> None:
    town = build_town()
    mark, titles, *rows = sheet(ask())
    assert mark[0].startswith("沈晓岚 (window) · ")
    assert "走访名单" in mark[0]
    assert titles[:3] == ["姓名", "性别", "年龄"]
    text = str(rows)
    for person in (one for (name, one) in town.people.items() if name in text):
        assert person.number not in text
        assert person.phone not in text
    assert "154 **** 0002" in text
    assert len(rows) == 6  # of seven: as many as were asked for
    person = town.people[rows[0][0]]
    with translation.override("zh-hans"):
        _name, looks = seen_by(cast.actor("head"), person.ref)
    assert [(look.who, look.what, look.why) for look in looks] == [("沈晓岚", "随清单导出", "走访名单")]


def test_a_file_for_the_district_masks_names() -> None:
    build_town()
    rows = sheet(ask("district", rows=9), "district")
    assert "张*富" in str(rows)
    assert "张国富" not in str(rows)


def test_two_hundred_rows_are_counted_over_thirty_days_not_per_file() -> None:
    for rows in (120, 80):
        assert ask(rows=rows).approval is None
    over = ask(rows=1)
    assert over.approval is not None
    assert ask("window2", rows=200).approval is None  # another person's measure is their own
    assert ask(rows=200, at=AT + timedelta(days=30)).approval is None


def test_what_waits_cannot_be_taken_and_what_is_approved_can_for_a_day() -> None:
    build_town()
    asked = ask(rows=6, alone=5)
    with pytest.raises(Conflict, match="waits for a second person"):
        sheet(asked)
    with pytest.raises(NotAllowed):
        approve(asked, "window2")
    with pytest.raises(NotFound):
        approve(asked, "siblinghead")
    approve(asked)
    assert len(sheet(asked)) == 8
    assert Approval.objects.get().state == "used"
    assert len(sheet(asked, at=AT + timedelta(hours=23))) == 8
    with pytest.raises(Conflict, match="24 hours"):
        sheet(asked, at=AT + timedelta(hours=24))
    refused = ask(rows=6, alone=5)
    approve(refused, "street", grant=False)
    with pytest.raises(Conflict):
        sheet(refused)


def test_a_head_does_not_approve_their_own_file() -> None:
    with pytest.raises(RuleBroken, match="own request"):
        approve(ask("head", rows=300), "head")


def test_another_list_than_the_approved_one_does_not_leave() -> None:
    build_town()
    asked = ask(rows=6, alone=5)
    approve(asked)
    Export.objects.filter(pk=asked.pk).update(what={"from_age": 0})
    with pytest.raises(Conflict, match="not what was approved"):
        sheet(asked)
    Export.objects.filter(pk=asked.pk).update(what={}, rows=5000)
    with pytest.raises(Conflict, match="not what was approved"):
        sheet(asked)


def test_a_file_belongs_to_one_person_in_one_post() -> None:
    build_town()
    asked = ask()
    for username in ("window2", "head"):
        with pytest.raises(NotFound):
            sheet(asked, username)
    with pytest.raises(NotFound):
        files.file_of(replace(cast.actor("window"), reach=cast.SIBLING), ref=asked.ref, at=AT)
    with pytest.raises(NotAllowed):
        files.file_of(cast.actor("auditor"), ref=asked.ref, at=AT)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": ""}, "what the file is for"),
        ({"rows": 0}, "nothing to take out"),
        ({"rows": 5001}, "more than 5,000 rows"),
    ],
)
def test_no_file_without_a_reason_or_of_no_or_too_many_rows(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        ask(**{"rows": 6, **changed})
    with pytest.raises(RuleBroken) as refused:
        access.ask_export(
            proved("window", AT - timedelta(minutes=6)), source="people", what={}, rows=1, alone=9, reason="x", at=AT
        )
    assert refused.value.field == "password"


def test_a_list_of_which_no_file_can_be_made_says_so_before_a_reason_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    build_town()
    window = cast.client_for("window")
    asked = window.post("/people/export", {"name": ""}).content.decode()
    assert 'name="reason"' in asked
    monkeypatch.setattr(rules, "MOST_ROWS", 2)
    for asked in (
        window.post("/people/export", {"name": ""}).content.decode(),
        window.post("/people/export", {"name": "", "confirm": "1", "reason": "走访"}).content.decode(),
    ):
        assert asked.count("一份文件最多 2 行") == 1
        assert 'name="reason"' not in asked
    none = window.post("/people/export", {"name": "", "from_age": "119"}).content.decode()
    assert 'name="reason"' not in none


def test_the_pages_lead_from_the_list_to_the_file() -> None:
    build_town()
    Norm.objects.create(name="export_rows_alone", value=1, document="锡数〔2026〕3号", from_on=cast.SINCE)
    window, head = cast.client_for("window"), cast.client_for("head")
    Session.objects.update(proved_at=None)
    assert "导出此清单" in window.post("/people", {"name": "zhang"}, follow=True).content.decode()
    form = {"name": "", "from_age": "60"}
    asked = window.post("/people/export", form).content.decode()
    assert "须由另一人审批" in asked
    confirmed = {**form, "confirm": "1", "reason": "走访"}
    assert window.post("/people/export", confirmed).status_code == 422  # the password first
    done = window.post("/people/export", {**confirmed, "password": cast.PASSWORD})
    assert done.headers["Location"] == "/approvals?done=asked"
    approval, export = Approval.objects.get(), Export.objects.get()
    page = head.get(f"/approvals/{approval.ref}").content.decode()
    assert "年龄" in page
    assert "60" in page
    answer = {"seal": bytes(approval.seal).hex(), "grant": "1", "password": cast.PASSWORD}
    assert head.post(f"/approvals/{approval.ref}/answer", answer).status_code == 302
    assert f"/exports/{export.ref}" in window.get("/approvals").content.decode()
    file = window.get(f"/exports/{export.ref}")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert head.get(f"/exports/{export.ref}").status_code == 404


@pytest.mark.usefixtures("matters")
def test_a_list_of_cases_leaves_with_its_residents_on_record(matters: None) -> None:
    things = one_of_each()
    asked = ask(source="cases", what={"view": "all"}, rows=3)
    rows = sheet(asked)
    assert things.refs["case"] in str(rows)
    _name, looks = seen_by(cast.actor("head"), things.refs["resident"])
    assert "走访名单" in [look.why for look in looks]


@pytest.mark.usefixtures("matters")
def test_what_a_file_holds_is_told_in_words_not_in_codes() -> None:
    code = next(iter(catalogue.shelf().versions)).code
    what = {"view": "all", "figure": "closed_late", "matter": code, "division": cast.STREET, "from_on": "2026-01-01"}
    with translation.override("zh-hans"):
        told = dict(files.in_words(what, "zh-hans"))
        assert slice_title("closed_late") in told.values()
        assert code not in told.values()
        assert "视图" not in told
        assert told["起始日期"] == "2026-01-01"
        waiting = dict(files.in_words({"view": "all", "figure": "late", "waiting": "street"}, "zh-hans"))
        assert list(waiting.values()) == [slice_title("late", "street")]
    page = cast.client_for("head").post("/cases/export", {"figure": "closed_late", "from": "2026-01-01"})
    assert "closed_late</dd>" not in page.content.decode()


DANGEROUS = ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    body = workbook("名单", text, [text], [[text]])
    rows = CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()
    assert {str(row[0])[:1] for row in rows} == {"'"}


def test_a_scope_counts_what_the_list_shows() -> None:
    build_town()
    found = files.scope_of(cast.actor("window"), "people", Filter(from_age=60), AT)
    assert (found.rows, found.what) == (3, {"from_age": 60})
