"""A few days of a street, as supervision finds them on Thursday."""

from datetime import datetime, timedelta

import pytest

from tests import cast
from tests.cases.taking import taken
from yimen.cases import actions
from yimen.cases.actions import figures
from yimen.cases.models import Case
from yimen.core.actor import SYSTEM, Actor, Role

NOW = cast.MONDAY + timedelta(days=3, hours=1)  # Thursday 19 November 2026, eleven o'clock


@pytest.fixture
def at_now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Doors think it is Thursday eleven o'clock."""
    monkeypatch.setattr("yimen.site.middleware.now", lambda: NOW)
    monkeypatch.setattr("tests.cast.now", lambda: NOW)
    return NOW


@pytest.fixture
def street(matters: None) -> dict[str, Case]:
    """A few days of a street: one late, one due today, one nobody took, one sent up, one done, one marked badly."""
    monday = cast.MONDAY
    late = taken(promised=1, at=monday)
    today = taken(promised=3, at=monday, name="李慧珍")
    unaccepted = taken(owner=None, first_asked="window3", promised=15, at=monday)
    papers = taken(promised=7, at=monday, owner="sibling", first_asked="sibling", community=cast.SIBLING)
    actions.pause(cast.actor("sibling"), number=papers.number, reason="缺材料", gaps=["HK"], at=monday)
    up = taken(level="street", promised=1, at=monday, post="MZ")
    actions.send_up(cast.actor("window"), number=up.number, opinion="情况属实", at=monday)
    asked = taken(promised=7, at=monday)
    actions.ask_extension(cast.actor("window"), number=asked.number, days=2, reason="等鉴定", at=monday)
    done = taken(at=monday, owner="nextdoor", first_asked="nextdoor", community=cast.NEXT_COMMUNITY)
    actions.decide(cast.actor("nextdoor"), number=done.number, outcome="done", text="已办好", at=NOW)
    bad = taken(at=monday, promised=1)
    actions.decide(cast.actor("window"), number=bad.number, outcome="done", text="已办好", at=NOW)
    resident = Actor(role=Role.RESIDENT, reach=bad.division_code, name="resident")
    actions.rate(resident, number=bad.number, level=1, at=NOW)
    figures.fold(SYSTEM, at=NOW)
    return {
        **{"late": late, "today": today, "unaccepted": unaccepted, "papers": papers, "up": up},
        **{"asked": asked, "done": done, "bad": bad},
    }
