"""Where a command runs: the data folder, its key files, and the demonstration that may be running there."""

import fcntl
import json
import os
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import IO

import django

from yimen.site.postgres import connection_settings, home


class Refusal(Exception):
    """The command cannot do this; the message says why and what to do."""


class Stopped(Exception):
    """Somebody asked the command to stop."""


def refuse_wrong_settings() -> None:
    """Refusal naming the first setting whose value nothing can be done with; before Django, which would say less."""
    for name, is_right, advice in _SETTINGS:
        text = os.environ.get(name)
        if text is not None and not _holds(is_right, text):
            shown = "an address of something else" if name.endswith("_URL") else repr(text)  # it holds a password
            raise Refusal(f"{name} is {shown}. {advice}")


def _holds(is_right: Callable[[str], object], text: str) -> bool:
    try:
        return is_right(text) is not False
    except ValueError:
        return False


def _proxies(text: str) -> Iterator[object]:
    return (ip_network(part.strip()) for part in text.split(",") if part.strip())


_URL = "Write it as postgresql://user:password@host:port/name."
_SWITCH = "Give 1 for on; leave it out, or give 0, for off."
_SETTINGS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("YIMEN_PORT", lambda text: text.isdecimal() and 0 < int(text) < 65536, "Give a number from 1 to 65535."),
    ("YIMEN_WORKERS", lambda text: text.isdecimal() and 0 < int(text) < 1000, "Give a number from 1 on: one a core."),
    ("YIMEN_PROXIES", lambda text: list(_proxies(text)), "Give addresses or networks, separated by commas."),
    ("YIMEN_CLOCK_SHIFT_DAYS", lambda text: int(text or 0), "Leave it out; only the demonstration sets it."),
    ("YIMEN_HTTPS", lambda text: text in ("", "0", "1"), _SWITCH),
    ("YIMEN_DEMO", lambda text: text in ("", "0", "1"), _SWITCH),
    ("DATABASE_URL", lambda text: text and connection_settings(text), _URL),
    ("YIMEN_OWNER_URL", lambda text: text and connection_settings(text), _URL),
)


def set_up_django() -> None:
    """Load the settings. Refusal when the signing key they name is not there."""
    path = os.environ.get("YIMEN_SECRET_FILE")
    try:
        if path:
            Path(path).read_bytes()
    except OSError as error:
        raise Refusal(
            f"YIMEN_SECRET_FILE names {path}, which cannot be read ({error.strerror}). Write 48 random characters "
            "there: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        ) from None
    django.setup()


def refuse_unsafe() -> None:
    """Outside the demonstration: Refusal with everything that makes this installation unsafe to open to people. What
    somebody should see to soon is told and stops nothing. Needs Django."""
    from yimen.site import fitness

    if os.environ.get("YIMEN_DEMO") == "1":
        return
    for worry in fitness.worries():
        print(f"See to it soon: {worry}", file=sys.stderr)
    if found := fitness.refusals():
        raise Refusal("\n".join(["It is not safe to let people in:", *(f"  {sentence}" for sentence in found)]))


def adopt_key_files() -> None:
    """Use the key files of the data folder unless others are named."""
    for variable, name in (("YIMEN_KEY_FILE", "keys.json"), ("YIMEN_SECRET_FILE", "secret")):
        if (home() / name).exists():
            os.environ.setdefault(variable, str(home() / name))


def adopt_running_demo() -> None:
    """When a demonstration runs in this data folder, work on it: its database, keys and clock."""
    note = home() / "demo.json"
    if not note.exists():
        return
    with note.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # held: it is running
            for variable, value in json.load(file).items():
                os.environ.setdefault(variable, value)


def announce_demo(environment: dict[str, str]) -> IO[str]:
    """Write down how to work on this demonstration; it counts as running while the file stays open."""
    note = home() / "demo.json"
    file = os.fdopen(os.open(note, os.O_RDWR | os.O_CREAT, 0o600), "w")
    fcntl.flock(file, fcntl.LOCK_EX)
    file.truncate()
    json.dump(environment, file)
    file.flush()
    return file


def private_file(path: Path, text: str) -> str:
    """The text of a file only we can read, created with `text` the first time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
    except FileExistsError:
        pass
    return path.read_text().strip()
