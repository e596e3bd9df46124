"""Looks at a zip file before anything in it is read: how much it is, and whether it lies."""

import zipfile
from itertools import pairwise

from yimen.core.files.confined import Limits

MANY, LOCKED, LARGE, TIGHT, LYING = ("many", "locked", "large", "tight", "lying")
_LEAST = 1_000_000  # unpacked bytes below which nobody asks how well they were packed
_HEADER = 30  # bytes of a local header without the name


def fault_of(archive: zipfile.ZipFile, size: int, limits: Limits) -> str:
    """Why the parts of an archive of so many bytes may not be opened, "" when they may: they are too MANY, LOCKED by a
    password, too LARGE when unpacked, packed more TIGHTly than honest files are, or LYING: upon one another, or under
    one name."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.parts:
        return MANY
    if any(part.flag_bits & 1 for part in parts):
        return LOCKED
    if unpacked > limits.unpacked_bytes:
        return LARGE
    amounts = ((unpacked, size), *((part.file_size, part.compress_size) for part in parts))
    if any(held > _LEAST and held > packed * limits.ratio for held, packed in amounts):
        return TIGHT
    placed = sorted((part.header_offset, part.compress_size + _HEADER + len(part.filename)) for part in parts)
    overlaps = any(start + length > following for (start, length), (following, _) in pairwise(placed))
    return LYING if overlaps or len({part.filename for part in parts}) < len(parts) else ""
