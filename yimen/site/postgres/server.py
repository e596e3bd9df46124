"""Start and stop the embedded server."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg

from yimen.core.reach import APP_ROLE
from yimen.site.postgres.account import Account, PostgresError, account_for, state_folder
from yimen.site.postgres.address import NAME, recorded_url
from yimen.site.postgres.cluster import admit_only_us, create
from yimen.site.postgres.programs import programs_for
from yimen.site.processes import dies_with_us

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "max_slot_wal_keep_size": "8GB",  # an archive that stands still must not fill the disk
    "random_page_cost": "1.1",
    "jit": "off",
    "log_checkpoints": "off",
    # What ALTER SYSTEM said on the server a copy was taken from: none of it may keep the copy from starting, hide it
    # behind another port, have it wait for a standby, or put its log among the real one's.
    "port": "5432",
    "ssl": "off",
    "archive_mode": "off",
    "hot_standby": "off",
    "logging_collector": "off",
    "shared_preload_libraries": "",
    "synchronous_standby_names": "",
}
_MEGABYTE = 1024 * 1024


def _by_machine(data: Path) -> dict[str, str]:
    """What a whole city is glad of, where the machine has it to give: an eighth of the memory for the pages in use,
    and a log that need not be written out in the middle of a load."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // _MEGABYTE
    room = shutil.disk_usage(data).free // _MEGABYTE
    return {
        "shared_buffers": f"{min(4096, max(256, memory // 8))}MB",
        "effective_cache_size": f"{max(512, memory // 2)}MB",
        "max_wal_size": f"{min(8192, max(2048, room // 8))}MB",
    }


# Autovacuum would hold a database that a test wants to drop, and only a superuser may send it away.
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass
class Server:
    """A running server. `process` and `lock` are None for one that was found running and is shared."""

    url: str
    data: Path
    record: Path  # where other processes find the address
    account: Account
    process: subprocess.Popen[bytes] | None = None
    lock: IO[str] | None = None

    def revive(self) -> None:
        """Start it again at the same address after it died."""
        _bring_up(self, durable=True)

    def stop(self) -> None:
        """Stop it (sessions end, nothing committed is lost) and tidy up after it."""
        self.record.unlink(missing_ok=True)
        stop_running(self.data)
        if self.process is not None:
            self.process.wait()
        _forget(self.data.parent)
        if self.lock is not None:
            self.lock.close()


def start(folder: Path, *, shared: bool = False, durable: bool = True) -> Server:
    """Start the server whose data lives under `folder`, creating it the first time.

    It ends with this process, and a server left by a killed owner is stopped and started anew; a `shared` one
    (tests) is reused and outlives us. Without `durable` a power cut may lose everything.
    """
    folder.mkdir(parents=True, exist_ok=True)
    account = account_for(folder)
    state = state_folder(folder, account)
    record = folder / "postgres.json"
    if not shared:
        lock = _hold(state / "lock")
        try:
            return _bring_up(Server("", state / "data", record, account, lock=lock), durable=durable)
        except BaseException:
            lock.close()
            raise
    if record.exists() and running_pid(state / "data") is not None:
        return Server(recorded_url(folder), state / "data", record, account)
    server = _bring_up(Server("", state / "data", record, account), durable=durable)
    assert server.process is not None
    server.process.returncode = 0  # from here on it is nobody's child: whoever uses it last stops it
    return server


def open_copy(state: Path) -> Server:
    """Start a server on a copy of somebody's data in `state`/data, beside the real one; it ends with this process.

    When the copy is to replay a log this returns after it has done so. It does not wait for the disk. The settings in
    the data are neither followed, as they may name what is not here (certificates, another port; Debian keeps them
    elsewhere altogether), nor touched, as the real server will want them: `state`/settings holds others.
    """
    account = account_for(state)
    lock = _hold(state / "lock")
    try:
        aside = state / "settings"
        aside.mkdir(exist_ok=True)
        (aside / "postgresql.conf").write_text("")
        server = Server("", state / "data", state / "postgres.json", account, lock=lock)
        return _bring_up(server, durable=False, settings=aside)
    except BaseException:
        lock.close()
        raise


