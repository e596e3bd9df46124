"""Writes the least that is a workbook of before 2007: a compound file with one stream of BIFF8 records."""

import struct
from collections.abc import Sequence
from pathlib import Path

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def write_old(path: Path, sheets: Sequence[tuple[str, bool, Sequence[Sequence[object]]]]) -> Path:
    """Sheets as name, hidden and rows of texts, numbers and None."""
    stream = _workbook(sheets)
    stream += bytes(max(4096, -(-len(stream) // _SECTOR) * _SECTOR) - len(stream))
    count = len(stream) // _SECTOR
    table = [_FAT, _END, *range(3, count + 2), _END]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(_SECTOR, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0)
        + struct.pack("<I", 0)
        + b"\xff" * (108 * 4)
    )
    folder = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream)) + bytes(256)
    path.write_bytes(header + fat + folder + stream)
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _workbook(sheets: Sequence[tuple[str, bool, Sequence[Sequence[object]]]]) -> bytes:
    bodies = [_sheet(rows) for _, _, rows in sheets]
    before = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + _record(0x42, struct.pack("<H", 1200))
    place = len(before) + sum(12 + 2 * len(name) for name, _, _ in sheets) + 4
    listed = b""
    for (name, hidden, _), body in zip(sheets, bodies, strict=True):
        listed += _record(0x85, struct.pack("<IBBBB", place, int(hidden), 0, len(name), 1) + name.encode("utf-16-le"))
        place += len(body)
    return before + listed + _record(0x0A, b"") + b"".join(bodies)


def _sheet(rows: Sequence[Sequence[object]]) -> bytes:
    width = max(map(len, rows))
    out = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0))
    out += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", at, column, 0)
            if isinstance(value, str):
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                out += _record(0x0204, place + text)
            elif isinstance(value, int | float):
                out += _record(0x0203, place + struct.pack("<d", value))
    return out + _record(0x0A, b"")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body
