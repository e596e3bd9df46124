"""`make bench`: build the demonstration afresh, measure, print the table, write it down.

`python -m bench city` measures the whole city only (and the street's pages, to compare with) and leaves the other
figures as they were written down before; `python -m bench street` leaves out the whole city, which takes long.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import figures, imports, patches, whole
from bench.city import City, fresh_city, whole_city

ROUNDS = 5


def main(arguments: Sequence[str] = ()) -> None:
    """Every figure of the product, in one run; with "city" or "street", those of the whole city or all others. What is
    measured is written down at once: a run that breaks off keeps it."""
    found: list[figures.Figure] = []
    for part in _parts(only_city="city" in arguments, only_street="street" in arguments):
        found += part
        measured = {one.name for one in found}
        figures.write(_in_order([*found, *(one for one in figures.kept() if one.name not in measured)]))
    figures.show(figures.kept())


def _parts(*, only_city: bool, only_street: bool) -> Iterator[list[figures.Figure]]:
    with fresh_city() as city:
        _adopt(city)
        from bench import measures, phone, tiles, tower  # need Django's settings, which need the running demonstration
        from bench.people import sign_in

        street = whole.pages_p95(city.port, lambda role: sign_in(role, city.password))
        if not only_city:
            yield [
                figures.figure("demo.first_s", [city.first_s], "s", "<= 300", note="clone, environment, city included"),
                figures.figure("demo.again_s", [city.again_s], "s", "<= 10"),
            ]
            yield measures.all_figures(city, rounds=ROUNDS)
            yield tiles.figures_of(city, [sign_in(role, city.password) for role in tiles.ROLES], rounds=ROUNDS)
            yield tower.figures_of(city, sign_in("head", city.password), rounds=ROUNDS)
            yield phone.figures_of(city, sign_in("window", city.password), rounds=ROUNDS)
            yield imports.figures_of(city.home, rounds=ROUNDS)  # last: it fills the street
    if not only_street:
        folder = os.environ.get(whole.CITY)
        with whole_city(Path(folder) if folder else None) as city:
            yield whole.measured(city, street, rounds=ROUNDS)
    if not only_city:
        yield patches.figures_of()


def _adopt(city: City) -> None:
    os.environ["YIMEN_HOME"] = str(city.home)
    os.environ["YIMEN_PORT"] = str(city.port)  # names the cookie
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    from yimen.site.cli.surroundings import adopt_key_files, adopt_running_demo

    adopt_running_demo()
    adopt_key_files()
    import django

    django.setup()


def _in_order(found: Sequence[figures.Figure]) -> list[figures.Figure]:
    first = (
        *("cpu.", "bound.", "mixed.", "search.", "flat.", "load.", "weight.", "import."),
        *("patches.", "boards.", "visits.", "tower.", "tiles.", "demo."),
    )
    return sorted(
        found, key=lambda one: next((i for i, head in enumerate(first) if one.name.startswith(head)), len(first))
    )


if __name__ == "__main__":
    main(sys.argv[1:])
