"""Who asks the benchmark, the proofs or a script what it does is told, and nothing is started by the asking."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = {
    "the benchmark": ("-m", "bench"),
    "the proofs": ("-m", "bench.prove"),
    "the loader beside psql": ("-m", "bench.copying"),
    "the helpdesks": ("-m", "bench.helpdesk"),
    "the patches": ("-m", "bench.patches"),
    "translations": ("scripts/messages.py",),
    "style sheets": ("scripts/assets.py",),
    "the set-up": ("scripts/setup.py",),
    "the smoke test": ("-m", "scripts.demo_smoke"),
}


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_help_is_given_and_nothing_done(program: tuple[str, ...]) -> None:
    told = ask(*program, "--help")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("usage: ")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("-m", "bench", "nonsense"), ("demo", "requests", "imports", "city", "patches", "street")),
        (("-m", "bench.prove", "--only", "kills,nonsense"), ("kills", "stops", "restore", "tampers", "soak")),
        (("scripts/messages.py", "nonsense"), ("gather", "compile", "check")),
    ],
    ids=("the benchmark", "the proofs", "translations"),
)
def test_a_part_that_does_not_exist_is_told_with_those_that_do(
    arguments: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    told = ask(*arguments)
    assert told.returncode == 2
    assert all(part in told.stderr for part in ("nonsense", *parts))


def test_the_street_is_all_but_the_whole_city() -> None:
    asked = importlib.import_module("bench.__main__")
    assert asked.chosen([]) == frozenset(asked.PARTS)
    assert asked.chosen(["street"]) == frozenset(asked.PARTS) - {"city"}
    assert asked.chosen(["tower", "tiles"]) == {"tower", "tiles"}
