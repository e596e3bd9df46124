"""Looks at a workbook of today before anything in it is read: whether it is a sound archive, what it carries."""

import zipfile
from pathlib import Path

from yimen.core.errors import N_
from yimen.core.files.archives import LARGE, LOCKED, LYING, MANY, TIGHT, fault_of
from yimen.core.files.confined import Limits, Refused
from yimen.exchange.reading.refusals import BROKEN, MACROS, NOT_A_WORKBOOK, PROTECTED

_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")

_NESTED = N_("The workbook carries another file inside. Copy the roster into a new workbook.")
_LINKED = N_(
    "The workbook takes values from other files, or did once. In the spreadsheet program break the links (Data, Edit "
    "Links) and delete the names that point to other files (Formulas, Name Manager); then save it and send it again."
)
_OTHER_FORM = N_("Workbooks of this form are not read. Save it as .xlsx.")
_FAULTS = {
    MANY: N_("The workbook has more than %(limit)s parts. Copy the roster into a new workbook."),
    LOCKED: PROTECTED,
    LARGE: N_("The workbook unpacks to more than %(limit)s MB. Split it into smaller files."),
    TIGHT: N_("The workbook is packed more tightly than any roster. Save it again in a spreadsheet program."),
    LYING: N_("The workbook says other sizes than it has. Save it again in a spreadsheet program."),
}


def opened(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive of a workbook that may be read part by part; Refused with what to do when it may not."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused(BROKEN) from None
    if fault := fault_of(archive, path.stat().st_size, limits):
        limit = limits.parts if fault == MANY else limits.unpacked_bytes // 1_000_000
        raise Refused(_FAULTS[fault], limit=str(limit))
    parts = archive.infolist()
    _check_kind({part.filename.replace("\\", "/").lstrip("/").lower() for part in parts})
    _check_nested(archive, parts)
    return archive


def _check_kind(names: set[str]) -> None:
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Refused(MACROS)
    if any("/externallinks/" in f"/{name}" for name in names):
        raise Refused(_LINKED)
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise Refused(_OTHER_FORM)
    if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise Refused(NOT_A_WORKBOOK)


def _check_nested(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        if part.file_size < 8 or part.filename.endswith((".xml", ".rels")):
            continue
        try:
            with archive.open(part) as file:
                start = file.read(8)
        except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
            raise Refused(BROKEN) from None
        if start.startswith(_ARCHIVES):
            raise Refused(_NESTED)


def lying() -> Refused:
    """The refusal of an archive whose parts hold more than it says."""
    return Refused(_FAULTS[LYING])
