"""The folder of backups: one sub-folder each with a manifest, and `wal` beside them."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from yimen.site.backup.problems import BackupError

MANIFEST = "manifest.json"
PARTIAL = ".partial"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. Times are aware; `files` are (name, bytes, SHA-256 in hex)."""

    name: str
    method: str  # "physical" or "dump"
    server_version: int  # 1806 means 18.6
    started_at: datetime
    ended_at: datetime
    files: tuple[tuple[str, int, str], ...]
    restored_bytes: int  # room that a restored copy needs
    migrations: tuple[str, ...]  # "room.name" of every one applied
    keys: dict[str, str]  # id -> fingerprint of the keys whose sealed values it may hold; never a key
    rows: dict[str, int] = field(default_factory=dict)  # a dump's exact counts
    trail: tuple[int, int] = (0, 0)  # last entry when it began, and how many there were up to it
    timeline: int = 0
    next_segment: str = ""  # the archive from here on leads to later seconds
    segment_bytes: int = 0
    verified_at: datetime | None = None

    def folder(self, store: Path) -> Path:
        """Where its files are."""
        return store / self.name


def keep(store: Path, backup: Backup) -> None:
    """Write the manifest, whole or not at all."""
    folder = backup.folder(store)
    draft = folder / f"{MANIFEST}{PARTIAL}"
    draft.write_text(json.dumps(asdict(backup), default=_plain, indent=1) + "\n")
    draft.rename(folder / MANIFEST)


def _plain(value: Any) -> str:
    return str(value.isoformat())


def read(folder: Path) -> Backup:
    """The manifest of one backup."""
    try:
        data = json.loads((folder / MANIFEST).read_text())
        for name in ("started_at", "ended_at", "verified_at"):
            data[name] = datetime.fromisoformat(data[name]) if data[name] else None
        data["files"] = tuple((str(name), int(size), str(digest)) for name, size, digest in data["files"])
        data["trail"], data["migrations"] = tuple(data["trail"]), tuple(data["migrations"])
        return Backup(**data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{folder} is not a backup, or its manifest is damaged ({error}).") from None


def all_backups(store: Path) -> list[Backup]:
    """Every finished backup, oldest first."""
    return sorted((read(path.parent) for path in store.glob(f"*/{MANIFEST}")), key=lambda one: one.ended_at)


def chosen(store: Path, name: str = "", to: datetime | None = None) -> Backup:
    """The one with this name, or the newest, or the newest that ended before a moment one wants to go back to."""
    found = all_backups(store)
    if name:
        found = [one for one in found if one.name == name]
        if not found:
            raise BackupError(f"There is no backup {name} in {store}. `yimen backup --list` shows what there is.")
    if not found:
        raise BackupError(f"There is no backup in {store}. Set YIMEN_BACKUPS to the folder that has them.")
    if to is None:
        return found[-1]
    early = [one for one in found if one.method == "physical" and one.ended_at <= to]
    if not early:
        physical = [one for one in found if one.method == "physical"]
        since = "Dumps cannot do that"
        if physical:
            since = f"The earliest is {physical[0].ended_at.astimezone(to.tzinfo).isoformat()}"
        raise BackupError(f"No backup reaches back to {to.isoformat()}. {since}.")
    return early[-1]


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            found.update(block)
    return found.hexdigest()


def files_of(folder: Path) -> tuple[tuple[str, int, str], ...]:
    """Every file of a backup with its size and digest."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(MANIFEST))
    return tuple((path.name, path.stat().st_size, digest(path)) for path in paths)


def verify(store: Path, backup: Backup, at: datetime) -> Backup:
    """Read every byte again and compare; BackupError names the first file that is not as it was written."""
    folder = backup.folder(store)
    for name, size, was in backup.files:
        path = folder / name
        if not path.exists():
            raise BackupError(f"{path} is missing. Use another backup: `yimen backup --list`.")
        if path.stat().st_size != size or digest(path) != was:
            raise BackupError(f"{path} is not as it was written. Use another backup: `yimen backup --list`.")
    checked = replace(backup, verified_at=at)
    keep(store, checked)
    return checked


def thin_out(store: Path, keep_count: int) -> list[str]:
    """Remove all but the newest backups, and what an interrupted one left. Returns the names that went."""
    for path in store.glob(f"*{PARTIAL}"):
        shutil.rmtree(path, ignore_errors=True)
    found = all_backups(store)
    going = found[: max(0, len(found) - max(1, keep_count))]
    for backup in going:
        shutil.rmtree(backup.folder(store))
    return [backup.name for backup in going]


def names(backups: Sequence[Backup]) -> str:
    """For a sentence."""
    return ", ".join(backup.name for backup in backups) or "none"
