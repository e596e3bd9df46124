"""The pages of rosters: what they show, what they mask, and what they refuse with a sentence."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from tests.cast import COMMUNITY, SIBLING, STREET, actor, client_for
from tests.exchange.bringing import (
    HEADER,
    accepted,
    applied,
    csv,
    name,
    number,
    people,
    previewed,
    shown,
    workbook,
    worked,
)
from tests.patches.conftest import begin
from tests.registry.town import AT, Town, number_of
from yimen.core.clock import now
from yimen.exchange import actions, queries
from yimen.exchange.models import Import
from yimen.exchange.rules import plans
from yimen.orgs.queries import division_name
from yimen.patches.models import Placement
from yimen.registry.models import Stairwell
from yimen.trail.models import Entry

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def head(town: Town) -> Client:
    return client_for("head")


def words(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_file_is_sent_read_and_previewed(head: Client) -> None:
    assert "还没有导入过名册" in words(head, "/imports")
    sent = SimpleUploadedFile("名册.csv", b"".join(csv(*people(2))))
    answer = head.post("/imports/new", {"file": sent})
    assert answer.status_code == 302
    made = Import.objects.get()
    assert "现在没有程序在处理" not in words(head, f"/imports/{made.ref}")  # a worker needs a moment to take it in hand
    Import.objects.update(changed_at=now() - timedelta(minutes=1))
    assert "一分钟内会从头读取文件" in words(head, f"/imports/{made.ref}")
    assert head.get(f"/imports/{made.ref}", headers={"HX-Request": "true"}).content.startswith(b'<div id="progress"')
    worked(made)
    assert head.get(f"/imports/{made.ref}", headers={"HX-Request": "true"}).headers["HX-Redirect"].endswith(made.ref)
    page = words(head, f"/imports/{made.ref}")
    assert "写入：新增 2，更新 0" in page
    assert number(1) not in page
    assert "3202** ******** " in page


def test_a_missing_file_is_named_beside_the_input(head: Client) -> None:
    answer = head.post("/imports/new", {})
    assert answer.status_code == 422
    assert "请先选择文件" in answer.content.decode()


def test_the_preview_shows_old_and_new_and_asks_few_questions(head: Client, town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(*people(30), f"张国富,{old.number},15499998888,12-2-301", f"{name(40)},{number(40)}x,,3-1-502")
    page = words(head, f"/imports/{made.ref}?tab=changed")
    assert "154 **** 8888" in page
    assert "12-2-301" in page
    assert "15499998888" not in page
    with CaptureQueriesContext(connection) as caught:
        first = words(head, f"/imports/{made.ref}?tab=new")
    assert len(caught) <= 15
    assert "下一页" in first
    refused = words(head, f"/imports/{made.ref}?tab=refused")
    assert "证件号码" in refused


def test_a_community_is_shown_by_its_name_not_by_its_code(head: Client) -> None:
    said = f"{division_name(COMMUNITY).removesuffix('社区')}居委会"
    made = previewed(f"{name(1)},{number(1)},{said},3-1-502", header="姓名,身份证号,社区,门牌号")
    page = words(head, f"/imports/{made.ref}?tab=fixable")
    assert said in page
    assert division_name(COMMUNITY) in page.split(said, 1)[1]
    assert COMMUNITY not in page


def test_refused_rows_leave_as_a_workbook_that_runs_nothing(head: Client) -> None:
    made = previewed(f"=cmd|' /C calc'!A0,{number(1)[:-1]},,3-1-502", *people(1))
    answer = head.get(f"/imports/{made.ref}/refused.xlsx")
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    titles, row = rows[0], rows[1]
    assert titles[2:] == HEADER.split(",")
    assert str(row[2]).startswith("'=cmd")
    assert row[1]
    assert Entry.objects.filter(verb="import.export", is_read=True).count() == 1


def test_fixes_are_applied_to_all_similar_rows_by_one_button(head: Client) -> None:
    made = previewed(*(f"{name(order)},{number(order)},１５４０００１０００{order},3-1-502" for order in range(3)))
    page = words(head, f"/imports/{made.ref}")
    assert "3 行全部修正" in page
    assert '3 <span class="stack-unit">行</span>' in page
    answer = head.post(f"/imports/{made.ref}/fix", {"field": "phone", "fix": "width", "accept": "1"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.counts["fixable"] in (0, 3)  # the name of the fix is the cells' business
    head.post(f"/imports/{made.ref}/fix", {})
    made.refresh_from_db()
    assert made.counts["new"] == 3
    assert head.post(f"/imports/{made.ref}/apply").status_code == 302
    assert "一分钟内" not in words(head, f"/imports/{made.ref}")
    Import.objects.filter(ref=made.ref).update(changed_at=now() - timedelta(minutes=1))
    assert "一分钟内会从当前位置接着办" in words(head, f"/imports/{made.ref}")
    made = worked(made, now())
    assert "撤回此次导入" in words(head, f"/imports/{made.ref}")
    assert head.post(f"/imports/{made.ref}/undo").status_code == 302
    made = worked(made, now())
    assert "全部恢复原状" in words(head, f"/imports/{made.ref}")


def test_what_is_not_waiting_any_more_says_so_on_the_page_of_the_import(head: Client) -> None:
    """Also while it is being written: the address can be opened again, and nothing is said to be wrong with a form."""
    made = previewed(*people(1))
    actions.apply(actor("head"), ref=made.ref, at=AT)
    for path in ("fix", "drop", "undo"):
        answer = head.post(f"/imports/{made.ref}/{path}", {}, follow=True)
        assert answer.redirect_chain == [(f"/imports/{made.ref}?done=late", 302)]
        assert "已进入下一步" in answer.content.decode()


def test_what_was_thrown_away_is_not_said_to_have_been_refused(head: Client) -> None:
    made = previewed(*people(1))
    page = head.post(f"/imports/{made.ref}/drop", follow=True).content.decode()
    assert "已作废" in page
    assert "未导入" not in page


def test_columns_can_be_said_and_both_languages_stand(head: Client) -> None:
    made = previewed(*people(1))
    page = words(head, f"/imports/{made.ref}/columns")
    assert "请确认各列的含义" in page
    assert page.count("<select") == 5
    answer = head.post(f"/imports/{made.ref}/columns", {"k0": "residents", "c0-0": "name", "c0-1": "name"})
    assert answer.status_code == 422
    fine = {"k0": "residents", "c0-0": "name", "c0-1": "id_number", "c0-2": "", "c0-3": "door"}
    assert head.post(f"/imports/{made.ref}/columns", fine).status_code == 302
    assert worked(made).counts["new"] == 1
    head.cookies["language"] = "en"
    assert "Nothing has been written so far" in words(head, f"/imports/{made.ref}")


def test_sheets_of_one_layout_are_asked_about_once(head: Client) -> None:
    """Sixty forms make one table of columns; what is said holds for all, wherever their columns stand."""
    header = ["姓名", "身份证号", "电话", "电话", "门牌号"]
    sheets = {f"表{at}": [header, [name(at), number(at), "", f"1540001{at:04}", "3-1-502"]] for at in range(1, 6)}
    sheets["表6"] = [["门牌号", *header[:4]], ["3-1-502", name(6), number(6), "", "15400010006"]]
    made = actions.upload(actor("head"), chunks=[workbook(sheets)], name="名册.xlsx", at=AT)
    worked(made)
    page = words(head, f"/imports/{made.ref}/columns")
    assert (page.count("<table"), page.count("<select")) == (1, 6)
    assert "6 张" in page
    said = {"k0": "residents", "c0-0": "name", "c0-1": "id_number", "c0-2": "", "c0-3": "phone", "c0-4": "door"}
    assert head.post(f"/imports/{made.ref}/columns", said).status_code == 302
    made = worked(made)
    assert made.counts["new"] == 6
    fields = [{column["index"]: column["field"] for column in table["columns"]} for table in made.plan["tables"]]
    assert fields[0] == {0: "name", 1: "id_number", 2: "", 3: "phone", 4: "door"}
    assert fields[5] == {0: "door", 1: "name", 2: "id_number", 3: "", 4: "phone"}


def test_a_department_reads_names_masked(town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(f"张国富,{old.number},是", who="dept", header="姓名,身份证号,低保")
    page = words(client_for("dept"), f"/imports/{made.ref}")
    assert "张*富" in page
    assert "张国富" not in page


def test_a_perhaps_doubled_person_is_pointed_out(head: Client, town: Town) -> None:
    like = number_of(date(1946, 11, 9), 33)
    made = previewed(f"张国富,{like},,3-1-502")
    assert made.counts["new"] == 1
    page = words(head, f"/imports/{made.ref}")
    assert "疑似重复" in page
    assert f"/people/{town.people['张国富'].ref}" in page


def test_accepting_what_leaves_every_row_waiting_says_why_the_counts_stay(head: Client) -> None:
    """Each row waits for its building too, so that no count moves when its phone is mended."""
    made = previewed(*(f"{name(at)},{number(at)},１５４０００１０００{at},88-1-10{at}" for at in range(3)))
    answer = head.post(f"/imports/{made.ref}/fix", {}, follow=True)
    assert "还有其他问题待确认" in answer.content.decode()
    answer = head.post(f"/imports/{made.ref}/fix", {"field": "door", "fix": "new_door", "accept": "1"}, follow=True)
    assert "下方数字已更新" in answer.content.decode()


def test_a_row_under_two_reasons_is_told_where_they_come_to_more_than_the_tab(head: Client) -> None:
    twice = previewed(f"{name(1)},{number(1)[:-1]},12,3-1-502")
    assert "大于“未收”的 1 行" in words(head, f"/imports/{twice.ref}?tab=refused")
    once = previewed(f"{name(1)},{number(1)[:-1]},,3-1-502")
    assert "大于“未收”" not in words(head, f"/imports/{once.ref}?tab=refused")


def test_thousands_are_parted_in_the_tabs_too(head: Client) -> None:
    made = previewed(*people(2))
    Import.objects.filter(ref=made.ref).update(counts=made.counts | {"new": 4393, "fixable": 1200})
    page = words(head, f"/imports/{made.ref}")
    assert page.count("4,393") == 3  # sum, button, tab
    assert "4393" not in page
    assert "1,200 行待修正" in page


def test_what_was_undone_is_not_said_to_be_on_record(head: Client) -> None:
    made = previewed(*(f"{name(at)},{number(at)},1540001000{at},88-1-10{at}" for at in range(3)))
    accepted(made)
    made = applied(made, at=now())
    assert "已随居民一并新增" in words(head, f"/imports/{made.ref}?tab=new")
    head.post(f"/imports/{made.ref}/undo")
    page = words(head, f"/imports/{worked(made, now()).ref}?tab=new")
    assert "已随居民一并新增" not in page
    assert "曾随居民一并新增，导入现已撤回" in page


def test_a_preview_from_before_an_undo_is_read_again_before_it_is_applied(head: Client) -> None:
    made = applied(previewed(*people(2)))
    older = previewed(*people(2))
    assert older.counts["same"] == 2
    assert "撤回，这里的" not in words(head, f"/imports/{older.ref}")
    actions.undo(actor("head"), ref=made.ref, at=LATER)
    worked(made, LATER)
    page = words(head, f"/imports/{older.ref}")
    assert "撤回，这里的" in page
    assert '/apply"' not in page
    answer = head.post(f"/imports/{older.ref}/apply")
    assert answer.status_code == 422
    assert "另一次导入撤回之前生成" in answer.content.decode()
    assert head.post(f"/imports/{older.ref}/columns", {"again": "1"}).status_code == 302
    older = worked(older, LATER)
    assert older.counts["new"] == 2
    assert "撤回，这里的" not in words(head, f"/imports/{older.ref}")
    assert applied(older, at=LATER).counts["new"] == 2


def test_a_preview_stands_when_another_community_undoes_an_import(town: Town) -> None:
    street = client_for("street")
    made = applied(previewed(*people(2)))
    older = previewed(*people(2))
    actions.undo(actor("head"), ref=made.ref, at=LATER)
    worked(made, LATER)
    assert "撤回，这里的" in words(street, f"/imports/{older.ref}")
    Import.objects.filter(ref=made.ref).update(division_code=SIBLING)
    assert "撤回，这里的" not in words(street, f"/imports/{older.ref}")
    Import.objects.filter(ref=made.ref).update(division_code=STREET)
    assert "撤回，这里的" in words(street, f"/imports/{older.ref}")


def test_advice_to_change_the_columns_ends_with_the_chance_to(head: Client) -> None:
    made = previewed(*people(1))
    note = [plans._PLACED, {"sheet": "名册", "compound": "春风里"}]
    Import.objects.filter(ref=made.ref).update(plan=made.plan | {"notes": [note]})
    assert "另选" in words(head, f"/imports/{made.ref}")
    head.post(f"/imports/{made.ref}/drop")
    page = words(head, f"/imports/{made.ref}")
    assert "归入“春风里”" in page
    assert "另选" not in page


def test_throwing_away_is_asked_once_with_the_number_of_rows_and_then_done(town: Town) -> None:
    made = previewed(*people(3))
    head = client_for("head")
    head.handler.enforce_csrf_checks = True  # the question is a form of its own, which must know who asks
    page = words(head, f"/imports/{made.ref}")
    asked = page[page.index("<summary>作废此次导入") :]
    assert "已读取的 3 行" in asked
    token = re.search(r'/drop".*?name="csrfmiddlewaretoken" value="(.*?)"', asked)
    assert token is not None
    answer = head.post(f"/imports/{made.ref}/drop", {"csrfmiddlewaretoken": token[1]})
    assert answer.headers["Location"] == "/imports?done=dropped"


def test_a_cell_that_is_left_out_of_a_row_that_is_taken_is_counted_listed_and_given_back(
    head: Client, town: Town
) -> None:
    """The sum stays as it was; the row is taken, before and after it is written, and the clerk can mend the cell."""
    old = town.people["张国富"]
    rows = (f"{name(1)},{number(1)},12,3-1-502", *people(1), f"张国富,{old.number},12345,3-1-501")
    made = previewed(*rows)
    for _time in range(2):
        assert sum(made.counts[one] for one in ("new", "changed", "same")) == 3
        page = words(head, f"/imports/{made.ref}")
        assert "其中 2 行有单元格未采用" in page
        assert f'href="/imports/{made.ref}?tab=cells"' in page
        listed = shown(made, "cells")
        assert [(row.line, [cell.label for cell in row.cells]) for row in listed] == [(2, ["电话"]), (4, ["电话"])]
        assert all(cell.is_left_out and cell.why for row in listed for cell in row.cells)
        made = made if made.state == "applied" else applied(made, at=now())
    assert Import.objects.get().counts["refused"] == 0
    book = CalamineWorkbook.from_filelike(BytesIO(head.get(f"/imports/{made.ref}/refused.xlsx").content))
    assert book.sheet_names == ["1 名册 单元格未采用"]
    titles, first, _second = book.get_sheet_by_index(0).to_python()
    assert (titles[1], first[0], first[2]) == ("单元格未采用的原因", 2, name(1))
    assert str(first[1]).startswith("电话：")


def test_rows_are_listed_as_the_file_has_them_page_by_page(head: Client) -> None:
    """Heads are applied before members; who looks them up in the file finds them in its order."""
    rows = [f"{name(at)},{number(at)},{'户主' if at % 3 == 0 else '子'},3-1-502" for at in range(60)]
    made = previewed(*rows, header="姓名,身份证号,与户主关系,门牌号")
    seen: list[int] = []
    after, page = 0, queries.import_page(actor("head"), made.ref)
    while not seen or after:
        found = queries.rows_page(actor("head"), page, "new", after=after)
        seen, after = seen + [row.line for row in found.rows], found.after
    assert seen == list(range(2, 62))


def test_every_row_says_whom_it_is_about_beside_its_one_fix(head: Client) -> None:
    """Name, masked number and the door with its compound; a head that the row brings with sex, birth date and phone."""
    made = previewed(f"{name(1)},{number(1)},１５４０００１０００１,广瑞一村3-1-502")
    (row,) = shown(made, "fixable")
    assert row.who == name(1)
    assert [part.split(" ")[0] for part in row.about] == [number(1)[:4] + "**", "广瑞一村"]
    header = "门牌号,户主姓名,户主身份证号,联系电话,家庭人口"
    made = previewed(f"3-1-502,{name(2)},{number(2)},15400010002,3", header=header)
    (row,) = shown(made, "fixable")
    assert (row.who, row.about[0][-4:]) == (name(2), number(2)[-4:])
    assert [cell.label for cell in row.cells] == ["户主姓名", "性别", "出生", "电话"]


def test_accepting_everything_says_that_it_adds_heads_of_households(head: Client) -> None:
    header = "门牌号,户主姓名,户主身份证号,联系电话,家庭人口"
    made = previewed(*(f"3-1-50{at},{name(at)},{number(at)},1540001000{at},3" for at in (1, 2)), header=header)
    assert "含 2 位不在册的户主" in words(head, f"/imports/{made.ref}")


def test_a_file_of_one_column_is_told_what_to_do(head: Client) -> None:
    made = previewed(name(1), name(2), header="姓名")
    assert made.state == "refused"
    assert "只有一列" in words(head, f"/imports/{made.ref}")


def test_every_new_building_is_listed_and_the_patch_into_which_it_comes_is_said(head: Client) -> None:
    rows = [f"{name(at)},{number(at)},,{100 + at // 3}-1-10{at % 3 + 1}" for at in range(64 * 3)]
    made = previewed(*rows)
    assert "尚未划分片区" in words(head, f"/imports/{made.ref}")
    begin()
    first = words(head, f"/imports/{made.ref}")
    assert "</span>163</th>" not in first
    assert "buildings=60#h-places" in first
    assert "</span>163</th>" in words(head, f"/imports/{made.ref}?buildings=60")
    patches = queries.patches_to_come(queries.import_page(actor("head"), made.ref), on=now().date())
    assert patches is not None
    (told,) = patches
    assert f"自动归入第 {told} 片" in first
    accepted(made)
    applied(made, at=now())
    new = Stairwell.objects.filter(building__number__in=[str(100 + at) for at in range(64)])
    assert new.count() == 64
    assert set(Placement.objects.filter(stairwell__in=new).values_list("patch__number", flat=True)) == {told}
