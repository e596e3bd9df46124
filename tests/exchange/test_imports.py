"""Rosters from the upload to the undo, on the real database."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import actor
from tests.registry.town import AT, Town, build_town, number_of
from yimen.exchange import actions
from yimen.exchange.models import Import
from yimen.registry.models import Change

HEADER = "姓名,身份证号,电话,门牌号"


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


def number(order: int) -> str:
    """A number nobody has."""
    return number_of(date(1970, 1, 1) + timedelta(days=order), 11)


def name(order: int) -> str:
    """A name that looks like one."""
    return "钱" + "甲乙丙丁戊己庚辛壬癸"[order % 10] + "子丑寅卯辰巳午未申酉"[order // 10 % 10]


def csv(*rows: str, header: str = HEADER) -> list[bytes]:
    return ["\n".join([header, *rows, ""]).encode()]


def previewed(*rows: str, who: str = "head", header: str = HEADER, **others: Any) -> Import:
    """An upload that the worker has read."""
    made = actions.upload(actor(who), chunks=csv(*rows, header=header), name="名册.csv", at=AT, **others)
    return worked(made)


def worked(made: Import, at: datetime = AT) -> Import:
    actions.work(made.ref, at=at)
    made.refresh_from_db()
    return made


def applied(made: Import, who: str = "head", at: datetime = AT) -> Import:
    actions.apply(actor(who), ref=made.ref, at=at)
    return worked(made, at)


def people(count: int) -> list[str]:
    return [f"{name(order)},{number(order)},1540001{order:04},3-1-502" for order in range(count)]


def test_a_roster_is_previewed_applied_and_the_second_time_changes_nothing(town: Town) -> None:
    old = town.people["张国富"]
    rows = [*people(3), f"张国富,{old.number},15499998888,3-2-502", f"王秀英,{town.people['王秀英'].number},,"]
    made = previewed(*rows)
    assert (made.state, made.problem) == ("ready", {})
    assert made.counts == {"new": 3, "changed": 1, "same": 1, "fixable": 0, "refused": 0}
    assert not Change.objects.exists()
    made = applied(made)
    assert made.state == "applied"
    assert made.counts == {"new": 3, "changed": 1, "same": 1, "fixable": 0, "refused": 0}
    again = applied(previewed(*rows))
    assert again.counts == {"new": 0, "changed": 0, "same": 5, "fixable": 0, "refused": 0}
    assert Change.objects.count() == 1
