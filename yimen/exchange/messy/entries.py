"""The rows of each kind of roster, before anything is wrong with them."""

from collections.abc import Callable, Mapping, Sequence

from yimen.exchange.messy.people import Entry, People, words

COMMUNITY = "3202990010{:02d}"


def sex_word(code: str) -> str:
    """A sex as rosters write it."""
    return str(words()["sexes"][int(code) - 1])


def community_codes(others: Sequence[str] = ()) -> dict[str, str]:
    """Division code by name of the communities that messy rosters speak of, `others` among them; made up."""
    names = dict.fromkeys([*words()["communities"], *others])
    return {name: COMMUNITY.format(place) for place, name in enumerate(names, 1)}


def resident(people: People) -> Entry:
    """A person at a door."""
    random, stock, person = people.random, words(), people.person()
    compound, building, unit, room = people.door()
    community = random.choice(people.communities)
    cells: dict[str, object] = {
        **_person(person),
        "ethnic": random.choice(stock["ethnics"]),
        "education": random.choice(stock["educations"]),
        "marital": random.choice(stock["maritals"]),
        "relation": random.choice(stock["relations"]),
        "community": community,
        "compound": compound,
        "door": f"{building}-{unit}-{room}",
    }
    truth = {**person, "community": community_codes(people.communities)[community], "door": f"{building}-{unit}-{room}"}
    return Entry(cells, truth)


def _person(person: Mapping[str, str]) -> dict[str, object]:
    return {**person, "sex": sex_word(person["sex"])}


def recipient(people: People) -> Entry:
    """A person of a ledger of allowances; the title says which."""
    person = people.person()
    compound, building, unit, room = people.door()
    cells: dict[str, object] = {
        **_person(person),
        "address": f"{compound}{building}-{unit}-{room}",
        "trait_from_on": f"20{people.random.randrange(10, 26)}-0{people.random.randrange(1, 10)}-01",
    }
    return Entry(cells, {**person, "trait": "is_dibao", "door": f"{building}-{unit}-{room}"})


def household(people: People) -> Entry:
    """A household by its head."""
    person = people.person()
    compound, building, unit, room = people.door()
    cells: dict[str, object] = {
        "household_number": f"H{people.made:05d}",
        "head_name": person["name"],
        "head_number": person["id_number"],
        "member_count": people.random.randrange(1, 6),
        "address": f"{compound}{building}-{unit}-{room}",
        "phone": person["phone"],
    }
    truth = {name: str(cells[name]) for name in ("household_number", "head_name", "head_number", "phone")}
    return Entry(cells, truth)


def dwelling(people: People) -> Entry:
    """A door with its owner."""
    person = people.person()
    compound, building, unit, room = people.door()
    cells: dict[str, object] = {
        "compound": compound,
        "building": building,
        "unit": unit,
        "room": room,
        "area": people.random.randrange(4000, 16_000) / 100,
        "owner_name": person["name"],
        "owner_phone": person["phone"],
    }
    truth = {"door": f"{building}-{unit}-{room}", "owner_name": person["name"], "owner_phone": person["phone"]}
    return Entry(cells, truth)


def building(people: People) -> Entry:
    """A building."""
    people.made += 1
    compound = people.random.choice(words()["compounds"])
    cells: dict[str, object] = {
        "compound": compound,
        "building": str(people.made),
        "floors": people.random.randrange(3, 34),
        "unit_count": people.random.randrange(1, 6),
    }
    return Entry(cells, {"building": str(people.made)})


def worker(people: People) -> Entry:
    """Somebody of the station."""
    person, stock, random = people.person(), words(), people.random
    cells: dict[str, object] = {
        **_person(person),
        "staff_number": f"A{people.made:04d}",
        "department": random.choice(stock["departments"]),
        "duty": random.choice(stock["duties"]),
        "post": random.choice(stock["posts"]),
    }
    return Entry(cells, {**person, "staff_number": f"A{people.made:04d}"})


def owner(people: People) -> Entry:
    """An owner that rooms name by number; see `room`."""
    person = people.person()
    return Entry({"owner_key": str(people.made), **_person(person)}, dict(person))


def room(people: People) -> Entry:
    """A room of the owner that was made last."""
    people.made += 1
    _, building_, unit, number = people.door()
    cells: dict[str, object] = {"building": building_, "unit": unit, "room": number, "owner_key": ""}
    return Entry(cells, {"door": f"{building_}-{unit}-{number}"})


MAKERS: Mapping[str, Callable[[People], Entry]] = {
    "residents": resident,
    "traits": recipient,
    "households": household,
    "dwellings": dwelling,
    "buildings": building,
    "staff": worker,
    "owners": owner,
    "rooms": room,
}
