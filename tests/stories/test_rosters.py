"""Rosters: a stranger brings in a messy one in six interactions, and trusts what it did."""

import re
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests import cast
from tests.cases.counter import people
from tests.exchange.bringing import name, number
from tests.stories.conftest import Measured, SignIn, shoot
from tests.stories.counting import Expert
from tests.stories.reading import words
from yimen.core.clock import now
from yimen.exchange import actions
from yimen.exchange.models import Import
from yimen.registry.models import Resident

pytestmark = pytest.mark.browser

ROWS, DOOR = 300, "3-1-502"
REFUSED = ROWS // 10  # lost digits and doors that are not there
WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}


def messy_roster(folder: Path) -> Path:
    """Three hundred people under a title, with spaces, wide digits, lost numbers and doors that are not there."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("居民")
    sheet.write_string(0, 0, "二〇二六年居民登记册")
    for place, title in enumerate(("序号", "姓名", "身份证号码", "联系电话", "门牌号")):
        sheet.write_string(2, place, title)
    for order in range(ROWS):
        cells = [str(order + 1), name(order), number(order), f"1540001{order:04}", DOOR]
        if order % 10 == 1:
            cells[3] = cells[3].translate(WIDE)
        if order % 10 == 2:
            cells[2] = f" {cells[2][:6]} {cells[2][6:]} "
        if order % 20 == 3:
            cells[2] = "3.2E+17"
        if order % 20 == 4:
            cells[4] = "99-9-999"
        for place, cell in enumerate(cells):
            sheet.write_string(order + 3, place, cell)
    book.close()
    path = folder / "登记册.xlsx"
    path.write_bytes(out.getvalue())
    return path


def worker() -> None:
    """What the worker process would do meanwhile."""
    for ref in actions.unfinished():
        actions.work(ref, at=now())


def test_a_stranger_brings_in_a_messy_roster_in_six_interactions(
    house: str, sign_in: SignIn, tmp_path: Path, measured: Measured
) -> None:
    """Choose, read, accept, write: the result adds up, says what was left out, and can be undone."""
    people()
    page = sign_in("head")
    page.goto("/")
    expert = Expert(page)
    expert.clicks("nav.rail a[href='/imports']", until="#f-file")
    expert.interactions += 1  # the file is chosen in the system's own window, or dragged here
    page.set_input_files("#f-file", messy_roster(tmp_path))
    expert.clicks("form[action='/imports/new'] button[type=submit]", until="#progress")
    worker()
    page.locator(".sum").wait_for()
    shoot(page, "roster-preview")
    assert sum_of(words(page.locator(".sum"))) == ROWS
    expert.clicks("form[action$='/fix'] > .button:not(.button-quiet)", until=".confirm")
    lone = len(range(4, ROWS, 20))  # at one door of an unknown building: perhaps a slip, so decided apart
    expect(page.locator(".sum")).to_contain_text(re.compile(rf"待修正\s*{lone}$"))
    expert.clicks(".confirm button", until="#progress")
    worker()
    page.get_by_text("撤回此次导入").wait_for()
    shoot(page, "roster-result")
    assert expert.interactions <= 6
    measured("import a messy roster", expert)
    made = Import.objects.get()
    assert made.counts == {"new": ROWS - REFUSED, "changed": 0, "same": 0, "fixable": 0, "refused": REFUSED}
    page.goto(f"/imports/{made.ref}?tab=refused")
    refused = words(page.locator("main"))
    assert "原有数字已丢失" in refused
    assert "没有此门牌" in refused
    page.get_by_text("撤回此次导入").click()
    expect(page.locator("main")).to_contain_text(f"新增 {ROWS - REFUSED} 行")
    page.locator("form[action$='/undo'] button").click()
    page.locator("#progress").wait_for()
    worker()
    expect(page.locator("main")).to_contain_text("全部恢复原状")
    assert not Resident.objects.filter(source="import").exists()


def sum_of(line: str) -> int:
    """The parts of "300 = 新增 210 + …", which must come to the whole."""
    whole, parts = line.split("=")
    total = int(re.sub(r"\D", "", whole))
    assert sum(int(found) for found in re.findall(r"\d+", parts.replace(",", ""))) == total
    return total


def test_without_scripts_the_page_is_looked_at_again_by_a_link(house: str, sign_in: SignIn, tmp_path: Path) -> None:
    """Progress needs no script: a link asks again."""
    people()
    made = actions.upload(cast.actor("head"), chunks=["姓名,身份证号\n".encode()], name="登记册.csv", at=now())
    page = sign_in("head")
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"/imports/{made.ref}")
    page.locator("#progress a").click()
    expect(page.locator("#progress")).to_be_visible()
