"""The trail is sealed in batches behind its writers, and whatever is done to it afterwards is found."""

import random
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from tests import cast
from tests.parts import play_owner, play_product
from tests.trail.tampers import Tamperer, audit_tampers, chain_of, found_by_walk
from yimen.core.cipher import cipher
from yimen.core.database import reaching
from yimen.trail import actions, queries
from yimen.trail.models import Entry
from yimen.trail.queries.seals import lines_of_batch
from yimen.trail.record import record
from yimen.trail.rules import BATCH, LINES, Fault, Head, digest_of

# An entry is final when no older transaction runs in the whole server, those of other databases included.
pytestmark = pytest.mark.alone
AT = cast.MONDAY


def write(count: int = 1, note: str = "") -> None:
    with transaction.atomic():
        for number in range(count):
            record(
                cast.actor("window"),
                "absence.mark",
                subject=("test", str(number)),
                division_code=cast.COMMUNITY,
                at=AT + timedelta(seconds=number),
                note=note or f"{number}\t\\ \n tab",
                changes={"from": None, "to": [1, 2.5, "x"]},
            )


def seal_all(limit: int = BATCH) -> int:
    made = 0
    while actions.seal(at=AT, limit=limit):
        made += 1
    return made


def kept() -> list[Head]:
    last = queries.last_seal()
    return [Head(last.number, last.signature.hex())] if last else []


def test_entries_of_all_batches_verify_and_new_ones_wait(own_database: None) -> None:
    write(25)
    assert seal_all(limit=10) >= 3
    write(4)
    state = queries.seal_state()
    assert (state.waiting, state.oldest_waiting) == (4, AT)
    made = actions.walk()
    assert made.faults == []
    assert made.rows == Entry.objects.count() - 4
    assert seal_all() == 1
    assert queries.seal_state().waiting == 0
    assert actions.walk(heads=kept()).faults == []


def test_an_entry_that_commits_late_is_sealed_and_nobody_waits_for_it(own_database: None) -> None:
    seal_all()
    started, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record(cast.actor("window"), "absence.mark", subject=("test", "slow"), division_code="", at=AT)
            started.set()
            assert may_commit.wait(20)
        connection.close()

    late = threading.Thread(target=slow)
    late.start()
    assert started.wait(20)
    write(1, note="quick")  # a higher number that commits first
    assert seal_all() == 0  # neither is final yet, and the sealer does not wait
    may_commit.set()
    late.join()
    assert seal_all() == 1
    last = queries.last_seal()
    assert last is not None
    assert last.rows == 2
    assert actions.walk().faults == []


