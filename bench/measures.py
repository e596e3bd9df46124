"""What is measured on the running demonstration."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from uuid import uuid4

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import cpu, load
from bench.city import City, free_port
from bench.figures import Figure, figure
from bench.load import Outcome, Request, request
from bench.people import CSRF, Person, Stock, note, search, sign_in, stock, take

SECONDS = 10.0  # of one round under load
CONNECTIONS = 16
BATCH = 60  # requests of one in-process round


def all_figures(city: City, *, rounds: int) -> list[Figure]:
    """Every figure but the demonstration's own times."""
    window, head, street = (sign_in(name, city.password) for name in ("window", "head", "street"))
    things = stock(window)
    app = get_wsgi_application()
    found = weights(app, window, things)
    found += costs(app, window, things, rounds=max(rounds, 10))
    found += mixed(city, [window, head, street], things, rounds=rounds)
    found.append(bound(city, window, rounds=rounds))
    return found


def opened(kind: str, path: str, who: Person) -> Request:
    """A page, by somebody signed in."""
    return request(kind, "GET", path, cookie=who.cookie)


def costs(app: WSGIHandler, window: Person, things: Stock, *, rounds: int) -> list[Figure]:
    """CPU per request in one process, application and database: the cheapest round, which is what the code costs."""
    kinds: dict[str, tuple[str, Callable[[int], Request]]] = {
        "cpu.list_ms": ("<= 2.5", lambda n: opened("list", "/cases", window)),
        "cpu.detail_ms": (
            "<= 1.5",
            lambda n: opened("detail", f"/cases/{things.cases[n % len(things.cases)]}", window),
        ),
        "cpu.search_ms": ("<= 1.5", lambda n: search(window, things.fragments[n % len(things.fragments)])),
    }
    notes = {
        "cpu.detail_ms": "two statements; the one that gathers the case, the day-by-day table and its page remain",
        "cpu.search_ms": "four statements: who asks, people, their last contact, the entry; planned anew for each word",
    }
    found = []
    for name, (goal, make) in kinds.items():
        batches = [[make(turn * BATCH + n) for n in range(BATCH)] for turn in range(rounds + 1)]
        found.append(figure(name, cpu.cost_ms(app, batches)[1:], "ms", goal, pick=min, note=notes.get(name, "")))
    batches = [list(accepting(app, window, things, turn)) for turn in range(rounds + 1)]
    note_text = "through the page: draft, checklist, five writes by the ORM and the entry"
    found.append(figure("cpu.accept_ms", cpu.cost_ms(app, batches)[1:], "ms", "<= 6", pick=min, note=note_text))
    return found


def accepting(app: WSGIHandler, window: Person, things: Stock, turn: int) -> Iterator[Request]:
    """Drafts opened beforehand, each ready to be accepted: what is measured is the acceptance."""
    for n in range(12):
        ref = things.unserved[(turn * 12 + n) % len(things.unserved)]
        body = cpu.form(resident=ref, csrfmiddlewaretoken=CSRF)
        status, _, headers = cpu.answer_whole(app, request("draft", "POST", "/intake", cookie=window.cookie, form=body))
        if status != 302:
            continue
        body = f"m=MZ-10&again=MZ-10&p.ID=seen&p.PH=in&asked=1&then=accept&csrfmiddlewaretoken={CSRF}".encode()
        yield request("accept", "POST", headers["Location"], cookie=window.cookie, form=body, expect=(302,))


def weights(app: WSGIHandler, window: Person, things: Stock) -> list[Figure]:
    """The first view's bytes as they travel, and the most queries of any page a window worker opens."""
    import gzip
    from pathlib import Path

    static = Path(__file__).resolve().parents[1] / "yimen" / "site" / "static"
    _, body = cpu.answer(app, opened("page", "/", window))
    text = body.decode()
    files = [name for name in text.split('"') if name.startswith("/static/") and name.endswith((".css", ".js", ".svg"))]
    built = sum(len(gzip.compress((static / name.removeprefix("/static/")).read_bytes())) for name in set(files))
    first = (built + len(gzip.compress(body))) / 1024
    pages = (
        *("/", "/cases", f"/cases/{things.cases[0]}", "/people", f"/people/{things.residents[0]}", "/search?q=zh"),
        *("/intake", "/drafts", "/catalogue", "/catalogue/MZ-11", "/cover", "/skills", "/station"),
        *("/p/", "/p/guides", "/p/guides/MZ-11", "/p/open", "/p/halls", "/p/promises"),
    )
    most, where = 0, ""
    for path in pages:
        # A visitor to the figures has said which community is theirs; without it they are sent to say so.
        visitor = replace(window, cookie=f"{window.cookie}; place={window.reach}")
        with CaptureQueriesContext(connection) as caught:
            status, _ = cpu.answer(app, opened("page", path, visitor))
        if status != 200:
            raise AssertionError(f"{path}: {status}, not a page")
        if len(caught) > most:
            most, where = len(caught), path
    return [
        figure("weight.workbench_kb", [first], "KB", "<= 120", note="page, style sheet and script, packed"),
        figure("weight.queries", [most], "", "<= 15", note=f"most on {where.split('/')[1] or 'workbench'}"),
    ]


