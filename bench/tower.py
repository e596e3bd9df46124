"""How long a building of 272 doors takes in a real browser, from the click to the picture."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import connection

from bench.city import City
from bench.figures import Figure, figure
from bench.people import Person
from tests.browser import open_chromium
from yimen.core.actor import SYSTEM
from yimen.core.clock import now
from yimen.core.database import become_owner
from yimen.core.ids import new_id
from yimen.registry.actions.loading import load_people, load_places
from yimen.registry.rules import rows

FLOORS, STAIRWELLS, LANDING = 34, 2, 4
SINCE = date(2020, 1, 6)
# Told by the page itself: all doors are there, and two frames later they have been drawn.
PAINTED = """
addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(() => {
  window.painted = document.querySelectorAll(".tower .door").length ? performance.now() : -1;
})));
"""


def figures_of(city: City, head: Person, *, rounds: int) -> list[Figure]:
    """The tower's figure on the running demonstration, with a building of its own in the community of the head, who
    sees every door with its visits."""
    address = f"/buildings/{_building(head.reach)}"
    with open_chromium() as browser:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=f"http://127.0.0.1:{city.port}")
        session = head.cookie.split(";")[0].partition("=")[2]
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE, "value": session, "url": f"http://127.0.0.1:{city.port}"}]
        )
        context.add_init_script(PAINTED)
        page = context.new_page()
        times: list[float] = []
        for _ in range(rounds + 1):
            page.goto(address)
            while not (painted := page.evaluate("window.painted")):  # asked from outside: the page allows no eval
                page.wait_for_timeout(5)
            times.append(float(painted))
        doors = page.locator(".tower .door").count()
    return [figure("tower.ms", times[1:], "ms", "<= 300", note=_words(doors, times))]


def _words(doors: int, times: Sequence[float]) -> str:
    return f"{doors} doors, navigation to painted in Chromium; first {times[0]:.0f}, slowest {max(times[1:]):.0f}"


def _building(community: str) -> str:
    """A building of 34 floors, two stairwells and four doors a landing, two people behind each door; its reference."""
    compound, building = new_id(), new_id()
    stairs = [(new_id(), str(number + 1)) for number in range(STAIRWELLS)]
    homes = [
        rows.DwellingRow(
            id=new_id(),
            division_code=community,
            stairwell_id=stairwell,
            floor=floor,
            room=f"{floor}0{place}",
            address=f"测量苑 1 号楼 {unit} 单元 {floor}0{place}",
            is_rented=place == 2,
        )
        for stairwell, unit in stairs
        for floor in range(1, FLOORS + 1)
        for place in range(1, LANDING + 1)
    ]
    become_owner()
    places = rows.PlaceRows(
        compounds=[rows.CompoundRow(id=compound, division_code=community, name=f"测量苑{building.hex[-4:]}")],
        buildings=[
            rows.BuildingRow(id=building, division_code=community, compound_id=compound, number="1", floors=FLOORS)
        ],
        stairwells=[
            rows.StairwellRow(id=key, division_code=community, building_id=building, number=unit)
            for key, unit in stairs
        ],
        dwellings=homes,
    )
    load_places(SYSTEM, rows=places, at=now())
    load_people(SYSTEM, rows=_people(community, [home.id for home in homes]), at=now())
    with connection.cursor() as cursor:
        cursor.execute("select ref from registry_building where id = %s", (building,))
        return str(cursor.fetchone()[0])


def _people(community: str, homes: Sequence[UUID]) -> rows.PersonRows:
    residents, residences, traits = [], [], []
    for number, home in enumerate(homes):
        for name in ("沈测", "李量"):
            key = new_id()
            born = date(1938 + number % 60, 5, 4)
            residents.append(
                rows.ResidentRow(
                    id=key, division_code=community, name=name, birth_on=born, source="POP", as_of_on=SINCE
                )
            )
            residences.append(
                rows.ResidenceRow(
                    division_code=community,
                    resident_id=key,
                    dwelling_id=home,
                    kind="both",
                    source="POP",
                    as_of_on=SINCE,
                    from_on=SINCE,
                )
            )
            if number % 9 == 0:
                traits.append(
                    rows.TraitRow(
                        division_code=community,
                        resident_id=key,
                        kind="is_dibao",
                        value=True,
                        source="CIV",
                        as_of_on=SINCE,
                        evidence="matched",
                        from_on=SINCE,
                    )
                )
    return rows.PersonRows(residents=residents, residences=residences, traits=traits)
