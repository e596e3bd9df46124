"""Keys are rotated while everybody works: no read fails, nothing is lost, and the old key is not needed afterwards."""

import random
import re
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.cast import actor
from tests.registry.town import AT, SINCE, Town, build_town, number_of
from yimen.cases.actions import complain
from yimen.cases.queries import resident as by_code
from yimen.core import cipher as cipher_module
from yimen.core import resealing
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.cipher import Cipher, cipher, forget
from yimen.core.errors import RuleBroken
from yimen.core.ids import new_id, new_ref
from yimen.core.keyring import CipherError, create_key_file, load_key_file, replace_key_file
from yimen.core.resealing import uses
from yimen.registry import actions, queries
from yimen.registry.actions import finding
from yimen.registry.models import Resident
from yimen.registry.rules import sealed as cells
from yimen.registry.rules.rows import PersonRows, ResidentRow
from yimen.site import classification
from yimen.site.cli import city, keys, main
from yimen.site.cli.surroundings import Refusal
from yimen.site.first_keys import begin_keys
from yimen.site.sealed import SEALED
from yimen.trail import idempotency
from yimen.trail.models import Entry

MORE = 80  # residents beside those of the town


@pytest.fixture
def key_file(own_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A key file of its own, small batches and no waiting for other processes: there are none."""
    path = tmp_path / "keys.json"
    monkeypatch.setenv("YIMEN_KEY_FILE", str(path))
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path))
    create_key_file(path)
    monkeypatch.setattr(keys, "KNOWN_AFTER", 0.0)
    monkeypatch.setattr(resealing, "BATCH", 25)
    monkeypatch.setattr(cipher_module, "_LOOK_EVERY", 0.0)
    forget()
    yield path
    forget()
    connection.close()  # `yimen keys` changes the settings of its connection


def number(order: int) -> str:
    return number_of(date(1960 + order % 40, 1 + order % 12, 1 + order % 28), order % 999)


@pytest.fixture
def town(key_file: Path) -> Town:
    """The town of the register with many more people, all sealed with the first key."""
    built, code = build_town(), actor("window").reach
    rows = [
        ResidentRow(
            id=new_id(),
            ref=new_ref(),
            division_code=code,
            name=f"赵{order}",
            number=number(order),
            phone=f"1540001{order:04}",
            source="POP",
            as_of_on=SINCE,
        )
        for order in range(1, MORE + 1)
    ]
    actions.load_people(SYSTEM, rows=PersonRows(residents=rows), at=AT)
    return built


def everybody_is_found() -> list[str]:
    """Who is not found by number, by tail or by phone."""
    window, lost = actor("window"), []
    for order in range(1, MORE + 1):
        wanted, phone = number(order), f"1540001{order:04}"
        for q in (wanted, phone, wanted[-6:]):
            if not any(row.number_tail == wanted[-4:] for row in queries.search(window, q, AT, limit=30).people):
                lost.append(f"{order} by {q}")
    return lost


class Work:
    """Two readers and two writers who go on until they are told to stop; what went wrong is kept."""

    def __init__(self, town: Town) -> None:
        self.stop, self.town = threading.Event(), town
        self.failures: list[str] = []
        self.reads = self.writes = 0
        jobs = (self.read, self.read, self.correct, self.add)
        self.threads = [threading.Thread(target=self.go, args=(job, seed)) for seed, job in enumerate(jobs)]
        for thread in self.threads:
            thread.start()

    def go(self, job: object, seed: int) -> None:
        chance = random.Random(seed)
        try:
            while not self.stop.is_set():
                job(chance)  # type: ignore[operator]  # a bound method of ours
        except Exception as error:  # whatever it is, the test says it
            self.failures.append(repr(error))
        finally:
            connection.close()

    def read(self, chance: random.Random) -> None:
        order = chance.randrange(1, MORE + 1)
        q = chance.choice((number(order), number(order)[-6:]))
        found = queries.search(actor("window"), q, AT, limit=30).people
        if not any(row.number_tail == number(order)[-4:] for row in found):
            self.failures.append(f"{q} was not found")
        self.reads += 1

    def correct(self, chance: random.Random) -> None:
        order = chance.randrange(1, MORE + 1)
        row = Resident.objects.get(name=f"赵{order}")
        values = {"phone": f"1540002{chance.randrange(10_000):04}"}
        window = actor("window")
        actions.correct(
            window, ref=row.ref, values=values, source="resident", evidence="stated", version=row.version, at=AT
        )
        self.writes += 1

    def add(self, chance: random.Random) -> None:
        order = self.writes % 900
        fresh = number_of(date(2001, 1, 1) + timedelta(days=self.writes), order or 1)
        actions.add_resident(
            actor("window"), name="钱小芳", number=fresh, dwelling_ref=self.town.door("3-1-502"), at=AT
        )
        self.writes += 1
        self.stop.wait(0.02)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(30)


def test_keys_are_rotated_under_readers_and_writers_and_the_old_one_is_retired(
    town: Town, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = load_key_file(key_file).current
    by_resident = Actor(role=Role.RESIDENT, reach=actor("window").reach, name="resident")
    complaint, code = complain(by_resident, number="", text="等了很久", contact="15400007777", at=AT)
    work = Work(town)
    try:
        assert main(["keys", "rotate"]) == 0
    finally:
        work.end()
    said = capsys.readouterr().out
    values, rows = re.search(r"([\d,]+) values in ([\d,]+) rows bear an older key", said).groups()  # type: ignore[union-attr]  # the assertion is that it is there
    assert int(values.replace(",", "")) > int(rows.replace(",", "")) > MORE, "values and rows are told apart"
    assert re.search(rf"values in [\d,]+ rows sealed anew with key {load_key_file(key_file).current} in", said)
    assert work.failures == []
    assert work.reads > 10
    assert work.writes > 2
    assert main(["keys", "rotate"]) == 0 if _bears(old) else True  # what was written in the very last moment
    new = load_key_file(key_file).current
    assert new != old
    assert main(["keys", "retire", str(old)]) == 0
    assert set(load_key_file(key_file).keys) == {new}
    assert load_key_file(key_file.with_name(f"keys.json.with-{old}")).keys.keys() == {old, new}
    assert [set(uses(one)) - {new} for one in SEALED] == [set()] * len(SEALED)
    for order in range(1, MORE + 1, 10):
        assert len(queries.search(actor("window"), number(order), AT).people) == 1
        tail = queries.search(actor("window"), number(order)[-6:], AT, limit=30).people
        assert any(row.name == f"赵{order}" for row in tail)
    assert by_code.recognised(complaint.number, code) is not None
    assert set(Entry.objects.filter(subject_kind="key").values_list("verb", flat=True)) == {"key.rotate", "key.retire"}
    capsys.readouterr()
    main(["keys", "list"])
    said = capsys.readouterr().out
    assert f"key {old:>3}  retired" in said
    assert f"key {new:>3}  seals" in said


def _bears(number: int) -> bool:
    return any(number in uses(one) for one in SEALED)


def test_a_key_that_seals_something_is_not_retired_and_a_stopped_rotation_goes_on(
    town: Town, key_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = load_key_file(key_file).current
    assert main(["keys", "add"]) == 0
    assert load_key_file(key_file).current == old
    batches = iter(range(3))
    whole = resealing._replace

    def killed(*arguments: object) -> int:
        if next(batches, None) is None:
            raise KeyboardInterrupt
        return whole(*arguments)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(resealing, "_replace", killed)
    with pytest.raises(KeyboardInterrupt):
        main(["keys", "rotate"])
    monkeypatch.setattr(resealing, "_replace", whole)
    ring = load_key_file(key_file)
    assert len(ring.keys) == 2
    assert ring.current != old
    assert set(uses(SEALED[0])) == {old, ring.current}
    assert main(["keys", "retire", str(old)]) == 1
    assert "`yimen keys rotate` seals them anew" in capsys.readouterr().err
    assert everybody_is_found() == []  # half of them bear the old key
    assert main(["keys", "rotate"]) == 0
    assert load_key_file(key_file).current == ring.current
    assert main(["keys", "retire", str(old)]) == 0
    assert everybody_is_found() == []
    assert main(["keys", "retire", str(ring.current)]) == 1


def test_a_key_waits_for_who_has_written_with_it_and_not_finished(
    town: Town, key_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, was, row = load_key_file(key_file).current, cipher(), new_id()
    monkeypatch.setattr(keys, "OLDER_ENDS_WITHIN", 0.5)
    written, finish = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            blob = was.seal("{}", place=idempotency.PLACE, row=UUID(int=77))
            sql = "insert into trail_idempotency (id, account_id, key, request_hash, at, status, answer)"
            cursor.execute(f"{sql} values (77, %s, 'late', '', now(), 200, %s)", (row, blob))
            written.set()
            finish.wait(60)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(20)
    assert main(["keys", "rotate"]) == 0  # sees nothing of it
    assert main(["keys", "retire", str(old)]) == 1
    assert "has not finished" in capsys.readouterr().err
    finish.set()
    writer.join()
    assert main(["keys", "retire", str(old)]) == 1
    assert "1 values bear key" in capsys.readouterr().err
    assert main(["keys", "rotate"]) == 0
    assert main(["keys", "retire", str(old)]) == 0


def test_one_number_is_not_taken_twice_while_some_write_with_the_old_key_and_some_with_the_new(
    town: Town, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on two machines of which one has not noticed yet which key is current."""
    ring = load_key_file(key_file).added()
    replace_key_file(key_file, ring)
    newer = next(one for one in ring.keys if one != ring.current)
    ciphers = (Cipher(ring), Cipher(ring.turned(newer)))
    mine = threading.local()
    for module in (cells, finding):
        monkeypatch.setattr(module, "cipher", lambda: getattr(mine, "cipher", ciphers[0]))
    gate, told = threading.Barrier(8), list[str]()

    def add(which: int) -> None:
        mine.cipher = ciphers[which % 2]
        gate.wait(20)
        try:
            door = town.door("3-1-502")
            actions.add_resident(actor("window"), name="钱小芳", number=FRESH, dwelling_ref=door, at=AT)
            told.append("added")
        except RuleBroken:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(which,)) for which in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["added", *["refused"] * 7]
    assert Resident.objects.filter(name="钱小芳").count() == 1