def mixed(city: City, people: Sequence[Person], things: Stock, *, rounds: int) -> list[Figure]:
    """The mix on the demonstration street."""
    outcomes, note_text = under_mix(city, people, things, connections=CONNECTIONS, rounds=rounds)
    return [
        figure("mixed.street_rps", [one.rps for one in outcomes], "req/s", ">= 600", note=note_text),
        figure("mixed.street_p95_ms", [one.p95_ms() for one in outcomes], "ms", "<= 60"),
    ]


def under_mix(
    city: City, people: Sequence[Person], things: Stock, *, connections: int, rounds: int
) -> tuple[list[Outcome], str]:
    """Rounds of 30 % lists, 25 % resident and case pages, 25 % search, 10 % writes, 10 % public pages, everything on;
    and a word on errors and on each kind."""
    window = people[0]
    public = [
        request("public", "GET", path) for path in ("/p/", "/p/guides", "/p/guides/MZ-11", "/p/halls", "/p/promises")
    ]
    token = _token(city)
    turns = count()

    def draw(dice: random.Random) -> Request:
        point = dice.random()
        who = dice.choice(people)
        if point < 0.30:
            return opened("list", "/cases" if dice.random() < 0.7 else "/", who)
        if point < 0.425:
            return opened("resident", f"/people/{dice.choice(things.residents)}", window)
        if point < 0.55:
            return opened("case", f"/cases/{dice.choice(things.cases)}", window)
        if point < 0.80:
            return search(who, dice.choice(things.fragments))
        if point < 0.85:
            return note(window, dice.choice(things.numbers))
        if point < 0.90:
            return take(token, things.unserved[next(turns) % len(things.unserved)], str(uuid4()))
        return dice.choice(public)

    load.run(city.port, draw, connections=connections, seconds=3, seed=0)  # warm
    outcomes = [load.run(city.port, draw, connections=connections, seconds=SECONDS, seed=n + 1) for n in range(rounds)]
    wrong = [error for outcome in outcomes for error in outcome.wrong]
    for error in sorted(set(wrong))[:10]:
        sys.stdout.write(f"  wrong answer: {error}\n")
    return outcomes, f"{len(wrong)} errors; p95 by kind: " + ", ".join(f"{k} {v:.0f}" for k, v in _by_kind(outcomes))


def _by_kind(outcomes: Sequence[Outcome]) -> list[tuple[str, float]]:
    kinds = sorted({kind for outcome in outcomes for kind in outcome.times})
    return [(kind, max(outcome.p95_ms(kind) for outcome in outcomes if kind in outcome.times)) for kind in kinds]


def _token(city: City) -> str:
    command = [sys.executable, "-m", "yimen.site.cli", "token", "window"]
    environment = {**os.environ, "YIMEN_HOME": str(city.home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def bound(city: City, window: Person, *, rounds: int) -> Figure:
    """The work list against the bare page that shows the same rows, turn by turn in one run."""
    list_page = opened("list", "/cases", window)
    bare = request("bare", "GET", "/cases")
    with bare_server(window.reach) as port:
        ratios = []
        for n in range(rounds):
            ours = load.run(city.port, lambda dice: list_page, connections=CONNECTIONS, seconds=SECONDS / 2, seed=n)
            theirs = load.run(port, lambda dice: bare, connections=CONNECTIONS, seconds=SECONDS / 2, seed=n)
            ratios.append(ours.rps / theirs.rps)
    note_text = f"ours {ours.rps:.0f}, bare {theirs.rps:.0f} req/s in the last round"
    return figure("bound.ratio", ratios, "", ">= 0.7", note=note_text)


@contextmanager
def bare_server(reach: str) -> Iterator[int]:
    """granian serving the bare page with as many workers as the product has, as the owner whom no policy asks."""
    port = free_port()
    database = settings.DATABASES["default"] | settings.OWNER_DATABASE
    dsn = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--workers", "2", "--no-ws"]
    process = subprocess.Popen(
        [*command, "--log-level", "warning", "bench.bound:application"],
        env={**os.environ, "BOUND_DSN": dsn, "BOUND_REACH": reach},
    )
    try:
        _await(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(port: int) -> None:
    for _ in range(100):
        try:
            load.run(port, lambda dice: request("bare", "GET", "/cases"), connections=1, seconds=0.1, seed=0)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the bare server did not start")
