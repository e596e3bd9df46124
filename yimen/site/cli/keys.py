"""Keys: list them, add one, rotate to it while everything runs, retire the old one."""

import getpass
import os
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.db import connection, transaction

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.core.cipher import forget
from yimen.core.keyring import CipherError, KeyRing, load_key_file, replace_key_file
from yimen.core.resealing import reseal, stale_rows, uses
from yimen.site.cli.surroundings import Refusal
from yimen.site.sealed import SEALED
from yimen.trail.record import record

OLDER_ENDS_WITHIN = 60.0  # seconds that work which began before a key is retired has to end
KNOWN_AFTER = 3.0  # seconds until every process has noticed another key file; they look every second
_TELL_EVERY = 2.0
_LOOK_AGAIN = 0.2
_WRITING = """
select distinct virtualtransaction from pg_locks
where locktype = 'relation' and mode = 'RowExclusiveLock' and granted and pid <> pg_backend_pid()
  and database = (select oid from pg_database where datname = current_database())
"""


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """Works beside web and worker; stopped anywhere, the same command goes on."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list | add | rotate | retire")
    verbs.add_parser("list", help="every key, and how many values bear it")
    verbs.add_parser("add", help="add a key that opens and finds, and does not seal yet")
    verbs.add_parser("rotate", help="seal with a new key from now on, and everything anew with it")
    retire = verbs.add_parser("retire", help="take an old key out of the key file")
    retire.add_argument("key", type=int)
    retire.add_argument("--forget-codes", action="store_true", help="codes of old complaints may stop working")
    options = parser.parse_args(rest)
    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")  # large tables are counted
    try:
        if options.verb == "retire":
            return _retire(options.key, forget_codes=options.forget_codes)
        return {"list": _list, "add": _add, "rotate": _rotate}[options.verb]()
    except CipherError as error:
        raise Refusal(str(error)) from None


def _path() -> Path:
    if path := os.environ.get("YIMEN_KEY_FILE"):
        return Path(path)
    raise Refusal("YIMEN_KEY_FILE is not set and the data folder has no keys.json.")


def _used() -> dict[int, int]:
    found: dict[int, int] = {}
    for sealed in SEALED:
        for number, count in uses(sealed).items():
            found[number] = found.get(number, 0) + count
    return found


def _list() -> int:
    ring, used = load_key_file(_path()), _used()
    for number in sorted({*ring.seal_keys, *used}):
        if number in ring.keys:
            state = "seals" if number == ring.current else "opens"
        else:
            state = "retired" if number in ring.seal_keys else "missing"
        print(f"key {number:>3}  {state:<8} {used.get(number, 0):>12,} values")
    return 0


def _add() -> int:
    ring, path = load_key_file(_path()), _path()
    grown = ring.added()
    number = next(iter(grown.keys.keys() - ring.keys.keys()))
    replace_key_file(path, grown)
    print(f"Key {number} was added. `yimen keys rotate` seals with it. Keep a copy of {path} with your other keys.")
    return 0


def _rotate() -> int:
    ring, used = load_key_file(_path()), _used()
    if not used.keys() & ring.keys.keys() - {ring.current}:
        ring = _turn(ring)
    else:
        print(f"Going on: not every value bears key {ring.current} yet.", flush=True)
    values, rows, refused = _older(ring.current), sum(map(stale_rows, SEALED)), 0
    print(f"{values:,} values in {rows:,} rows bear an older key.", flush=True)
    told = _Progress(rows)
    for sealed in SEALED:
        told.table = sealed.table
        done = reseal(sealed, told)
        refused += len(done.refused)
        for key, why in done.refused.items():
            print(f"{sealed.table} {key}: {why}")
    left = _older(ring.current)
    seconds = time.monotonic() - told.started
    print(f"{values - left:,} values in {told.rows:,} rows sealed anew with key {ring.current} in {seconds:.1f} s.")
    if refused:
        print(f"{left:,} values in {refused:,} rows keep their older key; the lines above say why.")
        return 1
    for number in sorted(ring.keys.keys() - {ring.current}):
        print(f"Key {number} seals nothing any more: `yimen keys retire {number}`.")
    return 0


def _older(current: int) -> int:
    """How many values bear another key than this one."""
    return sum(count for number, count in _used().items() if number != current)


def _turn(ring: KeyRing) -> KeyRing:
    """Make the key that waits current, or a new one. First every process learns it, then it seals."""
    if not _waiting(ring):
        ring = ring.added()
        replace_key_file(_path(), ring)
        time.sleep(KNOWN_AFTER)
    before, ring = ring.current, ring.turned(_waiting(ring)[-1])
    _on_record("key.rotate", ring.current, {"from": before, "to": ring.current}, ring)
    print(f"Key {ring.current} seals from now on.", flush=True)
    time.sleep(KNOWN_AFTER)
    return ring


def _waiting(ring: KeyRing) -> list[int]:
    """Keys that were added after the current one."""
    order = list(ring.keys)
    return order[order.index(ring.current) + 1 :]


def _retire(number: int, *, forget_codes: bool) -> int:
    ring, path = load_key_file(_path()), _path()
    smaller = ring.without(number)
    _let_older_work_end()
    if count := _used().get(number, 0):
        raise Refusal(f"{count:,} values bear key {number}. `yimen keys rotate` seals them anew.")
    if (codes := _codes_without_a_value()) and not forget_codes:
        raise Refusal(
            f"{codes:,} complaints are older than sealed codes, and only key {number} knows their codes again. "
            "Wait until they are closed, or say --forget-codes."
        )
    kept = path.with_name(f"{path.name}.with-{number}")
    replace_key_file(kept, ring)
    _on_record("key.retire", number, {"key": number}, smaller)
    print(f"Key {number} is retired. Backups made until now need it: keep {kept} with them, and destroy both together.")
    print("Take a backup now (`yimen backup`): it is the first that these keys alone open.")
    return 0


def _let_older_work_end() -> None:
    """Whoever is writing may have sealed with the old key and not be counted yet: it would open no more."""
    older, until = _writing(), time.monotonic() + OLDER_ENDS_WITHIN
    while older & _writing():
        if time.monotonic() > until:
            raise Refusal("Somebody has been writing since before and has not finished. Try again in a while.")
        time.sleep(_LOOK_AGAIN)


def _writing() -> set[str]:
    """The transactions that are writing into this database now."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITING)
        return {row[0] for row in cursor.fetchall()}


def _codes_without_a_value() -> int:
    """Complaints under way whose code is left as a hash only."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from cases_followup where secret_hash is not null and secret is null and state <> 'closed'"
        )
        return int(cursor.fetchone()[0])


def _on_record(verb: str, number: int, changes: dict[str, int], ring: KeyRing) -> None:
    """Put another ring in place, and write down who did."""
    with transaction.atomic():
        record(
            SYSTEM,
            verb,
            subject=("key", str(number)),
            division_code="",
            at=clock.now(),
            changes=changes,
            note=getpass.getuser(),
        )
        replace_key_file(_path(), ring)
    forget()


class _Progress:
    """A line every few seconds."""

    def __init__(self, total: int) -> None:
        self.rows, self.total, self.table = 0, total, ""
        self.started = time.monotonic()
        self.next = self.started + _TELL_EVERY

    def __call__(self, rows: int) -> None:
        self.rows += rows
        if time.monotonic() >= self.next:
            self.next += _TELL_EVERY
            print(f"  {self.table}: {self.rows:,} of {self.total:,} rows", flush=True)
