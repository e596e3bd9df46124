"""Whether it is safe to let people in: what `yimen check --deploy` asks, and `serve` and `work` outside the demo.

Each question raises `Unfit` with what is wrong and what to do. `GUARDS` stop a start. `CARES` are told at a start and
fail `check --deploy`, but never keep a service down that was up: a late backup is no reason to close the counter.
"""

import ctypes
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.db import InterfaceError, OperationalError, connection

from yimen.core.keyring import CipherError, load_key_file
from yimen.core.policies import policies_of
from yimen.core.reach import APP_ROLE
from yimen.site import postgres
from yimen.site.backup import BackupError, store
from yimen.site.backup.wal import SLOT
from yimen.site.static_files import FOLDER

SHORTEST_SECRET = 40
BACKUP_EVERY = timedelta(hours=24)
DRIFT = 5.0  # seconds between this machine and the database
TRIGGERS = ("trail_entry_append_only", "trail_entry_no_truncate", "trail_seal_append_only", "trail_seal_no_truncate")
_NARROWEST = 8  # bits of a network that are still somebody's own; with fewer it is half the world
_UNSYNCHRONISED = 5  # what adjtimex(2) answers when nothing sets the clock


UNASKED = "could not be asked: the database is away."


class Unfit(Exception):
    """What is wrong and what to do, in one sentence."""


def demonstration() -> None:
    """Known passwords and invented people."""
    if settings.DEMO:
        raise Unfit("YIMEN_DEMO is set: accounts and passwords are known. Unset it.")
    if settings.DEBUG:
        raise Unfit("DEBUG is on: error pages would show personal data. Turn it off.")
    if os.environ.get("YIMEN_CLOCK_SHIFT_DAYS", "0") not in ("", "0"):
        raise Unfit("YIMEN_CLOCK_SHIFT_DAYS is set: every date would be wrong. Unset it.")


def root() -> None:
    """Whoever takes over a page must not have the machine."""
    if os.geteuid() == 0:
        raise Unfit("It runs as root. Start it as an account of its own, as deploy/systemd does.")


def keys() -> None:
    """Readable by this account alone, and belonging to it."""
    path = os.environ.get("YIMEN_KEY_FILE", "")
    if not path:
        raise Unfit("YIMEN_KEY_FILE is not set and the data folder has no keys.json. Put the key file there.")
    if not Path(path).exists():
        raise Unfit(
            f"There is no key file {path}. Bring the copy from the safe; for a new database `yimen setup` makes one."
        )
    try:
        load_key_file(path)
    except CipherError as error:
        raise Unfit(str(error)) from None
    _refuse_owner(Path(path))


def _refuse_owner(path: Path) -> None:
    """Nobody but this account and root may change the file, nor put another in its place."""
    for place in (path, path.parent):
        owner = place.stat().st_uid
        if owner not in (os.geteuid(), 0):
            raise Unfit(
                f"{place} belongs to user {owner}, who could replace {'it' if place == path else path.name}. "
                "chown it to the account of the service."
            )
    mode = path.parent.stat().st_mode
    if mode & 0o022 and not mode & stat.S_ISVTX:
        raise Unfit(f"Others may write in {path.parent} and could replace {path.name}: chmod 700 it.")