def swap_in(folder: Path, build: Callable[[Path], None], stamp: str) -> Path | None:
    """Put other data in the place of this folder's: `build` fills an empty folder beside it with `data`.

    Returns where the data that was there is kept now. PostgresError when a server runs on it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = state_folder(folder, account_for(folder))
    with _hold(state / "lock"):
        stop_running(state / "data")
        growing = state / "restored"
        shutil.rmtree(growing, ignore_errors=True)
        growing.mkdir()
        growing.chmod(0o711)
        build(growing)
        kept = state / f"data.before-{stamp}" if (state / "data").exists() else None
        if kept is not None:
            (state / "data").rename(kept)
        (growing / "data").rename(state / "data")
        shutil.rmtree(growing)
    return kept


def _bring_up(server: Server, *, durable: bool, settings: Path | None = None) -> Server:
    """Clear what an earlier run left, create what is missing, launch, and write down the address."""
    state, data, account = server.data.parent, server.data, server.account
    stop_running(data)
    programs = programs_for(state, account)
    if not (data / "PG_VERSION").exists():
        create(programs, data, account, durable=durable)
    admit_only_us(settings or data, account)
    socket = _socket_folder(state, account)
    server.url = f"postgresql://{NAME}@/{NAME}?host={quote(str(socket), safe='')}"
    command = _command(programs, data, socket, durable=durable)
    if settings:
        for path in (settings, *settings.iterdir()):
            account.give(path)
        command += ["-c", f"config_file={settings / 'postgresql.conf'}"]
        command += ["-c", f"hba_file={settings / 'pg_hba.conf'}", "-c", f"ident_file={settings / 'pg_ident.conf'}"]
    for _ in range(10):
        server.process = _launch(command, state / "log", account, tied=server.lock is not None)
        if _answers(server.process, socket):
            server.record.write_text(json.dumps({"url": server.url}))
            return server
        last_words = (state / "log").read_text()[-800:].strip()
        if "shared memory block" not in last_words:
            break
        time.sleep(1)  # sessions of a killed server are still leaving
    _forget(state)
    raise PostgresError(f"PostgreSQL did not start. Its last words: {last_words}")


def stop_running(data: Path) -> None:
    """Stop whatever server runs on this data folder: fast, and at once after a minute: a city has much to write."""
    pid_file = data / "postmaster.pid"
    if pid_file.exists() and running_pid(data) is None and _alive(pid_file):
        pid_file.unlink()  # another process got the number since; PostgreSQL would refuse to start
    for order, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        pid = running_pid(data)
        if pid is None:
            return
        os.kill(pid, order)
        _until(lambda: running_pid(data) is None, patience)


def running_pid(data: Path) -> int | None:
    """The server's process, when one is alive on this folder; a stale number may belong to anybody by now."""
    pid = _alive(data / "postmaster.pid")
    try:
        if pid and Path("/proc/self").exists() and os.fsencode(data) not in Path(f"/proc/{pid}/cmdline").read_bytes():
            return None
    except OSError:
        return None
    return pid


def _alive(pid_file: Path) -> int | None:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def _hold(path: Path) -> IO[str]:
    """Take the folder for as long as this process lives."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise PostgresError(
            f"{path.parent} is in use. Stop what runs on it, or set YIMEN_HOME to another folder."
        ) from None
    return lock


def _socket_folder(state: Path, account: Account) -> Path:
    """A folder with a short path (a socket's address may have 107 bytes): the last one, or where that is gone or not
    as we left it, a fresh one."""
    note = state / "socket"
    if note.exists():
        with contextlib.suppress(OSError):
            last = os.lstat(note.read_text())
            if stat.S_ISDIR(last.st_mode) and last.st_uid == account.uid and not last.st_mode & 0o077:
                return Path(note.read_text())
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    usable = base and len(base) < 60 and not account.switch and os.access(base, os.W_OK | os.X_OK)
    folder = Path(tempfile.mkdtemp(prefix="yimen-", dir=base if usable else "/tmp"))  # noqa: S108  # mkdtemp is safe
    account.give(folder)
    note.write_text(str(folder))
    return folder


def _command(programs: Path, data: Path, socket: Path, *, durable: bool) -> list[str | Path]:
    settings = _SETTINGS | {"unix_socket_directories": str(socket)} | (_by_machine(data) if durable else _NOT_DURABLE)
    command: list[str | Path] = [programs / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def _launch(command: list[str | Path], log: Path, account: Account, *, tied: bool) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches only its owner."""
    with log.open("wb") as output:
        popen: subprocess.Popen[bytes] = subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=dies_with_us(signal.SIGINT) if tied else None,
            **account.switch,
        )
    return popen


def _answers(process: subprocess.Popen[bytes], socket: Path) -> bool:
    """Wait until it answers (after a crash it replays its log), and see to the role and its database."""
    while process.poll() is None:
        try:
            with psycopg.connect(f"host={socket} dbname=postgres user=postgres", autocommit=True) as admin:
                if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
                    admin.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
                if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE]).fetchone():
                    admin.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
                    admin.execute(f"GRANT {APP_ROLE} TO {NAME}")
                if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    admin.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
                return True
        except psycopg.OperationalError:
            time.sleep(0.03)
    return False


def _forget(state: Path) -> None:
    """Remove the socket folder of a server that no longer runs."""
    if (state / "socket").exists():
        shutil.rmtree((state / "socket").read_text(), ignore_errors=True)
        (state / "socket").unlink()


def _until(done: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
