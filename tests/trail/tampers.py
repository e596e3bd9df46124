"""Somebody with every right in the database, and what they do to a sealed trail. `make prove` asks for 1,000 acts."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Self

from django.db import connection, transaction

from tests import cast
from yimen.trail import actions
from yimen.trail.queries.seals import seals
from yimen.trail.record import record
from yimen.trail.rules import Batch, Fault, Head

COLUMNS = (  # every column of an entry, with a value it did not have
    "at = at + interval '1 microsecond'",
    "verb = verb || 'x'",
    "account_id = gen_random_uuid()",
    "account_id = null",
    "actor_name = actor_name || ' '",
    "role = 'city'",
    "seat = seat || 'B'",
    "acting_for = gen_random_uuid()",
    "acting_for_name = 'somebody'",
    "division_code = '320213025009'",
    "subject_kind = 'tes'",
    "subject_id = subject_id || '0'",
    "changes = '{\"to\": 3}'",
    "note = ''",
    "request_id = 'r'",
    "address = '10.0.0.1'",
    "is_read = not is_read",
    "turn = turn + 1",
    "turn = turn - 1",
    "id = id + 1000000000",
    "id = -id",
)
SEAL_COLUMNS = (
    "at = at + interval '1 second'",
    "rows = rows + 1",
    "after_turn = after_turn - 1",
    "after_id = after_id - 1",
    "last_turn = last_turn + 1",
    "last_id = last_id + 1",
    "digest = sha256('x')",
    "previous = previous || 'x'",
    "signature = signature || 'x'",
    "form = 9",
)


class Tamperer:
    """The owner of the tables with their guards taken off; whatever was done is undone at the end."""

    def __enter__(self) -> Self:
        self.around = transaction.atomic()
        self.around.__enter__()
        with connection.cursor() as cursor:
            cursor.execute("alter table trail_entry disable trigger user; alter table trail_seal disable trigger user")
        return self

    def __exit__(self, *_: object) -> None:
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def run(self, statement: str, *values: Any) -> None:
        """One statement, which must have done something."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            assert cursor.rowcount > 0, statement


def found_by_walk(heads: Sequence[Head] = ()) -> list[Fault]:
    """What a full walk finds, but for the guards that the tamperer took off."""
    return [fault for fault in actions.walk(heads=heads).faults if fault.kind != "guard_off"]


def chain_of() -> list[Batch]:
    """All seals."""
    return list(seals())


def _alter(by: Tamperer, chance: random.Random, batch: Batch) -> None:
    by.run(f"update trail_entry set {chance.choice(COLUMNS)} where id = %s", _two_of(chance, batch)[0])


def _delete(by: Tamperer, chance: random.Random, batch: Batch) -> None:
    by.run("delete from trail_entry where id = %s", _two_of(chance, batch)[0])


def _insert(by: Tamperer, chance: random.Random, batch: Batch) -> None:
    """A copy of an entry, with a number of its own, among those that are sealed."""
    one = _two_of(chance, batch)[0]
    by.run(
        "insert into trail_entry select (jsonb_populate_record(e, jsonb_build_object('id', %s::bigint))).*"
        " from trail_entry e where id = %s",
        chance.choice((-one, one + 500_000_000)),
        one,
    )


def _swap(by: Tamperer, chance: random.Random, batch: Batch) -> None:
    one, other = _two_of(chance, batch)
    by.run("update trail_entry set id = -id where id in (%s, %s)", one, other)
    by.run("update trail_entry set id = %s::bigint + id where id in (%s, %s)", one + other, -one, -other)


def _two_of(chance: random.Random, batch: Batch) -> list[int]:
    """Two entries of a batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from trail_entry where (turn, id) > (%s, %s) and (turn, id) <= (%s, %s) order by id",
            (*batch.after, *batch.last),
        )
        return chance.sample([row[0] for row in cursor.fetchall()], 2)


def _alter_seal(by: Tamperer, chance: random.Random, batch: Batch) -> None:
    by.run(f"update trail_seal set {chance.choice(SEAL_COLUMNS)} where number = %s", batch.number)


def _delete_seal(by: Tamperer, _chance: random.Random, batch: Batch) -> None:
    by.run("delete from trail_seal where number = %s", batch.number)


Done = Callable[[Tamperer, random.Random, Batch], None]
OF_ROWS: tuple[Done, ...] = (_alter, _alter, _delete, _insert, _swap)
OF_SEALS: tuple[Done, ...] = (_alter_seal, _delete_seal)


def audit_tampers(count: int, *, seed: int, rows: int = 400, batch: int = 20) -> tuple[int, list[str]]:
    """Do `count` random things to a sealed trail, one at a time: how many were found in the right batch, and the
    others in words. Each is looked for where a full walk would find it, and then undone.

    Writes `rows` entries of its own first; needs the owner of the tables, and a database where transactions commit.
    """
    _fill(rows)
    while actions.seal(at=cast.MONDAY, limit=batch):
        continue
    _fill(5)  # what comes after the newest seal is new, whoever wrote it: a seal of its own follows those tampered with
    actions.seal(at=cast.MONDAY)
    chance, chain, found, missed = random.Random(seed), chain_of(), 0, list[str]()
    head = [Head(chain[-1].number, chain[-1].signature.hex())]
    for number in range(count):
        place = chance.randrange(len(chain) - rows // batch, len(chain) - 1)
        with Tamperer() as by:
            done = chance.choice(OF_ROWS if number % 4 else OF_SEALS)
            done(by, chance, chain[place])
            faults = _seen(chain[place].number, head)
        if any(abs(fault.seal - chain[place].number) <= 1 for fault in faults):
            found += 1
        else:
            missed.append(f"{number}: {done.__name__} in seal {chain[place].number}: {faults}")
    return found, missed


def _seen(number: int, head: list[Head]) -> list[Fault]:
    """What a walk finds in this batch, the one before it and the one after it, and by the head kept elsewhere."""
    return actions.walk(first=max(1, number - 1), last=number + 1, heads=head).faults


def _fill(rows: int) -> None:
    for start in range(0, rows, 5):
        with transaction.atomic():
            for number in range(start, start + 5):
                record(
                    cast.actor("window"),
                    "absence.mark",
                    subject=("test", str(number)),
                    division_code=cast.COMMUNITY,
                    at=cast.MONDAY + timedelta(seconds=number),
                    note=f"note {number}",
                    changes={"to": 2},
                    acting_for=(cast.actor("head").person, "Head"),
                )
