"""Looks at a zip file before anything in it is read: how much it is, whether it lies, what it carries."""

import zipfile
from itertools import pairwise
from pathlib import Path

from yimen.core.errors import N_
from yimen.exchange.reading.parent import Limits
from yimen.exchange.reading.refusals import BROKEN, MACROS, NOT_A_WORKBOOK, PROTECTED, Refused

_LEAST = 1_000_000  # unpacked bytes below which nobody asks how well they were packed
_HEADER = 30  # bytes of a local header without the name
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")

_TOO_BIG = N_("The workbook unpacks to more than %(limit)s MB. Split it into smaller files.")
_PACKED = N_("The workbook is packed more tightly than any roster. Save it again in a spreadsheet program.")
_TOO_MANY = N_("The workbook has more than %(limit)s parts. Copy the roster into a new workbook.")
_NESTED = N_("The workbook carries another file inside. Copy the roster into a new workbook.")
_LYING = N_("The workbook says other sizes than it has. Save it again in a spreadsheet program.")
_LINKED = N_("The workbook takes values from other files. Paste them as values and save it again.")
_OTHER_FORM = N_("Workbooks of this form are not read. Save it as .xlsx.")


def opened(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive of a workbook that may be read part by part; Refused with what to do when it may not."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refused(BROKEN) from None
    parts = archive.infolist()
    check_amount(parts, path.stat().st_size, limits)
    check_layout(parts)
    _check_kind({part.filename.replace("\\", "/").lstrip("/").lower() for part in parts})
    _check_nested(archive, parts)
    return archive


def check_amount(parts: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    """Refused when an archive holds, or unpacks to, more than it may."""
    if len(parts) > limits.parts:
        raise Refused(_TOO_MANY, limit=str(limits.parts))
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(PROTECTED)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > limits.unpacked_bytes:
        raise Refused(_TOO_BIG, limit=str(limits.unpacked_bytes // 1_000_000))
    for held, packed in ((unpacked, size), *((part.file_size, part.compress_size) for part in parts)):
        if held > _LEAST and held > packed * limits.ratio:
            raise Refused(_PACKED)


def check_layout(parts: list[zipfile.ZipInfo]) -> None:
    """Parts must have names of their own and must not lie upon one another."""
    if len({part.filename for part in parts}) < len(parts):
        raise Refused(_LYING)
    placed = sorted((part.header_offset, part.compress_size + _HEADER + len(part.filename)) for part in parts)
    for (start, length), (following, _) in pairwise(placed):
        if start + length > following:
            raise Refused(_LYING)


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
    return Refused(_LYING)
