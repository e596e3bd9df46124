"""Start the demonstration as a stranger would, work in it through a browser, and see that it leaves nothing behind."""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import open_chromium

ROOT = Path(__file__).resolve().parents[1]
READY = re.compile(r"is ready: (\S+)")
PASSWORD = re.compile(r"^\s*password\s+(\S+)")
RESIDENT, MATTER, MATTER_CODE = "zgf 4012", "gljt", "MZ-11"  # by initials, as a worker types
PATIENCE = 600  # seconds for the first start


@dataclass
class Demo:
    """A running demonstration, and how long it took to be ready."""

    address: str
    password: str
    seconds: float
    process: subprocess.Popen[str]


def main() -> None:
    """First start, a case through the browser, stop; then again, and stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=Path, help="write the two starting times here as JSON")
    parser.add_argument("--clone", action="store_true", help="in a fresh clone, so that the environment is made too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="yimen-smoke-") as folder:
        os.chmod(folder, 0o755)  # the database's account must reach its data
        place, home = ROOT, Path(folder) / "home"
        if options.clone:
            place = Path(folder) / "clone"
            subprocess.run(["git", "clone", "-q", "--no-local", str(ROOT), str(place)], check=True)
        with running(place, home) as demo:
            first = demo.seconds
            work_as_window(demo)
        with running(place, home) as demo:
            again = demo.seconds
    print(f"demo_smoke: ready after {first:.1f} s the first time, {again:.1f} s the second; nothing was left running.")
    if options.figures:
        options.figures.write_text(json.dumps({"demo.first_s": round(first, 1), "demo.again_s": round(again, 1)}))


@contextmanager
def running(place: Path, home: Path) -> Iterator[Demo]:
    """`make demo` in a clone, on a free port, stopped by SIGTERM; fails when anything of it survives."""
    environment = {**os.environ, "YIMEN_HOME": str(home), "YIMEN_PORT": str(free_port())}
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "demo"],
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    timer = threading.Timer(PATIENCE, process.kill)
    timer.start()
    try:
        yield await_ready(process, began)
    finally:
        timer.cancel()
        process.send_signal(signal.SIGTERM)
        stopping = time.monotonic()
        process.communicate()
        seconds = time.monotonic() - stopping
    left = survivors(home)
    if left or seconds > 8:
        sys.exit(f"demo_smoke: stopping took {seconds:.1f} s and left {left or 'nothing'}.")


def await_ready(process: subprocess.Popen[str], began: float) -> Demo:
    """Read along until the address and the password have been printed."""
    address = ""
    for line in process.stdout or ():
        print(line, end="", flush=True)
        if found := READY.search(line):
            address = found[1]
        if found := PASSWORD.search(line):
            return Demo(address, found[1], time.monotonic() - began, process)
    sys.exit("demo_smoke: make demo ended before it was ready; its lines are above.")


def survivors(home: Path) -> list[str]:
    """Command lines of processes that still belong to this demonstration."""
    mark = f"YIMEN_HOME={home}".encode()
    found = []
    for process in Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            ours = mark in (process / "environ").read_bytes() or f"{home}/" in words
        except OSError:
            continue
        if ours and process.name != str(os.getpid()):
            found.append(words)
    return found


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def work_as_window(demo: Demo) -> None:
    """Sign in as a worker at the window and take a case for a resident."""
    with open_chromium() as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        try:
            sign_in(page, demo)
            began = time.monotonic()
            number = take_a_case(page, demo)
            print(f"demo_smoke: window took case {number} in {time.monotonic() - began:.1f} s.", flush=True)
        except BaseException:
            page.screenshot(path=ROOT / "shots" / "demo_smoke.png", full_page=True)
            print(f"demo_smoke: stopped at {page.url}; see shots/demo_smoke.png")
            raise


def sign_in(page: Page, demo: Demo) -> None:
    """Through the sign-in page to the workbench."""
    page.goto(demo.address + "login")
    page.fill("[name=username]", "window")
    page.fill("[name=password]", demo.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(demo.address)
    answer = page.goto(demo.address)
    if answer is None or answer.status != 200:
        sys.exit(f"demo_smoke: the workbench answered {answer and answer.status}.")


def take_a_case(page: Page, demo: Demo) -> str:
    """The old-age allowance for Zhang Guofu, by the keyboard; returns the number on the receipt."""
    page.goto(demo.address + "intake")
    page.fill("#who-q", RESIDENT)
    page.press("#who-q", "Enter")
    page.wait_for_url("**/intake/*")
    page.fill("#f-matter", MATTER)
    page.press("#f-matter", "Enter")
    page.wait_for_selector(f"#m-{MATTER_CODE}:checked")
    page.check("input[name=asked]")
    for box in page.locator("input[type=checkbox][value=seen]").all():
        box.check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt")
    return page.locator("b.number").first.inner_text()


if __name__ == "__main__":
    main()
