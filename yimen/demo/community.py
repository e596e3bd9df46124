"""One community, whole: the same rows whether it is made alone or with the city."""

from dataclasses import dataclass

from yimen.core.calendar import WorkingCalendar
from yimen.demo import cast
from yimen.demo.desk import Desk
from yimen.demo.dividing import Division, divide
from yimen.demo.documents import Registrar
from yimen.demo.outliers import from_abroad, registered_only, second_records
from yimen.demo.people import People
from yimen.demo.places import places_of
from yimen.demo.plan import live_years
from yimen.demo.settling import settle
from yimen.demo.staff import Staff, station_staff
from yimen.demo.stream import Stream
from yimen.demo.towns import HOME, NEXT_STREET, Town
from yimen.demo.traits import material_rows, note_facts, trait_rows
from yimen.patches.queries import Sizes
from yimen.registry.rules.rows import PersonRows, PlaceRows


@dataclass(slots=True)
class Community:
    """Everything of one community, ready to be written."""

    town: Town
    places: PlaceRows
    people: PersonRows
    staff: Staff
    desk: Desk
    division: Division


def community(seed: str, town: Town, calendar: WorkingCalendar, sizes: Sizes | None = None) -> Community:
    """Make one community from its own stream of chance; `sizes` is what patches are to hold."""
    stream = Stream(f"{seed}/{town.code}")
    places = places_of(town, stream)
    people = People(town, stream.fork("people"))
    registrar = Registrar(people.stream, town.ordinal, frozenset(number for number, _ in cast.numbers().values()))
    at_home = town.code == HOME
    kept = cast.kept_doors(places.doors) if at_home else {}
    settle(people, registrar, places.doors, cast.door_ids(kept))
    registered_only(people, registrar, places.doors, town.households // 60)
    from_abroad(people, registrar, places.doors, 1 + town.households // 400)
    second_records(people, town.households // 130)
    note_facts(people)
    materials = material_rows(people)
    named, papers = cast.move_in(people, kept) if at_home else ({}, [])
    traits = trait_rows(people)
    staff = station_staff(town, stream.fork("staff"), nextdoor=town.code == f"{NEXT_STREET}001")
    desk = Desk(seed, town, staff, calendar, stream.fork("cases"))
    if at_home:
        cast.live_script(desk, named, papers)
        cast.leave_drafts(desk, named)
    live_years(desk, people, materials, spared=frozenset(person.row.id for person in named.values()))
    rows = PersonRows(
        residents=[person.row for person in people.persons] + people.others,
        residences=people.residences,
        households=people.households,
        members=people.members,
        traits=traits,
        materials=materials + papers,
    )
    division = divide(Stream(f"{seed}/{town.code}/division"), desk, places.rows, rows, staff, sizes or Sizes())
    desk.number_entries()
    return Community(town, places.rows, rows, staff, desk, division)
