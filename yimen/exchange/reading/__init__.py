"""Reads a file that a stranger sent, in a child process under limits, and hands its rows over one by one.

with read(path, name="roster.xlsx") as workbook:
    for sheet in workbook.sheets:
        for row in sheet.rows: ...
"""

from yimen.exchange.reading.parent import ROSTERS, read

__all__ = ["ROSTERS", "read"]
