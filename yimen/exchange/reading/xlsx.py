"""Workbooks of today: every sheet row by row, with what a cell says and how the file wrote it."""

from pathlib import Path
from posixpath import join, normpath

from yimen.core.errors import N_
from yimen.core.files.confined import Refused
from yimen.exchange.reading.archive import opened
from yimen.exchange.reading.formats import date_styles
from yimen.exchange.reading.output import Output
from yimen.exchange.reading.parts import Parts, unescaped
from yimen.exchange.reading.refusals import BROKEN
from yimen.exchange.reading.sheet import Book, SheetReader

_FORMULAS = N_("The workbook holds formulas; their last results were taken.")
_UNRESOLVED = N_(
    "Cells of %(sheet)s hold formulas without their results: %(cells)s. Open the file in a spreadsheet program, save "
    "it and send it again."
)
_ROWS = N_("The sheet %(sheet)s holds hidden rows; they were read as well.")


def read_xlsx(path: Path, output: Output) -> None:
    """Every sheet of a workbook."""
    with opened(path, output.limits) as archive:
        parts = Parts(archive, output.limits)
        targets = _targets(parts)
        sheets, starts_1904 = _sheets(parts)
        book = Book(_strings(parts, output.limits.cell_length), date_styles(parts), starts_1904)
        for name, hidden, key in sheets:
            target = targets.get(key, "")
            if not parts.has(target):
                continue  # a chart sheet, or nothing at all
            reader = SheetReader(book, output.limits, name)
            output.add(name, reader.rows(parts, target), hidden=hidden, merges=reader.merges)
            if reader.formulas > reader.unresolved:
                output.note(_FORMULAS)
            if reader.unresolved:
                output.note(_UNRESOLVED, sheet=name, cells=str(reader.unresolved))
            if reader.hidden_rows and not hidden:
                output.note(_ROWS, sheet=name)


def _targets(parts: Parts) -> dict[str, str]:
    """Sheets' parts by relation id."""
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            if attributes.get("Type", "").endswith("/worksheet"):
                found[attributes.get("Id", "")] = inside

    if not parts.has("xl/_rels/workbook.xml.rels") or not parts.has("xl/workbook.xml"):
        raise Refused(BROKEN)
    parts.whole("xl/_rels/workbook.xml.rels", start)
    return found


def _sheets(parts: Parts) -> tuple[list[tuple[str, bool, str]], bool]:
    """Name, hidden and relation id of each sheet; and whether days count from 1904."""
    found: list[tuple[str, bool, str]] = []
    starts: list[bool] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.endswith(":id")), "")
            found.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", key))
        elif tag == "workbookPr" and attributes.get("date1904", "0") in ("1", "true"):
            starts.append(True)

    parts.whole("xl/workbook.xml", start)
    return found, bool(starts)


def _strings(parts: Parts, most: int) -> list[str]:
    """The texts that cells share."""
    reader = _Strings(most)
    if parts.has("xl/sharedStrings.xml"):
        parts.whole("xl/sharedStrings.xml", reader.start, reader.end, reader.said)
    return reader.found


class _Strings:
    """Collects texts; phonetic guides are left out."""

    def __init__(self, most: int) -> None:
        self.found: list[str] = []
        self.most, self.text, self.is_on, self.is_aside = most, "", False, False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if tag == "t":
            self.is_on = not self.is_aside
        elif tag == "si":
            self.text = ""
        elif tag == "rPh":
            self.is_aside = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self.is_on = False
        elif tag == "si":
            self.found.append(unescaped(self.text))
        elif tag == "rPh":
            self.is_aside = False

    def said(self, piece: str) -> None:
        if self.is_on and len(self.text) < self.most:
            self.text = (self.text + piece)[: self.most]