FRESH = number_of(date(1991, 5, 6), 11)


def test_a_value_that_does_not_open_is_named_and_does_not_stop_the_others(
    town: Town, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Resident.objects.get(name="赵7")
    lost = (cipher().current + 100) % 255 + 1  # a key that nobody has
    Resident.objects.filter(id=broken.id).update(phone=bytes((1, lost)) + bytes(40))
    assert main(["keys", "rotate"]) == 1
    said = capsys.readouterr().out
    assert str(broken.id) in said
    assert re.search(r"values in 1 rows keep their older key", said)
    old = [key for key in load_key_file(key_file).keys if key != cipher().current]
    assert uses(SEALED[0])[lost] == 1
    assert uses(SEALED[0]).get(old[0], 0) == 1  # its number, which stays with its phone


def test_every_column_classified_as_sealed_is_known_to_whoever_rotates_keys() -> None:
    """A new sealed column: classify it, then name it in yimen/site/sealed.py."""
    tables = {model._meta.label: model._meta.db_table for model in apps.get_models()}
    classified = {(tables[line.model], line.field) for line in classification.lines() if line.kept == "sealed"}
    assert {(one.table, column) for one in SEALED for column in one.places} == classified


def test_lost_keys_are_never_made_anew_where_something_is_sealed(town: Town, key_file: Path) -> None:
    lost = key_file.with_name("lost.json")
    key_file.rename(lost)
    with pytest.raises(CipherError, match=r"registry_resident holds what the lost keys sealed.*Bring the copy"):
        begin_keys(str(key_file))
    assert not key_file.exists()
    lost.rename(key_file)
    begin_keys(str(key_file))  # nothing to begin
    assert cipher().current == load_key_file(key_file).current


def test_the_demonstration_says_that_its_keys_are_lost(town: Town, key_file: Path) -> None:
    key_file.unlink()
    with pytest.raises(Refusal, match="There is no key file"):
        city._begin_keys(str(key_file))
    assert not key_file.exists()
