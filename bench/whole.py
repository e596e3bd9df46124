"""The figures of the whole city. A process of its own: the settings of the street's demonstration are those of another
database."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench import load
from bench.city import City, surroundings
from bench.figures import Figure, figure
from bench.load import Request, request

CITY = "YIMEN_BENCH_CITY"  # a folder with a whole city that was built before; building one takes ten minutes
ROLES = ("window", "street", "district", "city")
TURNS = 30  # of one page or search, one client
# Lists narrowed by what many, few or none fulfil.
_NARROWED = ("/people?name=zhang", "/people?name=nuan", "/people?from_age=90", "/people?trait=is_conscript_family")
_NARROWED += ("/people?door=3-502", "/cases?text=zhang", "/cases?view=closed&text=nuan")
PAGES = {
    "window": ("/", "/cases", "/cases?view=closed", "/people", "/people?name=zhang", "/intake", "/cover", "/skills"),
    "head": ("/", "/supervise", "/cases?view=late", "/station", "/patches", "/buildings", "/map"),
    "street": ("/", "/cases", "/supervise", "/people", "/skills", *_NARROWED),
    "district": ("/", "/cases", "/cases?view=closed", "/supervise", *_NARROWED),
    "city": ("/", "/cases", "/cases?view=closed", "/supervise", *_NARROWED),
    "auditor": ("/trail", "/trail?verb=case.accept", "/trail?person=zhang"),
    "": ("/p/", "/p/guides", "/p/halls", "/p/promises", "/p/open/320213025001"),
}
# Kinds of what people type: by name, letters, number, tail, phone, door, address, name and door.
TYPED = ("张国富", "国富", "建国", "zhangguofu", "zgf", "zhang", "张gf", "4012", "6207", "15400366207", "3-502")
TYPED += ("广瑞一村 3 号楼", "听松苑 2 号楼 301", "王 3-502")


def pages_p95(port: int, sign_in: Callable[[str], Any], *, rounds: int) -> dict[str, float]:
    """The 95th percentile of each page in milliseconds, one client."""
    from bench.people import narrowed

    wanted = {}
    for role, pages in PAGES.items():
        person = sign_in(role) if role else None
        for page in pages:
            address, cookie = (narrowed(page, person), person.cookie) if person else (page, "")
            wanted[f"{role or 'resident'} {page}"] = request(page, "GET", address, cookie=cookie)
    return p95s(port, wanted, rounds=rounds)


def p95s(port: int, wanted: Mapping[str, Request], *, rounds: int) -> dict[str, float]:
    """The 95th percentile of each request in milliseconds, asked again and again by one client: the median of so many
    rounds, in each of which every request has its turn, so that a job of the background meets none of them twice."""
    found: dict[str, list[float]] = {name: [] for name in wanted}
    for _ in range(rounds):
        for name, one in wanted.items():
            found[name].append(_p95(port, one))
    return {name: statistics.median(times) for name, times in found.items()}


def _p95(port: int, wanted: Request) -> float:
    outcome = load.Outcome()
    while outcome.count < TURNS:
        found = load.run(port, lambda dice: wanted, connections=1, seconds=0.4, seed=1)
        if found.wrong:
            raise AssertionError(found.wrong[0])
        outcome.times.setdefault(wanted.kind, []).extend(found.times[wanted.kind])
    return outcome.p95_ms(wanted.kind)


def whole_figures(city: City, street: dict[str, float], *, rounds: int) -> list[Figure]:
    """Everything that is measured on the running city; `street` holds the pages' times on the street."""
    from bench import measures
    from bench.people import search, sign_in, stock

    people = {name: sign_in(name, city.password) for name in (*ROLES, "head", "auditor")}
    found = _loading()
    things = stock(people["window"])
    workers = [people["window"], people["head"], people["street"]]
    outcomes, words = measures.under_mix(city, workers, things, connections=16, rounds=rounds)
    found.append(figure("mixed.rps", [one.rps for one in outcomes], "req/s", ">= 600", note=words))
    found.append(figure("mixed.p95_ms", [one.p95_ms() for one in outcomes], "ms", "<= 60"))
    outcomes, words = measures.under_mix(city, workers, things, connections=64, rounds=rounds)
    found.append(figure("mixed.c64_p95_ms", [one.p95_ms() for one in outcomes], "ms", "<= 200", note=words))
    asked = {f"{text} by {role}": search(people[role], text) for text in TYPED for role in ROLES}
    times = p95s(city.port, asked, rounds=rounds)
    worst = sorted(times, key=times.__getitem__)[-3:]
    words = f"each the median of {rounds} rounds; worst: "
    words += ", ".join(f"{search} {times[search]:.0f}" for search in reversed(worst))
    found.append(figure("search.p95_ms", [times[worst[-1]]], "ms", "<= 20", note=words))
    here = pages_p95(city.port, people.__getitem__, rounds=rounds)
    ratios = {page: here[page] / street[page] for page in here}
    page = max(ratios, key=ratios.__getitem__)
    words = f"{page}: {here[page]:.1f} ms against {street[page]:.1f}, each the median of {rounds} rounds"
    words += f"; median {statistics.median(ratios.values()):.2f}"
    found.append(figure("flat.ratio", [ratios[page]], "", "<= 1.5", note=words))
    return found


