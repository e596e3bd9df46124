"""`python -m bench.helpdesk`: register a case and list 100 open ones, against django-helpdesk from the package index.

Both run on the same PostgreSQL server under the same granian (two processes, one thread each), with persistent
connections, nothing mailed, as many rows on both sides and as many of them open. Ours are asked through the API a
counter uses, and so are checked, sealed, numbered, dated, routed and put on record; theirs through their own pages: the
staff form, and the rows their ticket list loads (its page around them is left out). Turn by turn, medians.
"""

import argparse
import base64
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from bench import load
from bench.city import free_port
from bench.figures import RESULTS, Figure, figure
from bench.load import Request, request
from bench.prove.driver import CSRF, MATTER
from bench.prove.house import House, new_house
from bench.prove.soak import old_residents

CONNECTIONS = 8
HERE = Path(__file__).parent
OPEN, REOPENED = 1, 2  # their states


def main() -> None:
    """Measure, print, and put the two figures beside the others."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--scale", default="street")
    parser.add_argument("--venv", type=Path, help="an environment that has django-helpdesk, psycopg and granian")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    with new_house(options.scale) as house, theirs(house, options.venv) as other:
        found = compare(house, other, options.rounds, options.seconds)
    body = json.loads(options.out.read_text()) if options.out.exists() else {"figures": []}
    names = {one.name for one in found}
    fields = [{name: getattr(one, name) for name in one.__slots__} for one in found]
    body["figures"] = [one for one in body["figures"] if one["name"] not in names] + fields
    options.out.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    for one in found:
        sys.stdout.write(
            f"{'met  ' if one.met else 'SHORT'}  {one.name}  {one.value:.2f}  goal {one.goal}  {one.note}\n"
        )


class Other:
    """Their server, and what to ask of it."""

    def __init__(self, port: int, told: str, tickets: int, still_open: int) -> None:
        session, self.queue, self.user = told.split()
        self.port, self.tickets, self.still_open = port, tickets, still_open
        self.cookie = f"sessionid={session}; csrftoken={CSRF}"

    def listing(self) -> Request:
        """The rows their list of open tickets loads, 100 at a time, by due time."""
        wanted = {"filtering": {"status__in": [OPEN, REOPENED]}, "sorting": "due_date", "search_string": ""}
        query = base64.b64encode(json.dumps(wanted).encode()).decode()
        path = f"/helpdesk/datatables_ticket_list/{query}?" + urlencode({"draw": 1, "start": 0, "length": 100})
        return request("list", "GET", path, cookie=self.cookie)

    def creating(self) -> Request:
        """Their staff form."""
        form = {"queue": self.queue, "title": "Old-age allowance", "body": "At the counter", "priority": 3}
        form |= {"submitter_email": "resident@example.invalid", "csrfmiddlewaretoken": CSRF}
        data = urlencode(form).encode()
        return request("create", "POST", "/helpdesk/tickets/submit/", cookie=self.cookie, form=data, expect=(302,))


@contextmanager
def theirs(house: House, venv: Path | None) -> Iterator[Other]:
    """django-helpdesk in an environment of its own, filled and served."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-helpdesk-"))
    process = None
    try:
        python = (venv or _environment(folder)) / "bin" / "python"
        shutil.copy(HERE / "helpdesk_project.py", folder / "helpdesk_project.py")
        tickets = house.one("select count(*) from cases_case")
        still_open = house.one("select count(*) from cases_case where state <> 'closed'")
        with house.owner() as connection:
            connection.execute("drop database if exists helpdesk")
            connection.execute("create database helpdesk")
        socket = psycopg.conninfo.conninfo_to_dict(house.server.url)["host"]
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        environment = {**kept, "HELPDESK_SOCKET": str(socket), "PYTHONPATH": str(folder)}
        command = [python, folder / "helpdesk_project.py", str(tickets), str(still_open)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"django-helpdesk could not be filled: {done.stderr[-1500:]}")
        port = free_port()
        serve = [python, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--port", str(port)]
        serve += ["--workers", "2", "--blocking-threads", "1", "--log-level", "warning", "helpdesk_project:application"]
        environment["DJANGO_SETTINGS_MODULE"] = "helpdesk_project"
        process = subprocess.Popen(serve, cwd=folder, env=environment)
        other = Other(port, done.stdout.strip().splitlines()[-1], tickets, still_open)
        _await(port, other.listing())
        yield other
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path) -> Path:
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    packages = ["django-helpdesk", "Django>=5.2,<5.3", "psycopg[binary]", "granian"]
    subprocess.run([venv / "bin" / "pip", "install", "--quiet", *packages], check=True)
    return venv


def _await(port: int, wanted: Request) -> None:
    for _ in range(200):
        try:
            outcome = load.run(port, lambda dice: wanted, connections=1, seconds=0.1, seed=0)
        except OSError:
            time.sleep(0.2)
            continue
        if outcome.wrong:
            raise RuntimeError(f"django-helpdesk answers {outcome.wrong[0]}")
        return
    raise RuntimeError("django-helpdesk did not start")


def compare(house: House, other: Other, rounds: int, seconds: float) -> list[Figure]:
    """Turn by turn, so that what else the machine does falls on both."""
    window, street = (house.cli("token", name).stdout.strip() for name in ("window", "street"))
    residents, turn = old_residents(house), count()

    def take(_dice: random.Random) -> Request:
        return _api("POST", "/api/v1/cases", window, _body(residents[next(turn) % len(residents)]))

    def listed(_dice: random.Random) -> Request:
        return _api("GET", "/api/v1/cases?limit=100", street, None)

    pairs: dict[str, tuple[Callable[[random.Random], Request], Callable[[random.Random], Request], float]] = {
        "create": (take, lambda dice: other.creating(), 3),
        "list": (listed, lambda dice: other.listing(), 5),
    }
    found = []
    for name, (ours, their, goal) in pairs.items():
        ratios, last = [], ""
        for number in range(rounds + 1):
            mine = load.run(house.port, ours, connections=CONNECTIONS, seconds=seconds, seed=number)
            yours = load.run(other.port, their, connections=CONNECTIONS, seconds=seconds, seed=number)
            if mine.wrong or yours.wrong:
                raise RuntimeError(f"{name}: ours {mine.wrong[:2]}, theirs {yours.wrong[:2]}")
            last = f"ours {mine.rps:.0f}, theirs {yours.rps:.0f} req/s in the last round"
            if number:  # the first round warms both
                ratios.append(mine.rps / yours.rps)
        what = (
            f"{other.still_open} open of {other.tickets:,} on both sides" if name == "list" else "on record and sealed"
        )
        found.append(figure(f"helpdesk.{name}_ratio", ratios, "", f">= {goal}", note=f"{last}; {what}"))
    return found


def _body(resident: str) -> bytes:
    return json.dumps({"resident": resident, "matters": [MATTER], "again": [MATTER]}).encode()


def _api(method: str, path: str, token: str, body: bytes | None) -> Request:
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
    if body is not None:
        head += [f"Idempotency-Key: {uuid4()}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    raw = "\r\n".join(head).encode() + b"\r\n\r\n" + (body or b"")
    return Request(method, raw, (201,) if body is not None else (200,))


if __name__ == "__main__":
    main()
