"""The judge of `make prove` sees what it is there to see. The proofs themselves run for an hour, by hand."""

from dataclasses import dataclass
from typing import Any, cast

import pytest
from django.db import connection

from bench.prove import judge
from bench.prove.driver import Ledger
from bench.prove.house import House
from tests.cases.taking import taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]


@dataclass
class PaperHouse:
    """The test's own database, seen as a house."""

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def one(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]


@pytest.fixture
def house() -> House:
    return cast(House, PaperHouse())


def test_a_run_without_loss_is_said_to_be_one(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    ledger.taken["key"] = taken().number
    assert list(judge.lost(house, ledger, before)) == []
    assert list(judge.doubled(house, ledger, before)) == []


def test_an_acknowledged_case_that_is_missing_is_lost(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    ledger.taken["key"] = "LX26-1123-999999"
    assert list(judge.lost(house, ledger, before)) == ["case LX26-1123-999999"]


def test_an_acknowledged_decision_that_is_missing_is_lost(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    number = taken().number
    ledger.taken["key"], ledger.decided[number] = number, "no such document"
    assert list(judge.lost(house, ledger, before)) == [f"decision of {number}"]


def test_a_case_nobody_was_told_of_is_a_double(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    taken()
    assert list(judge.doubled(house, ledger, before)) == ["1 cases more than were acknowledged"]


def test_an_acknowledged_note_that_is_missing_is_lost_and_a_strange_one_is_told(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    ledger.sent["prove 1"] = ledger.notes["prove 1"] = 0.0
    assert list(judge.lost(house, ledger, before)) == ["note prove 1"]


def test_a_case_whose_record_is_missing_breaks_an_invariant(house: House) -> None:
    before, ledger = judge.look(house), Ledger()
    number = taken().number
    with connection.cursor() as cursor:
        cursor.execute("update cases_case set via = 'api' where number = %s", (number,))
        cursor.execute("alter table trail_entry disable trigger user")
        cursor.execute("delete from trail_pending")
        cursor.execute("delete from trail_entry where verb = 'case.accept'")
    assert "a case without its record of being taken: 1" in list(judge.broken(house, ledger, before))
