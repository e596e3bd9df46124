"""Households move in behind the doors: names, numbers, and where each is registered (人户分离)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from yimen.demo import naming, portraits
from yimen.demo.documents import LOCAL_REGION, Registrar, region_of
from yimen.demo.families import Slot, family
from yimen.demo.people import REGISTER_DAY, People, Person
from yimen.demo.places import OCCUPIED, Door
from yimen.demo.reference import REFERENCE
from yimen.demo.stream import Weighted
from yimen.demo.towns import somewhere_else
from yimen.registry.rules.rows import ResidentRow

PROVINCES = {
    "32": ("江苏省", 27), "34": ("安徽省", 24), "41": ("河南省", 14), "51": ("四川省", 6), "52": ("贵州省", 6),
    "36": ("江西省", 4), "42": ("湖北省", 4), "61": ("陕西省", 3), "62": ("甘肃省", 3), "53": ("云南省", 3),
    "37": ("山东省", 3), "65": ("新疆", 1), "45": ("广西", 1), "22": ("吉林省", 1),
}  # fmt: skip
_PROVINCE = Weighted([(code, share) for code, (_, share) in PROVINCES.items()])
_VILLAGES = ("柳桥镇", "青枫镇", "石塘乡", "桃源镇", "双溪镇", "望湖镇", "白杨镇", "古槐镇")
_MOVED = ("换房", "与子女同住", "离开原租处", "结婚", "拆迁安置")


@dataclass(frozen=True, slots=True)
class Home:
    """What the people behind one door share."""

    door: Door
    province: str  # "" for people who grew up here
    people: str  # GB/T 3304
    surnames: dict[str, str]
    elsewhere: tuple[str, str] | None  # division code and address where they are registered; None: behind this door
    since: date
    size: int


def settle(people: People, registrar: Registrar, doors: list[Door], kept: frozenset[UUID] = frozenset()) -> None:
    """Fill the doors, leaving some empty and those in `kept` to the cast."""
    settler = Settler(people, registrar, doors)
    for door in doors:
        if door.row.id not in kept and people.stream.chance(OCCUPIED):
            settler.household(door, family(people.stream, rented=door.row.is_rented))


@dataclass(slots=True)
class Settler:
    """Makes persons and writes down their relations."""

    people: People
    registrar: Registrar
    doors: list[Door]

    def household(self, door: Door, slots: list[Slot]) -> None:
        """One household behind its door, now and then with somebody who died, or an earlier home."""
        stream = self.people.stream
        home = self.home(door, slots[0].age, len(slots))
        coupled = any(slot.relation == "10" for slot in slots)
        members = [self.person(slot, home, coupled=coupled) for slot in slots]
        old_only = all(person.age >= 60 for person in members)
        for person in members:
            person.old_only = old_only
        self.people.persons += members
        self.living(home, members)
        self.register(home, members)
        if stream.chance(0.035):
            self._lived_before(home, members, stream.one(self.doors))
        if slots[0].age > 60 and not coupled and stream.chance(0.09):
            self._widowed(home, members[0])

    def home(self, door: Door, age: int, size: int) -> Home:
        """Where a household comes from, and since when it lives here."""
        stream, rented = self.people.stream, door.row.is_rented
        province = "" if stream.chance(0.17 if rented else 0.91) else stream.draw(_PROVINCE)
        elsewhere = None
        if province:
            address = f"{PROVINCES[province][0]}{stream.one(_VILLAGES)} {stream.between(1, 320)} 号"
            elsewhere = (region_of(province), address)
        elif stream.chance(0.85 if rented else 0.12):
            elsewhere = somewhere_else(stream, self.people.town.code)
        most = 5 if rented else max(2, min(32, age - 22))
        since = REFERENCE - timedelta(days=stream.between(20, most * 365))
        surnames = {"head": naming.surname(stream, local=not province)}
        return Home(door, province, naming.ethnic(stream), surnames, elsewhere, since, size)

    def person(self, slot: Slot, home: Home, *, coupled: bool) -> Person:
        """Somebody for the slot, with a number of their own."""
        stream, code = self.people.stream, self.people.town.code
        province = home.province or ("" if stream.chance(0.9) else stream.draw(_PROVINCE))
        region = region_of(province) if province else LOCAL_REGION
        number, birth_on = self.registrar.number(slot.age, slot.sex, region)
        registered = home.elsewhere or (code, home.door.row.address)
        row = ResidentRow(
            id=stream.uid(),
            ref=stream.ref(),
            division_code=code,
            name=self._name(slot, home, birth_on.year),
            source="POP",
            as_of_on=REGISTER_DAY,
            number=number,
            document="111",
            phone=self._phone(slot.age),
            sex=slot.sex,
            birth_on=birth_on,
            ethnic=home.people,
            education=portraits.schooling(stream, slot.age),
            marital=portraits.marriage(stream, slot.age, coupled=coupled and slot.relation in ("02", "10")),
            political=portraits.party(stream, slot.age),
            employment=portraits.work(stream, slot.age, slot.sex),
            registered_division=registered[0],
            registered_address=registered[1],
            is_protected=stream.chance(0.0004),
            provenance=self._provenance(slot.age),
        )
        return Person(row, slot.age, slot.relation, home.door, not home.province, size=home.size)

    def _name(self, slot: Slot, home: Home, born: int) -> str:
        stream = self.people.stream
        if dotted := naming.dotted(stream, home.people):
            return dotted
        surname = home.surnames.get(slot.line) or naming.surname(stream, local=not home.province)
        if slot.relation == "10":
            home.surnames["spouse"] = surname
        return surname + naming.given(stream, slot.sex, born)

    def _phone(self, age: int) -> str:
        stream = self.people.stream
        if age < 12 or stream.chance(0.6 if age < 16 else 0.03):
            return ""
        return self.registrar.landline() if age > 70 and stream.chance(0.3) else self.registrar.mobile()

    def _provenance(self, age: int) -> dict[str, tuple[str, str, str]]:
        stream = self.people.stream
        if age < 16 or not stream.chance(0.25):
            return {}
        day = REFERENCE - timedelta(days=stream.between(3, 600))
        return {"phone": ("resident" if stream.chance(0.6) else "visit", day.isoformat(), "stated")}

    def living(self, home: Home, members: list[Person]) -> None:
        """The household of those who live behind the door."""
        household = self.people.household(home.door, "living", members[0], home.since)
        for person in members:
            person.household = household
            self.people.member(household, person, person.relation, _came(home, person))

    def register(self, home: Home, members: list[Person]) -> None:
        """Where each is registered: behind this door, behind another one here, or elsewhere."""
        people, tenancy = self.people, "02" if home.door.row.is_rented else "01"
        booklet: UUID | None = None
        for person in members:
            came = _came(home, person)
            if home.elsewhere:
                people.residence(person.row.id, home.door, "living", came, tenancy)
            elif person.relation not in ("02", "10") and people.stream.chance(0.08):
                other = people.stream.one(self.doors)
                people.residence(person.row.id, home.door, "living", came, tenancy)
                people.residence(person.row.id, other, "registered", came)
                people.member(people.household(other, "registered", person, came), person, "02", came)
            else:
                people.residence(person.row.id, home.door, "both", came, tenancy)
                booklet = booklet or people.household(home.door, "registered", members[0], home.since)
                people.member(booklet, person, person.relation, came)

    def _lived_before(self, home: Home, members: list[Person], earlier: Door) -> None:
        stream = self.people.stream
        reason, days = stream.one(_MOVED), stream.between(200, 2000)
        for person in members:
            came = max(home.since - timedelta(days=days), person.row.birth_on or home.since)
            if came < home.since:
                self.people.residence(person.row.id, earlier, "living", came, "02", to_on=home.since, reason=reason)

    def _widowed(self, home: Home, left: Person) -> None:
        """Somebody who is alone now had a spouse, who died not long ago."""
        stream = self.people.stream
        slot = Slot("10", "2" if left.row.sex == "1" else "1", min(97, left.age + stream.between(-2, 6)))
        person = self.person(slot, home, coupled=True)
        died_on = REFERENCE - timedelta(days=stream.between(4, 400))
        came = min(home.since, died_on)
        self.people.others.append(replace(person.row, died_on=died_on, phone="", is_protected=False))
        self.people.residence(person.row.id, home.door, "both", came, "01", to_on=died_on, reason="去世")
        if left.household is not None:
            self.people.member(left.household, person, "10", came, to_on=died_on)


def _came(home: Home, person: Person) -> date:
    """Children came when they were born."""
    return max(home.since, person.row.birth_on or home.since)
