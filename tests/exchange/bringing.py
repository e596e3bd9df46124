"""Rosters as a head brings them: uploaded, previewed, accepted and applied."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from tests.cast import actor
from tests.registry.town import AT, number_of
from yimen.exchange import actions, queries
from yimen.exchange.models import Import

HEADER = "姓名,身份证号,电话,门牌号"


def number(order: int) -> str:
    """A number nobody has."""
    return number_of(date(1970, 1, 1) + timedelta(days=order), 11)


def name(order: int) -> str:
    """A name that looks like one."""
    return "钱" + "甲乙丙丁戊己庚辛壬癸"[order % 10] + "子丑寅卯辰巳午未申酉"[order // 10 % 10]


def csv(*rows: str, header: str = HEADER) -> list[bytes]:
    return ["\n".join([header, *rows, ""]).encode()]


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    """Sheets as .xlsx."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for line, row in enumerate(rows):
            for place, text in enumerate(row):
                sheet.write_string(line, place, text)
    book.close()
    return out.getvalue()


def previewed(*rows: str, who: str = "head", header: str = HEADER, **others: Any) -> Import:
    """An upload that the worker has read."""
    made = actions.upload(actor(who), chunks=csv(*rows, header=header), name="名册.csv", at=AT, **others)
    return worked(made)


def worked(made: Import, at: datetime = AT) -> Import:
    actions.work(made.ref, at=at)
    made.refresh_from_db()
    return made


def accepted(made: Import) -> None:
    """Every fix, and the places that are not on record."""
    actions.accept_all(actor("head"), ref=made.ref, at=AT)
    actions.decide_fix(actor("head"), ref=made.ref, field="door", fix="new_door", accept=True, at=AT)


def applied(made: Import, who: str = "head", at: datetime = AT) -> Import:
    actions.apply(actor(who), ref=made.ref, at=at)
    return worked(made, at)


def people(count: int) -> list[str]:
    return [f"{name(order)},{number(order)},1540001{order:04},3-1-502" for order in range(count)]


def shown(made: Import, tab: str, who: str = "head") -> list[Any]:
    """The rows of a tab as the page shows them."""
    return list(queries.rows_page(actor(who), queries.import_page(actor(who), made.ref), tab).rows)
