"""Prepare everything a fresh clone needs: `make` calls it before each target. Standard library only.

Each step is skipped while the hash of what it depends on is the one it last succeeded with.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "yimen-stamps.json"
LOCK = ROOT / "requirements" / "lock.txt"


def main() -> None:
    """Bring every step up to date, saying what is done and how long it took."""
    argparse.ArgumentParser(description=__doc__).parse_args()  # nothing to choose: --help says so, all else is refused
    if sys.version_info < (3, 11):  # noqa: UP036  # the system's python may be older than the project's
        fail(f"Yimen needs Python 3.11 or later; this is {sys.version.split()[0]}. Say `make PYTHON=python3.11`.")
    os.chdir(ROOT)
    step("the environment", f"{ROOT} {sys.version_info[:2]}", make_environment, check=PYTHON)
    step("Python packages", fingerprint([LOCK]), install_packages)
    step("the yimen command", fingerprint([ROOT / "pyproject.toml"]), install_command, check=VENV / "bin" / "yimen")
    assets = [*files("yimen/site/assets", "*"), ROOT / "package-lock.json", ROOT / "scripts" / "assets.py"]
    step("style sheets and scripts", fingerprint(assets), build_assets, check=ROOT / "yimen/site/static/manifest.json")
    step("translations", fingerprint(files("yimen", "**/*.po")), compile_translations)


def step(what: str, wanted: str, work: Callable[[], None], *, check: Path = VENV) -> None:
    """Do the work unless it was done for the same input and its product is still there."""
    stamps = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}
    if stamps.get(what) == wanted and check.exists():
        return
    say(f"Preparing {what} ...")
    began = time.monotonic()
    work()
    # The environment is the first step and may have been made anew: read the stamps again.
    stamps = json.loads(STAMPS.read_text()) if STAMPS.exists() else {}
    STAMPS.write_text(json.dumps(stamps | {what: wanted}, indent=1))
    say(f"  done in {time.monotonic() - began:.0f} s")


def make_environment() -> None:
    """Create .venv, and before it the one system package that may be missing."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        install_venv_module()
    shutil.rmtree(VENV, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(VENV)], "The environment could not be created in .venv.")


def install_venv_module() -> None:
    """Debian keeps Python's venv module in a package of its own."""
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        fail("Python's venv module is missing. Install one package: apt-get install python3-venv, then run make again.")
    say("  installing Debian's python3-venv")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "python3-venv"]
    if subprocess.run(install, capture_output=True, check=False).returncode:  # the package lists may be empty
        run(["apt-get", "update", "-q"], "apt-get update failed.")
        run(install, "The package python3-venv could not be installed. Install it, then run make again.")


def install_packages() -> None:
    """Exactly the locked packages, each checked against its hash."""
    total = sum("==" in line for line in LOCK.read_text().splitlines())
    seen = 0

    def progress(line: str) -> None:
        nonlocal seen
        if line.startswith("Collecting "):
            seen += 1
            show(f"  {seen} of {total}: {line.split()[1]}", always=seen % 10 == 0)
        elif line.startswith("Installing collected packages"):
            show(f"  installing {total} packages", always=True)

    run(
        [*pip("install"), "--require-hashes", "-r", str(LOCK)],
        "The Python packages could not be installed. Check the network or pip's index, then run make again.",
        progress,
    )


def install_command() -> None:
    """The package in place, with its `yimen` command."""
    run([*pip("install"), "--no-deps", "--no-build-isolation", "-e", "."], "The yimen package could not be installed.")


def build_assets() -> None:
    """Bundle yimen/site/assets into yimen/site/static."""
    run([str(PYTHON), "scripts/assets.py"], "The style sheets and scripts could not be built.", say)


def compile_translations() -> None:
    """Turn each room's django.po into the django.mo Django reads."""
    run([str(PYTHON), "scripts/messages.py", "compile"], "The translations could not be compiled.")


def pip(verb: str) -> list[str]:
    """pip of the environment, asking nothing."""
    return [str(PYTHON), "-m", "pip", verb, "--disable-pip-version-check", "--no-input", "--progress-bar", "off"]


def files(folder: str, pattern: str) -> list[Path]:
    """Files below a folder, in a fixed order."""
    return sorted(path for path in (ROOT / folder).glob(pattern) if path.is_file())


def fingerprint(paths: Iterable[Path]) -> str:
    """One hash for names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run(command: list[str], sentence: str, progress: Callable[[str], None] = lambda line: None) -> None:
    """Run a command and watch its lines; on failure show the last ones and what they mean."""
    lines: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip())
                progress(lines[-1])
        except BaseException:
            process.terminate()
            raise
    show("")
    if process.returncode:
        if progress is not say:
            print("\n".join(lines[-20:]))
        fail(sentence)


def show(text: str, *, always: bool = False) -> None:
    """A line that the next one replaces on a terminal; elsewhere only the ones worth keeping."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text}", end="", flush=True)
    elif always:
        say(text)


def say(text: str) -> None:
    """A line at once, also into a pipe."""
    print(text, flush=True)


def fail(sentence: str) -> NoReturn:
    """Stop with one sentence."""
    print(sentence, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except KeyboardInterrupt:
        show("")
        fail("Interrupted. Run make again: it goes on where it stopped.")
