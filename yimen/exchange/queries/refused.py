"""What was not taken as a workbook: the refused rows, and those of which cells were left out. Their own cells, and why,
safe to open."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from yimen.core.sentences import said
from yimen.core.sheets import harmless
from yimen.exchange.models import LEFT_OUT, StagedRow
from yimen.exchange.queries.imports import ImportPage
from yimen.exchange.queries.rows import why_of, with_label
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.sealed import open_body

WIDEST = 40
_LONGEST = 31  # characters of a sheet's name


def refused_rows(shown: ImportPage) -> bytes:
    """An .xlsx with a sheet for the refused rows of each of the file's and one for those taken without a cell, the
    columns kept and the reasons in front."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Refused rows")})
    rows = StagedRow.objects.filter(imported=shown.id)
    for which, why, words in (
        (rows.filter(verdict=REFUSED), _("Why it was refused"), ""),
        (rows.filter(LEFT_OUT), _("Why a cell was left out"), _("cells left out")),
    ):
        for number, table in enumerate(shown.plan.get("tables", ())):
            held = which.filter(sheet=number).order_by("line")
            if held.exists():
                _sheet(book, _name(table["sheet"], number, words), why, held, table)
    if not book.worksheets():
        book.add_worksheet()
    book.close()
    return out.getvalue()


def _sheet(book: Any, name: str, why: str, rows: Any, table: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    bold, whole = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})  # identity numbers stay whole when they are typed again
    wrong = book.add_format({"num_format": "@", "bg_color": "#f9e4c8"})
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, WIDEST)
    sheet.set_column(2, 2 + len(table["columns"]), 16, text)
    heads = [_("Row"), why, *(column["label"] for column in table["columns"])]
    for place, words in enumerate(heads):
        sheet.write_string(0, place, harmless(words), bold)
    found = rows.values_list("id", "line", "reasons", "body").iterator(chunk_size=500)
    for at, (row_id, line, reasons, blob) in enumerate(found, start=1):
        body = open_body(blob, row_id)
        faults = {one.field: said(one.verdict.message, one.verdict.params) for one in _refused(body.findings)}
        parts = [why_of(body, reasons), *(with_label(field, words) for field, words in faults.items())]
        sheet.write_number(at, 0, line)
        sheet.write_string(at, 1, harmless("\n".join(part for part in parts if part)), whole)
        for place, (column, cell) in enumerate(zip(table["columns"], body.cells, strict=False)):
            sheet.write_string(at, 2 + place, harmless(cell), wrong if column["field"] in faults else text)


def _refused(findings: Any) -> Any:
    return (one for one in findings if one.verdict.state is State.REFUSED)


def _name(name: str, number: int, words: str) -> str:
    plain = "".join(sign for sign in name if sign not in "[]:*?/\\'").strip()
    room = _LONGEST - len(f"{number + 1}  {words}")
    return " ".join(part for part in (str(number + 1), plain[:room].strip(), words) if part)
