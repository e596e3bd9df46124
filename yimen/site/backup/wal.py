"""The archive of the server's log: which segments there are, where one is missing, how `yimen archive` fetches them."""

import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from yimen.site.backup.problems import BackupError

SLOT = "yimen_archive"
_LEFT = "left-"
_SEGMENT = re.compile(r"([0-9A-F]{24})(\.gz)?(\.partial)?$")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history(\.gz)?$")


def folder_of(store: Path) -> Path:
    """Where the archive lies."""
    return store / "wal"


def number_of(segment: str, segment_bytes: int) -> int:
    """Its place in the order of its timeline."""
    return int(segment[8:16], 16) * (0x100000000 // segment_bytes) + int(segment[16:24], 16)


def name_of(timeline: int, number: int, segment_bytes: int) -> str:
    """The name of a segment."""
    high, low = divmod(number, 0x100000000 // segment_bytes)
    return f"{timeline:08X}{high:08X}{low:08X}"


def segment_after(timeline: int, lsn: str, segment_bytes: int) -> str:
    """The first segment that a backup ending at this place in the log, such as 0/3000060, does not hold itself: the
    server goes on to a new one when a backup ends."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    return name_of(timeline, ((high << 32) + low - 1) // segment_bytes + 1, segment_bytes)


def segments(folder: Path) -> dict[str, Path]:
    """Name -> file; a finished one wins over the one still being written. Those left behind count too (`leave`)."""
    found: dict[str, Path] = {}
    for path in (*sorted(folder.glob(f"{_LEFT}*/*")), *sorted(folder.glob("*"))):
        if (match := _SEGMENT.match(path.name)) and (match[3] is None or match[1] not in found):
            found[match[1]] = path
    return found


def continuous(folder: Path, timeline: int, start: str, segment_bytes: int) -> tuple[list[str], str]:
    """The segments from `start` on without a gap, and the first that is missing although later ones are there."""
    there = {name for name in segments(folder) if int(name[:8], 16) == timeline}
    wanted, unbroken = number_of(start, segment_bytes), []
    last = max((number_of(name, segment_bytes) for name in there), default=-1)
    while (name := name_of(timeline, wanted, segment_bytes)) in there:
        unbroken.append(name)
        wanted += 1
    return unbroken, name if wanted <= last else ""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The segments that a server may replay, and of them those that were fetched whole, and that are not whole now."""

    count: int
    finished: set[str]
    short: set[str]


def lay_out(folder: Path, into: Path, start: str, segment_bytes: int) -> LaidOut:
    """Unpack every segment from `start` on, of any timeline, for a server to replay."""
    count, finished, short = 0, set[str](), set[str]()
    for name, path in _needed(folder, start):
        count += 1
        with path.open("rb") as source, (into / name).open("wb") as to:
            is_well = True
            if ".gz" in path.suffixes:
                is_well = _unpack(source, to)
            else:
                shutil.copyfileobj(source, to)
            if not _SEGMENT.match(name):
                continue
            if path.suffix != ".partial":
                finished.add(name)
                if not is_well or to.tell() < segment_bytes:
                    short.add(name)
            if to.tell() < segment_bytes:
                # Still being written, or left so when fetching stopped: the server stops at the zeros.
                to.truncate(segment_bytes)
    return LaidOut(count, finished, short)


def _unpack(source: IO[bytes], to: IO[bytes]) -> bool:
    """All that was flushed so far, to the last byte: `gzip` withholds the end of a file that is still being written.
    Whether nothing in it was damaged; from there on nothing is unpacked."""
    unpacking = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        while block := source.read(1 << 20):
            to.write(unpacking.decompress(block))
    except zlib.error:
        return False
    return True


def _needed(folder: Path, start: str) -> Iterator[tuple[str, Path]]:
    for name, path in segments(folder).items():
        if name[8:] >= start[8:]:
            yield name, path
    for path in (*folder.glob(f"{_LEFT}*/*.history*"), *folder.glob("*.history*")):
        if _HISTORY.match(path.name):
            yield path.name.removesuffix(".gz"), path


def thin_out(folder: Path, oldest_needed: str) -> int:
    """Remove segments that no kept backup needs. Returns how many went."""
    going = [path for name, path in segments(folder).items() if name[8:] < oldest_needed[8:]]
    for path in going:
        path.unlink(missing_ok=True)
    return len(going)


def newest(folder: Path) -> tuple[str, bool] | None:
    """Where fetching goes on: the last segment that lies here, and whether it is finished."""
    here = {name: path for name, path in segments(folder).items() if path.parent == folder}
    if not here:
        return None
    name = max(here, key=lambda one: (one[8:], one[:8]))
    return name, not here[name].name.endswith(".partial")


def leave(folder: Path, timeline: str) -> Path:
    """Put what was fetched aside, where a restore still finds it: the server lives another life now."""
    place = folder / f"{_LEFT}{timeline}"
    place.mkdir(mode=0o700, exist_ok=True)
    for path in folder.iterdir():
        if _SEGMENT.match(path.name) or _HISTORY.match(path.name):
            path.replace(place / path.name)
    return place


def forks_before(history: str, timeline: int, place: int) -> bool:
    """Whether a server with this history (of PostgreSQL's form: timeline, where it ended, why) left the timeline before
    this place in the log, so that nothing more of it will come."""
    for line in history.splitlines():
        number, _, rest = line.partition("\t")
        if number.strip() == str(timeline):
            high, low = (int(part, 16) for part in rest.split("\t")[0].split("/"))
            return (high << 32) + low < place
    return True


def refuse_gap(folder: Path, timeline: int, start: str, segment_bytes: int) -> None:
    """BackupError when a segment between this backup and the newest is not there."""
    _, missing = continuous(folder, timeline, start, segment_bytes)
    if missing:
        raise BackupError(
            f"The archive {folder} lacks {missing}, so nothing after it can be restored from this backup. "
            "Restore the backup by itself with --alone, or an earlier one, and take a new backup now."
        )


def refuse_damaged(folder: Path, timeline: int, start: str, segment_bytes: int) -> None:
    """BackupError when a segment fetched whole cannot be read to its end. Reads all of them since the backup."""
    here = segments(folder)
    for name in continuous(folder, timeline, start, segment_bytes)[0]:
        if here[name].suffix != ".partial" and _readable(here[name]) != segment_bytes:
            raise BackupError(
                f"The archive {folder} is damaged in {name}, so hardly anything after it can be restored from this "
                "backup. Fetch that file from a copy of the archive if there is one, and take a new backup now."
            )


def _readable(path: Path) -> int:
    """How many bytes of a segment can be read; -1 when they are not as they were written."""
    if path.suffix != ".gz":
        return path.stat().st_size
    with path.open("rb") as source, tempfile.TemporaryFile() as to:
        return to.tell() if _unpack(source, to) else -1
