"""Preparing a clone: steps are skipped while nothing they depend on has changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import setup

SOURCE = Path(setup.__file__).parent


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty clone with an environment folder, which the script takes for its own."""
    root = tmp_path / "a clone"
    (root / ".venv").mkdir(parents=True)
    monkeypatch.setattr(setup, "ROOT", root)
    monkeypatch.setattr(setup, "VENV", root / ".venv")
    monkeypatch.setattr(setup, "STAMPS", root / ".venv" / "stamps.json")
    return root


def test_a_step_is_done_once_for_the_same_input(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done: list[str] = []
    for wanted in ("one", "one", "two", "two"):
        setup.step("the thing", wanted, lambda: done.append("x"), check=clone)
    assert len(done) == 2
    assert capsys.readouterr().out.count("Preparing the thing") == 2


def test_a_step_whose_product_is_gone_is_done_again(clone: Path) -> None:
    product = clone / "product"
    for _ in range(2):
        setup.step("the thing", "same", product.touch, check=product)
    product.unlink()
    setup.step("the thing", "same", product.touch, check=product)
    assert product.exists()


def test_a_step_that_failed_is_not_taken_for_done(clone: Path) -> None:
    def fail() -> None:
        setup.run([sys.executable, "-c", "print('why'); raise SystemExit(1)"], "It could not be done.")

    with pytest.raises(SystemExit):
        setup.step("the thing", "same", fail, check=clone)
    done: list[str] = []
    setup.step("the thing", "same", lambda: done.append("x"), check=clone)
    assert done == ["x"]


def test_a_fingerprint_knows_contents_and_names(clone: Path) -> None:
    (clone / "a").write_text("1")
    first = setup.fingerprint([clone / "a"])
    (clone / "a").write_text("2")
    assert setup.fingerprint([clone / "a"]) != first
    (clone / "a").rename(clone / "b")
    (clone / "b").write_text("1")
    assert setup.fingerprint([clone / "b"]) != first


def test_without_root_the_missing_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(SystemExit) as end:
        setup.install_venv_module()
    assert end.value.code == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_as_root_the_missing_package_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/said"\n')
    apt.chmod(0o755)
    monkeypatch.setattr(os, "getuid", lambda: 0)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    setup.install_venv_module()
    assert "install -y -q --no-install-recommends python3-venv" in (tmp_path / "said").read_text()


@pytest.mark.processes
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_prints_the_list(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }  # run by make itself
    said = subprocess.run(
        ["make"], cwd=SOURCE.parent, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[1] for line in said.splitlines()] == [
        *("help", "setup", "demo", "check", "test", "bench", "prove", "messages", "clean")
    ]
