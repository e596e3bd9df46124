"""`make bench`: build the demonstration afresh, measure, print the table, write it down."""

import os
from collections.abc import Sequence
from pathlib import Path

from bench import figures, imports, patches, whole
from bench.city import City, fresh_city, whole_city

ROUNDS = 5


def main() -> None:
    """Every figure of the product, in one run."""
    with fresh_city() as city:
        found: list[figures.Figure] = [
            figures.figure("demo.first_s", [city.first_s], "s", "<= 300", note="clone, environment and city included"),
            figures.figure("demo.again_s", [city.again_s], "s", "<= 10"),
        ]
        _adopt(city)
        from bench import measures  # needs Django's settings, which need the running demonstration

        found += measures.all_figures(city, rounds=ROUNDS)
        from bench.people import sign_in

        street = whole.pages_p95(city.port, lambda role: sign_in(role, city.password))
        from bench import tiles, tower

        found += tiles.figures_of(city, [sign_in(role, city.password) for role in tiles.ROLES], rounds=ROUNDS)
        found += tower.figures_of(city, sign_in("window", city.password), rounds=ROUNDS)
        found += imports.figures_of(city.home, rounds=ROUNDS)  # last: it fills the street
    folder = os.environ.get(whole.CITY)
    with whole_city(Path(folder) if folder else None) as city:
        found += whole.measured(city, street, rounds=ROUNDS)
    found += patches.figures_of()
    figures.write(_in_order(found))


def _adopt(city: City) -> None:
    os.environ["YIMEN_HOME"] = str(city.home)
    os.environ["YIMEN_PORT"] = str(city.port)  # names the cookie
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    from yimen.site.cli.surroundings import adopt_running_demo

    adopt_running_demo()
    import django

    django.setup()


def _in_order(found: Sequence[figures.Figure]) -> list[figures.Figure]:
    first = (
        *("cpu.", "bound.", "mixed.", "search.", "flat.", "load.", "weight.", "import."),
        *("patches.", "tower.", "tiles.", "demo."),
    )
    return sorted(found, key=lambda one: next(i for i, head in enumerate(first) if one.name.startswith(head)))


if __name__ == "__main__":
    main()