def signing_key() -> None:
    """Long, not typed by hand, and closed to others."""
    path = Path(os.environ.get("YIMEN_SECRET_FILE", "-"))
    if not path.is_file():
        raise Unfit("YIMEN_SECRET_FILE is not set and the data folder has no secret. Write 48 random characters there.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unfit(f"{path} can be read by others: chmod 600 it.")
    _refuse_owner(path)
    secret = path.read_text().strip()
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 12:
        raise Unfit(
            f"{path} holds a weak signing key. Write a new one: python3 -c 'import secrets; "
            "print(secrets.token_urlsafe(48))'. Forms that are open at that moment must be loaded again."
        )


def keys_apart() -> None:
    """Whoever carries the backups away must not carry the keys with them."""
    path, folder = Path(os.environ.get("YIMEN_KEY_FILE", "")).resolve(), postgres.backups().resolve()
    if path.is_relative_to(folder) or folder.is_relative_to(path.parent):
        raise Unfit(
            f"The keys ({path}) lie beside the backups ({folder}). "
            "Set YIMEN_BACKUPS or YIMEN_KEY_FILE so that neither folder is inside the other's."
        )


def https() -> None:
    """Passwords and personal data cross the network."""
    if not settings.HTTPS:
        raise Unfit("YIMEN_HTTPS is off: cookies would travel in the clear. Put a TLS proxy in front and set it to 1.")


def hosts() -> None:
    """A link in a mail must not lead to somebody else's host."""
    if any(name.strip() in ("*", "") for name in settings.ALLOWED_HOSTS):
        raise Unfit("YIMEN_HOSTS admits every name. List the names under which people reach it.")
    if wide := [name.strip() for name in settings.ALLOWED_HOSTS if name.strip()[0] in ".*"]:
        raise Unfit(f"YIMEN_HOSTS holds {wide[0]}, which is no name of a host. Write each name out.")
    if "YIMEN_HOSTS" not in os.environ:
        raise Unfit("YIMEN_HOSTS is not set, so it answers on this machine only. List the names people use.")


def proxies() -> None:
    """Whoever is believed about the asker's address writes it on the trail, and guesses from ever new ones."""
    listed = [ip_network(part.strip()) for part in settings.PROXIES.split(",") if part.strip()]
    if wide := [network for network in listed if network.prefixlen < _NARROWEST]:
        raise Unfit(
            f"YIMEN_PROXIES holds {wide[0]}, so anybody could say which address they ask from. "
            "List the addresses of the TLS proxies alone."
        )


def clock() -> None:
    """Deadlines, sessions and the trail are only as right as the clock."""
    began = time.time()
    there = float(_value("select extract(epoch from clock_timestamp())"))
    ended = time.time()
    drift = max(began - there, there - ended, 0.0)
    if drift > DRIFT:
        raise Unfit(f"The clocks of this machine and the database differ by {drift:.0f} s. Run chrony or ntpd on both.")


def role() -> None:
    """Row-level security holds for neither a superuser nor the owner of the tables."""
    superuser, bypass, owner, name = _row(
        "select r.rolsuper, r.rolbypassrls, exists (select from pg_class c where c.relname = 'trail_entry'"
        " and pg_has_role(current_user, c.relowner, 'usage')), r.rolname::text"
        " from pg_roles r where r.rolname = current_user"
    )
    if superuser or bypass or owner:
        why = "is a superuser" if superuser else "has BYPASSRLS" if bypass else "owns the tables"
        raise Unfit(
            f"The database role {name} {why}, so row-level security would not hold. "
            + (
                f"As the server's administrator: ALTER ROLE {APP_ROLE} NOSUPERUSER NOBYPASSRLS; it owns no table."
                if name == APP_ROLE
                else "Leave `role` out of DATABASE_URL, and run `yimen migrate`, which makes yimen_app."
            )
        )
    login = _row("select rolsuper, rolname::text from pg_roles where rolname = session_user")
    if login[0]:
        raise Unfit(
            f"The login {login[1]} of DATABASE_URL is a superuser and could leave its role. Use one that is not."
        )


def append_only() -> None:
    """The database itself refuses to change the trail."""
    there = {
        row[0]
        for row in _rows("select tgname::text from pg_trigger where not tgisinternal and tgenabled in ('O', 'A')")
    }
    if missing := [name for name in TRIGGERS if name not in there]:
        raise Unfit(
            f"The trigger {missing[0]} is missing or off, so the trail could be changed unseen. "
            "Find out who took it off (`yimen audit verify`), then put it back from yimen/trail/migrations."
        )
    if _value("select prosrc from pg_proc where oid = 'trail_refuse'::regproc").split() != _REFUSAL.split():
        raise Unfit(
            "The function trail_refuse is not as its migration made it, so the trail could be changed unseen. "
            "Find out who changed it (`yimen audit verify`), then put it back from yimen/trail/migrations."
        )
    for table in ("trail_entry", "trail_seal"):
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            of = "any_column" if right == "UPDATE" else "table"  # to change a column is to change the trail
            if _value(f"select has_{of}_privilege('{APP_ROLE}', '{table}', '{right}')"):
                raise Unfit(
                    f"The role {APP_ROLE} holds the right to {right} on {table}, which only grows. "
                    f"Find out who gave it, then: REVOKE {right} ON {table} FROM {APP_ROLE}, PUBLIC."
                )


# What the trail's guards do; as trail/migrations/0002_append_only.py says it.
_REFUSAL = """
begin
    raise exception 'the trail is append-only' using errcode = 'insufficient_privilege';
end
"""


def policies() -> None:
    """Every table asks the policies that the migrations gave it, all of them and no other."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    made = policies_of(step for key, step in loader.graph.nodes.items() if key in loader.applied_migrations)
    standing = _rows(
        "select c.relname::text, c.relrowsecurity, array(select p.polname::text from pg_policy p where"
        " p.polrelid = c.oid), (select min(p.polname::text) from pg_policy p where p.polrelid = c.oid"
        r" and pg_get_expr(p.polqual, p.polrelid) !~ '\w\(|\yFROM\y')"  # neither a function nor another table
        " from pg_class c where c.relnamespace = current_schema()::regnamespace"
        " and c.relkind in ('r', 'p') order by 1"
    )
    for table, is_on, names, open_policy in standing:
        wanted = made.get(table, frozenset())
        if wanted and not is_on:
            raise Unfit(
                f"Row-level security of the table {table} is off, so a forgotten filter would show it whole. "
                f"Find out who turned it off, then: ALTER TABLE {table} ENABLE ROW LEVEL SECURITY."
            )
        if wanted != frozenset(names):
            raise Unfit(_other_policies(table, wanted, frozenset(names)))
        if open_policy:
            raise Unfit(
                f"The policy {open_policy} of the table {table} asks nothing about the reach, so it shows every row. "
                "Find out who changed it, then put it back as its migration made it."
            )


def _other_policies(table: str, wanted: frozenset[str], there: frozenset[str]) -> str:
    if missing := sorted(wanted - there):
        return (
            f"The policy {missing[0]} of the table {table} is missing, so the database no longer asks who reaches a "
            "row. Find out who dropped it, then put it back as its migration made it."
        )
    extra = min(there - wanted)
    return (
        f"The table {table} has a policy {extra} that no migration made, and it may show rows to anybody. "
        f"Find out who made it, then: DROP POLICY {extra} ON {table}."
    )


def migrations() -> None:
    """None is waiting."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Unfit("Migrations are not applied. Take a backup, then run `yimen migrate`.")


def fields() -> None:
    """Django finds no fault; above all, every field is classified (`yimen.site.classification`)."""
    if found := [fault for fault in run_checks() if fault.is_serious()]:
        more = f" ({len(found) - 1} more: `yimen check`)" if len(found) > 1 else ""
        raise Unfit(" ".join(part for part in (found[0].msg, found[0].hint) if part) + more)


def built_files() -> None:
    """Style sheets and scripts were built."""
    if not (FOLDER / "manifest.json").exists():
        raise Unfit("Style sheets and scripts are not built. Run `make setup`, or install the wheel.")


def backups() -> None:
    """A fresh one, read again after it was taken."""
    folder = postgres.backups()
    try:
        newest = store.chosen(folder)
    except BackupError as error:
        raise Unfit(f"{error} Run `yimen backup` now and every night.") from None
    age = datetime.now(UTC) - newest.ended_at
    if age > BACKUP_EVERY:
        hours = age.total_seconds() / 3600
        raise Unfit(f"The newest backup is {hours:.0f} hours old. Run `yimen backup`; see its timer.")
    if newest.verified_at is None:
        raise Unfit(f"{newest.name} was never read again. Run `yimen backup --verify`.")


_FETCHING = "select active, wal_status from pg_replication_slots where slot_name = %s"


def archive() -> None:
    """The log is fetched as it is written. A dump brings back its own moment and no other, with the log or without."""
    try:
        is_dump = store.chosen(postgres.backups()).method != "physical"
    except BackupError:
        return  # told by `backups`
    with connection.cursor() as cursor:
        cursor.execute(_FETCHING, [SLOT])
        found = cursor.fetchone()
    if is_dump and found is None:
        return
    if found is None or not found[0]:
        raise Unfit(
            "Nobody fetches the database's log, so a lost disk loses all since the newest backup. "
            "Start `yimen archive` (yimen-archive.service) and let it run."
        )
    if found[1] == "lost":
        raise Unfit("The server has thrown away log that was not fetched yet. Run `yimen backup` now.")


def database_link() -> None:
    """Names, numbers and the login's password cross whatever lies between this machine and the database."""
    asker, is_sealed = _row(
        "select host(inet_client_addr()), (select ssl from pg_stat_ssl where pid = pg_backend_pid())"
    )
    if asker and not ip_address(asker).is_loopback and not is_sealed:
        raise Unfit(
            f"The database is on another machine (it sees us as {asker}) and the link to it is not encrypted. "
            "Turn on ssl there, and add sslmode=verify-full&sslrootcert=FILE to DATABASE_URL."
        )


def time_service() -> None:
    """Something keeps this machine's clock right."""
    if sys.platform == "linux" and _clock_state() == _UNSYNCHRONISED:
        raise Unfit("Nothing keeps this machine's clock right. Run chrony or systemd-timesyncd.")


def _clock_state() -> int:
    """What the kernel says of its clock; asking changes nothing."""
    timex = ctypes.create_string_buffer(512)  # struct timex is smaller; mode 0 at its start only asks
    return int(ctypes.CDLL(None).adjtimex(timex))


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _row(sql: str) -> tuple[Any, ...]:
    return _rows(sql)[0]


def _value(sql: str) -> Any:
    return _rows(sql)[0][0]


Question = tuple[str, Callable[[], None]]
GUARDS: tuple[Question, ...] = (
    ("no demonstration", demonstration),
    ("not root", root),
    ("keys", keys),
    ("signing key", signing_key),
    ("keys apart from backups", keys_apart),
    ("HTTPS", https),
    ("host names", hosts),
    ("proxies", proxies),
    ("clocks agree", clock),
    ("database role", role),
    ("row-level security", policies),
    ("append-only trail", append_only),
    ("migrations", migrations),
    ("fields classified", fields),
    ("built files", built_files),
)
CARES: tuple[Question, ...] = (
    ("fresh backup", backups),
    ("archive of the log", archive),
    ("link to the database", database_link),
    ("time service", time_service),
)


def faults(questions: tuple[Question, ...]) -> Iterator[tuple[str, str]]:
    """Each question with what is wrong, empty when nothing is. A database that is away is said once, by the first
    question that wanted it; the others of the same round only say that they could not ask."""
    is_away = False
    for name, ask in questions:
        try:
            ask()
        except (OperationalError, InterfaceError) as error:
            told = is_away and connection.connection is None
            is_away = connection.connection is None
            yield name, UNASKED if told else str(error).strip()
        except Exception as error:  # whatever is wrong is what we were asked to say
            yield name, str(error).strip() or type(error).__name__
        else:
            yield name, ""


def refusals() -> list[str]:
    """Why this installation may not let people in."""
    return [f"{name}: {fault}" for name, fault in faults(GUARDS) if fault and fault != UNASKED]


def worries() -> list[str]:
    """What somebody should see to soon."""
    return [f"{name}: {fault}" for name, fault in faults(CARES) if fault]