def _sealed() -> None:
    """Wait until the worker has sealed the trail: of a city just built it has thirteen million entries before it."""
    from yimen.trail.queries import seal_state

    while (waiting := seal_state().waiting) >= 1_000:
        print(f"{waiting} entries of the trail or more wait for their seal; the figures wait too.", flush=True)
        time.sleep(20)


def _loading() -> list[Figure]:
    """How long the city took to build, as the build wrote down, and how our loader does against psql."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select changes from trail_entry where verb = 'demo.build'")
        changes = json.loads(cursor.fetchone()[0])
        cursor.execute("select sum(reltuples)::bigint from pg_class where relkind = 'r' and reltuples > 0")
        rows = cursor.fetchone()[0]
    words = f"scale {changes['scale']}, {rows / 1e6:.0f} million rows, from empty to indexed and analysed"
    took = figure("load.city_s", [float(changes["seconds"])], "s", "<= 600", note=words)
    return [took, _against_psql()]


def _against_psql() -> Figure:
    """The street's rows once by our loader, in as many processes as there are cores, and once by one `psql \\copy`,
    both into tables without indexes."""
    said = subprocess.run([sys.executable, "-m", "bench.copying"], stdout=subprocess.PIPE, text=True, check=True).stdout
    found = json.loads(said.splitlines()[-1])
    words = (
        f"loader {found['ours']:.0f} rows/s (made, sealed, written), psql {found['psql']:.0f} rows/s (read, written)"
    )
    return figure("load.copy_ratio", [found["ours"] / found["psql"]], "", ">= 0.5", note=words)


def main(arguments: Sequence[str]) -> None:
    """`python -m bench.whole <port> <home> <password> <street.json> <result.json> <rounds>`"""
    port, home, password, street, result, rounds = arguments
    os.environ["YIMEN_HOME"] = home
    os.environ["YIMEN_PORT"] = port  # names the cookie
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    from yimen.site.cli.surroundings import adopt_key_files, adopt_running_demo

    adopt_running_demo()
    adopt_key_files()
    import django

    django.setup()
    from yimen.core.database import become_owner

    become_owner()
    _sealed()
    city = City(int(port), Path(home), password, 0.0, 0.0)
    found = whole_figures(city, json.loads(Path(street).read_text()), rounds=int(rounds))
    Path(result).write_text(json.dumps([asdict(one) for one in found]))


def measured(city: City, street: dict[str, float], *, rounds: int) -> list[Figure]:
    """The figures of the running city, found by a process that knows only it."""
    began = time.strftime("%H%M%S")
    asked, told = city.home / f"street-{began}.json", city.home / f"figures-{began}.json"
    asked.write_text(json.dumps(street))
    command = [sys.executable, "-m", "bench.whole", str(city.port), str(city.home), city.password]
    subprocess.run([*command, str(asked), str(told), str(rounds)], env=surroundings(), check=True)
    found = [Figure(**one) for one in json.loads(told.read_text())]
    asked.unlink()
    told.unlink()
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