def test_eight_writers_who_commit_out_of_order_are_never_missed_and_never_queue(own_database: None) -> None:
    seal_all()
    before, stop, waits = Entry.objects.count(), threading.Event(), list[float]()

    def work(seed: int) -> None:
        chance, left = random.Random(seed), 40
        while left:
            with transaction.atomic():
                started = time.perf_counter()
                record(cast.actor("window"), "absence.mark", subject=("test", str(left)), division_code="", at=AT)
                waits.append(time.perf_counter() - started)
                time.sleep(chance.random() / 200)
            left -= 1
        connection.close()

    def keep_sealing() -> None:
        while not stop.is_set():
            actions.seal(at=AT)
        connection.close()

    sealer = threading.Thread(target=keep_sealing)
    writers = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in (sealer, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    sealer.join()
    seal_all()
    made = actions.walk()
    assert made.faults == []
    assert made.rows == Entry.objects.count() == before + 320
    assert made.seals > 5
    assert sorted(waits)[len(waits) // 2] < 1.0  # a writer that queued behind a sealer would wait for whole batches


def test_two_sealers_at_once_make_one_chain(own_database: None) -> None:
    write(60)

    def work() -> None:
        for _turn in range(20):
            actions.seal(at=AT, limit=5)
        connection.close()

    sealers = [threading.Thread(target=work) for _n in range(3)]
    for one in sealers:
        one.start()
    for one in sealers:
        one.join()
    seal_all()
    made = actions.walk()
    assert (made.faults, made.rows) == ([], Entry.objects.count())


def test_every_one_of_200_tampers_is_found_and_its_batch_named(own_database: None) -> None:
    assert audit_tampers(200, seed=1) == (200, [])


@pytest.mark.django_db
def test_the_canonical_form_holds_every_column_of_an_entry() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select column_name from information_schema.columns where table_name = 'trail_entry'")
        columns = {row[0] for row in cursor.fetchall()}
    told = LINES[max(LINES)].replace("(extract(epoch from at) * 1000000)::bigint", "at").replace("::text", "")
    assert set(told.split(", ")) == columns  # a new column needs a new form, see yimen/trail/rules.py


def test_a_digest_can_be_made_with_psql_alone_in_any_time_zone(own_database: None) -> None:
    write(3)
    seal_all()
    batch = queries.last_seal()
    assert batch is not None
    with connection.cursor() as cursor:
        cursor.execute("set time zone 'America/New_York'; set datestyle = 'German'; set intervalstyle = 'iso_8601'")
        with cursor.copy(
            f"copy (select {LINES[1]} from trail_entry where turn > {batch.after[0]} or turn = {batch.after[0]}"
            f" and id > {batch.after[1]} order by turn, id) to stdout"
        ) as copy:
            lines = b"".join(bytes(line) for line in copy)
    assert digest_of(lines) == batch.digest


@pytest.mark.parametrize(
    "statement", ["update trail_seal set rows = 1", "delete from trail_seal", "truncate trail_seal"]
)
def test_the_database_refuses_to_change_or_remove_a_seal(own_database: None, statement: str) -> None:
    write()
    seal_all()
    with pytest.raises((InternalError, ProgrammingError), match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_cutting_off_the_newest_seals_is_found_by_the_head_kept_elsewhere(own_database: None, tmp_path: Path) -> None:
    write(10)
    seal_all(limit=4)
    head = kept()[0]
    with Tamperer() as tamperer:
        tamperer.run(f"delete from trail_seal where number = {head.number}")
        assert found_by_walk() == []  # nothing inside tells
        assert found_by_walk([head]) == [Fault(head.number, "head_missing")]
    seal_all()  # the same entries sealed again are another seal
    forged = [Head(head.number, "07" + "00" * 32)]
    assert actions.walk(heads=forged).faults == [Fault(head.number, "head_differs")]


def test_somebody_without_the_key_cannot_make_a_seal_that_holds(own_database: None) -> None:
    write(3)
    seal_all()
    last = queries.last_seal()
    assert last is not None
    with Tamperer() as tamperer:
        tamperer.run("update trail_entry set note = 'better' where id = %s", last.last[1])
        lines = lines_of_batch(last)
        tamperer.run("update trail_seal set digest = %s where number = %s", digest_of(lines), last.number)
        assert found_by_walk() == [Fault(last.number, "seal_altered")]


def test_guards_that_are_off_and_entries_from_the_future_are_found(own_database: None) -> None:
    write()
    seal_all()
    with connection.cursor() as cursor:
        cursor.execute("alter table trail_entry disable trigger trail_entry_append_only")
        assert actions.walk().faults == [Fault(0, "guard_off")]
        cursor.execute("update trail_entry set turn = 4611686018427387904 where id = (select max(id) from trail_entry)")
        cursor.execute("alter table trail_entry enable trigger trail_entry_append_only")
    assert {fault.kind for fault in actions.walk().faults} == {"rows_removed", "row_ahead"}


def test_a_trail_restored_into_a_younger_server_goes_on(own_database: None) -> None:
    """As after pg_restore: the turns of the dump are higher than the transactions of this server."""
    with connection.cursor() as cursor:
        cursor.execute("alter table trail_entry disable trigger user")
        cursor.execute("update trail_entry set turn = turn + 1000000000")
        cursor.execute("alter table trail_entry enable trigger user")
    write(1)
    assert actions.go_on_here() is True
    assert actions.go_on_here() is False
    write(2)
    seal_all()
    made = actions.walk()
    assert (made.faults, made.rows) == ([], Entry.objects.count())
    assert queries.seal_state().waiting == 0


def test_the_sealer_sees_the_whole_trail_whatever_reach_was_asked(own_database: None) -> None:
    write(2)
    play_product()
    try:
        with reaching(("3101", "3101~")):
            seal_all()
            assert actions.walk().faults == []
    finally:
        play_owner()
    assert actions.walk().rows == Entry.objects.count()


def test_old_seals_hold_after_the_keys_were_rotated(own_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from yimen.core.cipher import Cipher
    from yimen.trail.actions import sealing, verifying

    write(2)
    seal_all()
    ring = cipher()._ring.added()
    number = next(one for one in ring.keys if one != ring.current)
    turned = Cipher(ring.turned(number).without(ring.current))
    for module in (sealing, verifying):
        monkeypatch.setattr(module, "cipher", lambda: turned)
    write(2)
    seal_all()
    assert [batch.signature[0] for batch in chain_of()][-1] == number
    assert actions.walk().faults == []
