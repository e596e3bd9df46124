"""Which account PostgreSQL runs as (it refuses root), and a folder that account can reach.

Nothing here adds a user or changes the mode of a folder it did not create.
"""

import os
import pwd
import secrets
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# For a home folder that only root can enter, such as a clone under /root.
ROOTS_STATE = Path("/var/lib/yimen")


class PostgresError(RuntimeError):
    """PostgreSQL could not be had; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """The account the server runs as; `switch` is what subprocess needs to become it."""

    name: str
    uid: int
    switch: dict[str, Any] = field(default_factory=dict)

    def can_enter(self, path: Path) -> bool:
        """Whether the account may search this folder or run this file, whatever grants it."""
        return subprocess.run(["/usr/bin/test", "-x", path], **self.switch, check=False).returncode == 0

    def give(self, path: Path) -> None:
        """Make the account the owner, where it is not us."""
        if self.switch:
            os.chown(path, self.uid, self.switch["group"])

    def new_folder(self, path: Path) -> None:
        """A folder that only this account (and root) may enter."""
        path.mkdir(mode=0o700)
        self.give(path)


def account_for(folder: Path) -> Account:
    """Ourselves; as root the owner of `folder`, and nobody where that is root too."""
    if os.getuid() != 0:
        try:
            return Account(pwd.getpwuid(os.getuid()).pw_name, os.getuid())
        except KeyError:
            raise PostgresError(
                f"PostgreSQL needs an account with a name, and user {os.getuid()} has none. "
                "Run as a user of /etc/passwd, or set DATABASE_URL."
            ) from None
    owner = folder.stat().st_uid
    entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    switch = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return Account(entry.pw_name, entry.pw_uid, switch)


def state_folder(home: Path, account: Account) -> Path:
    """Where the server's files live: `home`/postgres, or /var/lib/yimen when the account cannot enter it."""
    plain = home / "postgres"
    plain.mkdir(exist_ok=True)
    plain.chmod(0o711)
    if account.can_enter(plain):
        return plain
    ROOTS_STATE.mkdir(exist_ok=True)
    ROOTS_STATE.chmod(0o711)
    for folder in ROOTS_STATE.iterdir():
        if not (folder / "home").is_file() or not _claims((folder / "home").read_text(), folder):
            shutil.rmtree(folder)  # its home was deleted, and with it the keys that open what is stored here
    marker = plain / "elsewhere"
    if not marker.exists():
        folder = ROOTS_STATE / secrets.token_hex(4)
        folder.mkdir()
        folder.chmod(0o711)
        (folder / "home").write_text(str(marker))
        marker.write_text(str(folder))
    return Path(marker.read_text())


def _claims(marker: str, folder: Path) -> bool:
    return Path(marker).is_file() and Path(marker).read_text() == str(folder)
