"""Workbooks for people: one sheet, a line that says who took it out, and no cell that a spreadsheet would run."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter

_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full-width
_WIDTH = 18


def harmless(value: object) -> str:
    """A cell's text that no spreadsheet takes for a formula, however it is opened or saved again (OWASP)."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_RUNS) else text


def workbook(title: str, mark: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """An .xlsx with a first row `mark` (who, when, why), the titles of the columns and the rows, all of it text."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        book.set_properties({"title": title, "comments": mark})
        sheet = book.add_worksheet(title[:31].translate({ord(sign): " " for sign in "[]:*?/\\"}))
        bold, faint = book.add_format({"bold": True, "bottom": 1}), book.add_format({"font_color": "#8a5a00"})
        sheet.write_string(0, 0, harmless(mark), faint)
        for place, name in enumerate(columns):
            sheet.write_string(1, place, harmless(name), bold)
        for line, row in enumerate(rows, start=2):
            for place, value in enumerate(row):
                sheet.write_string(line, place, harmless(value))
        sheet.set_column(0, max(0, len(columns) - 1), _WIDTH)
        sheet.freeze_panes(2, 0)
        sheet.set_header("&L" + mark.replace("&", "&&")[:200])
        sheet.set_footer("&R&P / &N")
    return made.getvalue()
