"""The embedded server, with real processes: it starts, survives being killed, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yimen.site import postgres
from yimen.site.postgres import programs
from yimen.site.postgres.programs import INSTALLED, programs_for, version_of
from yimen.site.postgres.server import running_pid

pytestmark = pytest.mark.processes

HOLDER = """
import sys, time
from pathlib import Path
from yimen.site import postgres
print(postgres.start(Path(sys.argv[1])).url, flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder whose parents any account may enter, with a space in its name.

    Not below tmp_path: every session of pytest closes the folder above that to other accounts.
    """
    with tempfile.TemporaryDirectory(prefix="yimen-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name) / "a home"


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row and row[0]


def run_a_holder(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """Another process that starts a server under `folder` and holds it."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, holder.stdout.readline().strip()


def gone(pid: int) -> bool:
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_it_starts_stops_and_keeps_what_was_committed(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    pid = running_pid(server.data)
    assert pid is not None
    server.stop()
    assert gone(pid)
    assert not (folder / "postgres.json").exists()

    again = postgres.start(folder, durable=False)
    assert ask(again.url, "SELECT number FROM kept") == 7
    again.stop()


def test_only_this_account_gets_in_and_only_through_the_socket(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    socket = Path(postgres.connection_settings(server.url)["HOST"])
    assert socket.stat().st_mode & 0o077 == 0
    assert ask(server.url, "SHOW listen_addresses") == ""
    assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(server.url, user="somebody")
    server.stop()
    assert not socket.exists()


BROUGHT = """
port = 5999
archive_mode = on
logging_collector = on
shared_preload_libraries = 'not_installed_here'
synchronous_standby_names = 'a_standby_far_away'
hba_file = '/nowhere/pg_hba.conf'
"""


@pytest.mark.parametrize("brought", [BROUGHT, None], ids=["its own", "none, as of Debian"])
def test_a_copy_starts_whatever_settings_it_brings(folder: Path, brought: str | None) -> None:
    postgres.start(folder, durable=False).stop()
    data = folder / "postgres" / "data"
    if brought is None:
        (data / "postgresql.conf").unlink()
    else:
        (data / "postgresql.conf").write_text(f"{brought}ssl = on\n")
        with (data / "postgresql.auto.conf").open("a") as file:
            file.write(brought)
    (data / "pg_hba.conf").write_text("host all all all scram-sha-256\n")
    copy = postgres.open_copy(folder / "postgres")
    assert (data / "pg_hba.conf").read_text() == "host all all all scram-sha-256\n"  # the real server wants its own
    assert ask(copy.url, "SHOW archive_mode") == "off"  # its log is not the real one's
    assert ask(copy.url, "SELECT 1") == 1
    copy.stop()


def test_an_address_finds_its_trigrams_in_chinese(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        assert connection.execute("SELECT show_trgm('广益街道') <> '{}'").fetchone() == (True,)
    server.stop()


def test_a_killed_owner_takes_its_server_along(folder: Path) -> None:
    holder, url = run_a_holder(folder)
    pid = running_pid(folder / "postgres" / "data")
    assert pid is not None
    assert ask(url, "SELECT 1") == 1
    holder.kill()
    holder.communicate()
    assert gone(pid)
    postgres.start(folder).stop()


def test_it_recovers_when_the_server_itself_was_killed(folder: Path) -> None:
    server = postgres.start(folder)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.lock.close() if server.lock else None

    again = postgres.start(folder)
    assert ask(again.url, "SELECT number FROM kept") == 7
    again.stop()


def test_a_stale_number_that_now_belongs_to_another_process_is_no_obstacle(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    server.stop()
    pid_file = server.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.data}\n")
    again = postgres.start(folder, durable=False)
    assert ask(again.url, "SELECT 1") == 1
    again.stop()


def test_a_second_owner_is_refused_with_a_sentence(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    with pytest.raises(postgres.PostgresError, match="is in use"):
        postgres.start(folder, durable=False)
    server.stop()


def test_a_shared_server_is_reused_and_outlives_the_process_that_started_it(folder: Path) -> None:
    code = HOLDER.replace("Path(sys.argv[1])", "Path(sys.argv[1]), shared=True, durable=False").replace("600", "0")
    first = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    server = postgres.start(folder, shared=True, durable=False)
    assert server.url == first.stdout.strip()
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_an_interrupted_first_start_is_begun_again(folder: Path) -> None:
    half = folder / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server = postgres.start(folder, durable=False)
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_data_of_another_version_are_refused_with_a_sentence(folder: Path) -> None:
    server = postgres.start(folder, durable=False)
    server.stop()
    (server.data / "PG_VERSION").write_text("13\n")
    with pytest.raises(postgres.PostgresError, match="No PostgreSQL 13 was found"):
        postgres.start(folder, durable=False)


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as another account")
def test_as_root_a_home_that_only_root_may_enter_keeps_its_mode(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    server = postgres.start(folder, durable=False)
    assert ask(server.url, "SELECT 1") == 1
    assert folder.stat().st_mode & 0o777 == 0o700
    assert server.data.is_relative_to("/var/lib/yimen")
    server.stop()
    shutil.rmtree(server.data.parent)


@pytest.mark.skipif(os.getuid() != 0, reason="only root runs the server as another account")
def test_as_root_programs_out_of_reach_are_copied_beside_the_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yimen.site.postgres import account

    monkeypatch.setattr(account.Account, "can_enter", lambda self, path: "site-packages" not in str(path), raising=True)
    server = postgres.start(folder, durable=False)
    owner = account.account_for(folder)
    assert programs_for(folder / "postgres", owner).is_relative_to(folder)
    assert version_of(programs_for(folder / "postgres", owner)) >= 15
    server.stop()


@pytest.mark.skipif(not list(INSTALLED.glob("*/bin/initdb")), reason="no PostgreSQL is installed beside the wheel")
def test_an_installed_server_serves_where_the_wheel_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_wheel", lambda state, account: [])
    server = postgres.start(folder, durable=False)
    assert ask(server.url, "SHOW data_checksums") == "on"
    assert ask(server.url, "SELECT '陈' < '王'") is False  # code points, as everywhere
    assert ask(server.url, "SELECT lower('ÄB')") == "äb"
    server.stop()


def test_the_address_comes_from_the_environment_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "postgresql-is-not-running" in postgres.database_url()
    (tmp_path / "postgres.json").write_text('{"url": "postgresql:///here"}')
    assert postgres.database_url() == "postgresql:///here"
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b%40c@db:6000/town?sslmode=require")
    found = postgres.connection_settings(postgres.database_url())
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("a", "b@c", "db", "6000")
    assert (found["NAME"], found["OPTIONS"]) == ("town", {"sslmode": "require"})


def test_ctrl_c_of_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    holder, url = run_a_holder(folder)
    pid = running_pid(folder / "postgres" / "data")
    assert pid is not None
    assert os.getpgid(pid) != os.getpgid(holder.pid)
    assert ask(url, "SELECT 1") == 1
    holder.send_signal(signal.SIGTERM)
    holder.communicate()
    assert gone(pid)
    postgres.start(folder).stop()
