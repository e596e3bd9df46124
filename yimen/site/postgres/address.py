"""The address of whichever server is in use."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

NAME = "yimen"  # of the database, and of the role that owns it, which is no superuser
NOT_RUNNING = f"postgresql://{NAME}@/{NAME}?host=/postgresql-is-not-running"


def home() -> Path:
    """The data folder: `YIMEN_HOME`, or `var` beside the package."""
    chosen = os.environ.get("YIMEN_HOME")
    return Path(chosen).absolute() if chosen else Path(__file__).resolve().parents[3] / "var"


def database_url() -> str:
    """Where the database is: `DATABASE_URL`, else the server running under `YIMEN_HOME`, else an address that
    says what is missing when somebody connects to it."""
    if chosen := os.environ.get("DATABASE_URL"):
        return chosen
    try:
        return recorded_url(home())
    except FileNotFoundError:
        return NOT_RUNNING


def physical_url(url: str) -> str:
    """Where the server's own files are copied from: YIMEN_BACKUP_URL, or for our own server its administrator."""
    if chosen := os.environ.get("YIMEN_BACKUP_URL"):
        return chosen
    return url.replace(f"//{NAME}@", "//postgres@", 1) if is_ours(url) else url


def is_ours(url: str) -> bool:
    """Whether this is the server of this data folder, or no server is named."""
    try:
        return not url or recorded_url(home()) == url
    except FileNotFoundError:
        return False


def backups() -> Path:
    """Where backups are kept: `YIMEN_BACKUPS`, or `backups` of the data folder."""
    chosen = os.environ.get("YIMEN_BACKUPS")
    return Path(chosen).absolute() if chosen else home() / "backups"


def connection_settings(url: str) -> dict[str, Any]:
    """A `postgresql://` address as Django's settings of a database; its parameters become libpq options."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must begin with postgresql:// and name a PostgreSQL database.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "yimen.core.database",
        "NAME": unquote(parts.path.lstrip("/")) or NAME,
        "USER": unquote(parts.username or "") or options.pop("user", ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def recorded_url(folder: Path) -> str:
    """The address of the server running under this data folder; FileNotFoundError when none is."""
    return str(json.loads((folder / "postgres.json").read_text())["url"])
