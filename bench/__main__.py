"""`make bench`: build the demonstration afresh, measure, print the table, write it down."""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench import figures, imports, patches, whole
from bench.city import City, fresh_city, whole_city

if TYPE_CHECKING:
    from bench.people import Person

ROUNDS = 5
PARTS = {  # in the order they are measured; what each measures and needs
    "demo": "how long the demonstration takes to be ready, the first time and again",
    "requests": "requests, searches, pages and what bounds them on the street (cpu., bound., mixed., ...)",
    "tiles": "tiles of the map",
    "tower": "a building of 272 doors in a browser; needs Chromium (`playwright install chromium`)",
    "phone": "a thousand phones that come back, the heaviest pack, boards drawn",
    "imports": "a roster of 100,000 rows read and applied",
    "city": "the whole city: about ten minutes to build and 40 GB of disk, or the one in the folder YIMEN_BENCH_CITY",
    "patches": "all communities of the whole city divided, and a sample by other libraries (from the package index)",
}
ON_THE_STREET = tuple(part for part in PARTS if part not in ("city", "patches"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Every figure of the product, or those of the chosen parts. What is measured is written down at once: a run that
    breaks off keeps it."""
    found: list[figures.Figure] = []
    for part in _measured(chosen(arguments)):
        found += part
        measured = {one.name for one in found}
        figures.write(_in_order([*found, *(one for one in figures.kept() if one.name not in measured)]))
    figures.show(figures.kept())


def chosen(arguments: Sequence[str] | None = None) -> frozenset[str]:
    """The parts that are asked for; all of them when none is named, and "street" means all but the whole city."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"{__doc__}\n\nAlone on the machine, this takes hours. A part that is not chosen keeps its "
        "figures. All but patches start a\ndemonstration of their own in a folder that goes when they are done.",
        epilog="\n".join(
            ["parts:", *(f"  {name:<9} {what}" for name, what in PARTS.items()), "  street    all but city"]
        ),
    )
    parser.add_argument("parts", nargs="*", metavar="part", help="one or more of the parts below; none means all")
    parts = parser.parse_args(arguments).parts
    unknown = [part for part in parts if part not in (*PARTS, "street")]
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; the parts are {', '.join([*PARTS, 'street'])}")
    if "street" in parts:
        parts += [part for part in PARTS if part != "city"]
    return frozenset(parts or PARTS) & frozenset(PARTS)


def _measured(parts: frozenset[str]) -> Iterator[list[figures.Figure]]:
    if parts - {"patches"}:
        with fresh_city() as city:
            _adopt(city)
            from bench.people import sign_in  # needs Django's settings, which need the running demonstration

            street = (
                whole.pages_p95(city.port, lambda role: sign_in(role, city.password), rounds=ROUNDS)
                if "city" in parts
                else {}
            )
            for name, measure in _street(city).items():
                if name in parts:
                    yield measure()
    if "city" in parts:
        folder = os.environ.get(whole.CITY)
        with whole_city(Path(folder) if folder else None) as city:
            yield whole.measured(city, street, rounds=ROUNDS)
    if "patches" in parts:
        yield patches.figures_of()


def _street(city: City) -> dict[str, Callable[[], list[figures.Figure]]]:
    """What is measured on the demonstration that runs."""
    from bench import measures, phone, tiles, tower  # these need Django's settings too
    from bench.people import sign_in

    def starts() -> list[figures.Figure]:
        note = "clone, environment, city included"
        return [
            figures.figure("demo.first_s", [city.first_s], "s", "<= 300", note=note),
            figures.figure("demo.again_s", [city.again_s], "s", "<= 10"),
        ]

    def person(role: str) -> "Person":
        return sign_in(role, city.password)

    return {
        "demo": starts,
        "requests": lambda: measures.all_figures(city, rounds=ROUNDS),
        "tiles": lambda: tiles.figures_of(city, [person(role) for role in tiles.ROLES], rounds=ROUNDS),
        "tower": lambda: tower.figures_of(city, person("head"), rounds=ROUNDS),
        "phone": lambda: phone.figures_of(city, person("window"), rounds=ROUNDS),
        "imports": lambda: imports.figures_of(city.home, rounds=ROUNDS),  # last: it fills the street
    }


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
    main()
