import html
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import cast
from yimen.catalogue import queries as catalogue
from yimen.catalogue.actions import load_default_catalogue
from yimen.core.actor import SYSTEM
from yimen.portal import kept


@dataclass
class Clock:
    """What the doors take for the present."""

    now: datetime

    def passes(self, **length: float) -> None:
        """Let time go by."""
        self.now += timedelta(**length)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Wednesday 18 November 2026, eleven o'clock, until it passes."""
    made = Clock(cast.MONDAY + timedelta(days=2, hours=1))
    monkeypatch.setattr("yimen.site.middleware.now", lambda: made.now)
    return made


@pytest.fixture
def matters(db: None) -> Iterator[None]:
    """The default catalogue is in force, and nothing is remembered from another test."""
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    catalogue.forget()
    kept.forget()
    yield
    catalogue.forget()
    kept.forget()


@pytest.fixture
def visitor(clock: Clock, matters: None) -> Client:
    """A browser nobody has signed in with."""
    return Client(headers={"accept-language": "en"})


def unlock(visitor: Client, number: str, code: str) -> Any:
    """Send number and code."""
    return visitor.post("/p/track", {"number": number, "code": code})


def body(response: Any) -> str:
    """The page as a reader sees it."""
    return html.unescape(str(response.content.decode()))
