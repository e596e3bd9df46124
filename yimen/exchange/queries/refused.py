"""The refused rows as a workbook: their own cells, and why, safe to open."""

from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from yimen.core.sentences import said
from yimen.core.sheets import harmless
from yimen.exchange.models import StagedRow
from yimen.exchange.queries.imports import ImportPage
from yimen.exchange.queries.rows import label_of, why_of
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.imports import REFUSED
from yimen.exchange.rules.sealed import open_body

WIDEST = 40


def refused_rows(shown: ImportPage) -> bytes:
    """An .xlsx with one sheet for each of the file's, its columns kept, the reasons in front."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _("Refused rows")})
    tables = shown.plan.get("tables", ())
    for number, table in enumerate(tables):
        _sheet(book, shown, number, table)
    if not tables:
        book.add_worksheet()
    book.close()
    return out.getvalue()


def _sheet(book: Any, shown: ImportPage, number: int, table: Any) -> None:
    rows = StagedRow.objects.filter(imported=shown.id, sheet=number, verdict=REFUSED).order_by("line")
    sheet = book.add_worksheet(_name(table["sheet"], number))
    bold = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@"})  # identity numbers stay whole when they are typed again
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, WIDEST)
    sheet.set_column(2, 2 + len(table["columns"]), 16, text)
    heads = [_("Row"), _("Why it was refused"), *(column["label"] for column in table["columns"])]
    for place, words in enumerate(heads):
        sheet.write_string(0, place, harmless(words), bold)
    at = 1
    for row_id, line, reasons, blob in rows.values_list("id", "line", "reasons", "body").iterator(chunk_size=500):
        body = open_body(blob, row_id)
        why = [why_of(body, reasons)]
        for one in body.findings:
            if one.verdict.state is State.REFUSED:
                why.append(f"{label_of(one.field)}: {said(one.verdict.message, one.verdict.params)}")
        sheet.write_number(at, 0, line)
        sheet.write_string(at, 1, harmless(" ".join(part for part in why if part)))
        for place, cell in enumerate(body.cells):
            sheet.write_string(at, 2 + place, harmless(cell), text)
        at += 1


def _name(name: str, number: int) -> str:
    plain = "".join(sign for sign in name if sign not in "[]:*?/\\'").strip()[:24]
    return f"{number + 1} {plain}".strip()
