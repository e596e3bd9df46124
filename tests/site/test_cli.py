"""The `yimen` command: what it refuses, and how it finds a running demonstration."""

import os
import socket
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from yimen.core.clock import LOCAL
from yimen.demo.reference import NOW, REFERENCE
from yimen.site.cli import VERBS, demo, main
from yimen.site.cli.city import shift_days
from yimen.site.cli.serve import command
from yimen.site.cli.surroundings import adopt_key_files, adopt_running_demo, announce_demo, private_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and an environment that is put back afterwards."""
    for name in [name for name in os.environ if name.startswith("YIMEN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", os.environ.copy())
    os.environ["YIMEN_HOME"] = str(tmp_path)
    return tmp_path


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(verb in said and what in said for verb, (what, _) in VERBS.items())


@pytest.mark.parametrize("arguments", [[], ["conquer"], ["token"], ["migrate", "--faster"], ["demo", "--allow"]])
def test_a_wrong_command_line_is_refused_with_its_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: yimen" in capsys.readouterr().err


def test_the_demonstration_does_not_listen_beyond_this_machine_unasked(
    capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    os.environ["YIMEN_HOST"] = "0.0.0.0"
    assert main(["demo"]) == 1
    assert "--allow-remote" in capsys.readouterr().err
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("port", ["high", "0", "65536", "-1", ""])
def test_a_port_that_is_none_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    os.environ["YIMEN_PORT"] = port
    assert main(["demo"]) == 1
    assert "Give a number from 1 to 65535" in capsys.readouterr().err


def test_a_taken_port_is_refused_before_anything_starts(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        os.environ["YIMEN_PORT"] = str(taken.getsockname()[1])
        assert main(["demo"]) == 1
    assert "Set YIMEN_PORT to another" in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_a_port_that_was_taken_while_the_city_was_built_is_refused_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    others: list[socket.socket] = []

    def build(*_: object, **__: object) -> int:
        others.append(socket.create_server(("127.0.0.1", port)))
        return 0

    monkeypatch.setattr(demo, "city_of", build)
    os.environ["YIMEN_PORT"], os.environ["DATABASE_URL"] = str(port), "postgresql://nobody@127.0.0.1:1/none"
    assert main(["demo"]) == 1
    for other in others:
        other.close()
    assert "Set YIMEN_PORT to another" in capsys.readouterr().err


def test_commands_work_on_the_demonstration_while_it_runs_and_not_after() -> None:
    running = announce_demo({"YIMEN_CLOCK_SHIFT_DAYS": "3", "YIMEN_PORT": "9999"})
    os.environ["YIMEN_PORT"] = "8123"
    adopt_running_demo()
    assert os.environ["YIMEN_CLOCK_SHIFT_DAYS"] == "3"
    assert os.environ["YIMEN_PORT"] == "8123"  # what is said aloud wins

    del os.environ["YIMEN_CLOCK_SHIFT_DAYS"]
    running.close()
    adopt_running_demo()
    assert "YIMEN_CLOCK_SHIFT_DAYS" not in os.environ


def test_key_files_of_the_data_folder_are_used_unless_others_are_named(home: Path) -> None:
    (home / "keys.json").write_text("{}")
    (home / "secret").write_text("x")
    os.environ["YIMEN_SECRET_FILE"] = "/elsewhere"
    adopt_key_files()
    assert os.environ["YIMEN_KEY_FILE"] == str(home / "keys.json")
    assert os.environ["YIMEN_SECRET_FILE"] == "/elsewhere"


def test_a_secret_is_made_once_and_only_we_can_read_it(home: Path) -> None:
    first = private_file(home / "deep" / "secret", "one")
    assert (first, private_file(home / "deep" / "secret", "two")) == ("one", "one")
    assert stat.S_IMODE((home / "deep" / "secret").stat().st_mode) == 0o600


def test_serve_listens_where_it_is_told() -> None:
    os.environ.update(YIMEN_HOST="::1", YIMEN_PORT="8765", YIMEN_WORKERS="3")
    line = " ".join(command())
    assert "--host ::1 --port 8765 --workers 3" in line
    assert line.endswith("yimen.site.rsgi:application")


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("YIMEN_PORT", "high", "Give a number from 1 to 65535."),
        ("YIMEN_WORKERS", "0", "Give a number from 1 on"),
        ("YIMEN_PROXIES", "127.0.0.1,proxy", "Give addresses or networks"),
        ("YIMEN_CLOCK_SHIFT_DAYS", "soon", "only the demonstration sets it"),
        ("YIMEN_HTTPS", "yes", "Give 1 for on"),
        ("YIMEN_DEMO", "true", "Give 1 for on"),
        ("DATABASE_URL", "mysql://yimen:s3cret@host/yimen", "Write it as postgresql://"),
        ("YIMEN_OWNER_URL", "postgresql://yimen:s3cret@host:port/yimen", "Write it as postgresql://"),
    ],
)
@pytest.mark.parametrize("verb", [["serve"], ["work"], ["check", "--deploy"]])
def test_a_setting_that_says_nothing_stops_every_start_with_a_sentence(
    verb: list[str], name: str, value: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    os.environ[name] = value
    assert main(verb) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"{name} is ")
    assert advice in said
    assert "s3cret" not in said  # an address of a database holds a password


def test_a_signing_key_that_is_not_there_stops_the_start_with_a_sentence(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.environ["YIMEN_SECRET_FILE"] = str(home / "nowhere")
    assert main(["check", "--deploy"]) == 1
    assert "cannot be read (No such file or directory). Write 48 random characters" in capsys.readouterr().err


REAL = datetime(2027, 3, 5, 9, 0, tzinfo=LOCAL)
DAYS_BACK = (REFERENCE - REAL.date()).days


@pytest.mark.parametrize(
    ("latest", "shift"),
    [
        (None, DAYS_BACK),
        (NOW, DAYS_BACK),  # as built: the reference date is today
        (datetime(2026, 11, 23, 8, 59, tzinfo=LOCAL), DAYS_BACK),
        (datetime(2026, 11, 23, 16, 0, tzinfo=LOCAL), DAYS_BACK + 1),  # worked until the afternoon, the morning after
        (datetime(2026, 11, 26, 8, 0, tzinfo=LOCAL), DAYS_BACK + 3),
    ],
)
def test_the_reference_date_is_today_unless_more_has_happened_since(latest: datetime | None, shift: int) -> None:
    assert shift_days(REAL, latest) == shift
    assert latest is None or latest <= REAL + timedelta(days=shift)
