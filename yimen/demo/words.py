"""What people say and write in the made-up cases."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from yimen.demo.stream import Stream

_FILE = Path(__file__).resolve().parent / "data" / "words.yaml"


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return words


def say(stream: Stream, kind: str) -> str:
    """One of the sentences of a kind."""
    found = _words()[kind]
    return found if isinstance(found, str) else str(stream.one(found))


def fill(stream: Stream, key: str) -> str:
    """What somebody writes in the field of a form with that key."""
    known = _words()["fields"]
    return str(stream.one(known.get(key, known["other"])))


def sentences(kind: str) -> list[str]:
    """All sentences of a kind."""
    return list(_words()[kind])


def spoken(way: str) -> list[tuple[str, str]]:
    """What residents say by a way, each with what they were told."""
    return [(said, told) for said, told in _words()["spoken"][way]]


def asked_for(matter: str) -> str:
    """What somebody said whose matter was taken in."""
    return str(_words()["spoken"]["case"]).format(matter=matter)
