"""People who do not fit a household behind a door: registered but gone, from abroad, written down twice."""

from datetime import timedelta

from yimen.demo import naming
from yimen.demo.documents import Registrar
from yimen.demo.families import Slot
from yimen.demo.people import People, Person
from yimen.demo.places import Door
from yimen.demo.reference import REFERENCE
from yimen.demo.settling import Home, Settler
from yimen.registry.rules.rows import ResidentRow


def registered_only(people: People, registrar: Registrar, doors: list[Door], count: int) -> None:
    """People registered here who live outside the city."""
    stream, settler = people.stream, Settler(people, registrar, doors)
    for _ in range(count):
        slot = Slot("02", "1" if stream.chance(0.5) else "2", stream.between(19, 70), "head")
        since = REFERENCE - timedelta(days=stream.between(400, 7000))
        door = stream.one(doors)
        home = Home(door, "", "01", {"head": naming.surname(stream, local=True)}, None, since, 1)
        person = settler.person(slot, home, coupled=False)
        person.lives_here = False
        people.persons.append(person)
        came = max(since, person.row.birth_on or since)
        people.residence(person.row.id, door, "registered", came)
        people.member(people.household(door, "registered", person, came), person, "02", came)


def from_abroad(people: People, registrar: Registrar, doors: list[Door], count: int) -> None:
    """Foreigners and people from Hong Kong, Macao and Taiwan, with the documents they carry."""
    stream = people.stream
    rented = [door for door in doors if door.row.is_rented] or doors
    for _ in range(count):
        kind = stream.one(("414", "414", "516", "511"))
        age, sex = stream.between(24, 62), "1" if stream.chance(0.55) else "2"
        born = REFERENCE - timedelta(days=age * 366 + stream.between(10, 340))
        name = naming.surname(stream, local=False) + naming.given(stream, sex, born.year)
        door = stream.one(rented)
        row = ResidentRow(
            id=stream.uid(),
            ref=stream.ref(),
            division_code=people.town.code,
            name=naming.latin(stream) if kind == "414" else name,
            source="visit",
            as_of_on=REFERENCE - timedelta(days=stream.between(5, 300)),
            number=registrar.permit(kind),
            phone=registrar.mobile(),
            sex=sex,
            birth_on=born,
            ethnic="97" if kind == "414" else "01",
            employment="17",
        )
        people.persons.append(Person(row, age, "02", door, is_local=False))
        people.residence(
            row.id, door, "living", REFERENCE - timedelta(days=stream.between(20, 900)), "02", source="visit"
        )


def second_records(people: People, count: int) -> None:
    """One person written down twice: again without a number, or with the old one of 15 digits."""
    stream = people.stream
    grown = [
        person for person in people.persons if person.age > 27 and person.lives_here and person.row.number[:1] != "X"
    ]
    for person in stream.sample(grown, min(count, len(grown))):
        row = person.row
        old_number = stream.chance(0.4) and len(row.number) == 18 and row.number[6:8] == "19"
        written_on = REFERENCE - timedelta(days=stream.between(10, 700))
        copy = ResidentRow(
            id=stream.uid(),
            ref=stream.ref(),
            division_code=row.division_code,
            name=row.name,
            source=stream.one(("desk", "visit", "import")),
            as_of_on=written_on,
            number=row.number[:6] + row.number[8:17] if old_number else "",
            phone=row.phone,
            sex=row.sex,
            birth_on=row.birth_on,
        )
        people.others.append(copy)
        people.residence(copy.id, person.door, "living", written_on, "99", source=copy.source)
