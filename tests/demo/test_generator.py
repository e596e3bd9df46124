"""The made-up community as rows, before anything is written."""

import hashlib
import itertools
import math
import re
from collections import Counter, defaultdict

import pytest

from tests.demo.conftest import SEED
from yimen.cases.rules import Stop, clock_of
from yimen.catalogue.rules import read_defaults
from yimen.core.calendar import WorkingCalendar
from yimen.core.identity import age_on, inspect
from yimen.demo.community import Community, community
from yimen.demo.ground import Ring, outline_of
from yimen.demo.places import places_of
from yimen.demo.reference import NOW, REFERENCE, TWO_YEARS_AGO
from yimen.demo.staff import office_staff
from yimen.demo.stream import Stream
from yimen.demo.towns import HOME, NEXT_STREET, STREET, town, towns


def digest(made: Community) -> str:
    """A fingerprint of every row, in order."""
    desk = made.desk
    parts = (
        made.places,
        made.people,
        *(desk.cases, desk.materials, desk.entries, desk.ratings, desk.decisions, desk.messages),
        *(made.staff.accounts, made.staff.skills, made.staff.absences),
        made.division,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def test_a_community_is_the_same_alone_and_after_its_neighbours(home: Community, calendar: WorkingCalendar) -> None:
    community(SEED, town(SEED, f"{STREET}002", small=True), calendar)
    office_staff.cache_clear()
    assert digest(community(SEED, town(SEED, HOME), calendar)) == digest(home)


def test_another_seed_makes_another_community(home: Community, calendar: WorkingCalendar) -> None:
    other = community("another", town(SEED, HOME), calendar)
    assert digest(other) != digest(home)
    assert {row.id for row in other.people.residents}.isdisjoint(row.id for row in home.people.residents)


def test_every_identity_number_is_valid_and_can_be_nobodys(home: Community) -> None:
    numbers = [row.number for row in home.people.residents if row.number]
    cards = [number for number in numbers if len(number) in (15, 18)]
    for number in cards:
        seen = inspect(number, today=REFERENCE)
        assert seen.valid, (number, seen.reason)
        assert seen.demo
        assert re.fullmatch(r"320299|[1-6][0-9]9999", number[:6])
    others = set(numbers) - set(cards)
    assert others
    assert all(re.fullmatch(r"X0\d{7}|H9\d{7}|9\d{7}", number) for number in others)


def test_numbers_agree_with_birth_date_and_sex(home: Community) -> None:
    for row in home.people.residents:
        if len(row.number) == 18:
            seen = inspect(row.number, today=REFERENCE)
            assert (seen.birth_on, seen.sex) == (row.birth_on, row.sex)


def test_communities_never_share_a_number(home: Community, calendar: WorkingCalendar) -> None:
    street = [home, *(community(SEED, town(SEED, f"{STREET}0{n:02d}"), calendar) for n in (2, 3))]
    numbers = [row.number for made in street for row in made.people.residents if row.number]
    assert len(numbers) == len(set(numbers))
    phones = [row.phone for made in street for row in made.people.residents if row.phone.startswith("154")]
    owners = Counter(phones)
    assert sum(count > 2 for count in owners.values()) == 0  # a second record keeps the phone of the first
    cases = [row.number for made in street for row in made.desk.cases]
    assert len(cases) == len(set(cases))


def test_every_phone_is_of_an_unassigned_series(home: Community) -> None:
    phones = {row.phone for row in home.people.residents} | {row.phone for row in home.staff.accounts}
    assert all(re.fullmatch(r"|154\d{8}|0510-0\d{7}", phone) for phone in phones)


def test_a_number_ends_in_many_ways(home: Community) -> None:
    tails = Counter(row.number[-4:] for row in home.people.residents if len(row.number) == 18)
    assert max(tails.values()) <= 12


def test_the_community_has_the_size_and_ages_of_the_city(home: Community) -> None:
    households = [row for row in home.people.households if row.kind == "living"]
    assert len(households) == pytest.approx(home.town.households, rel=0.05)
    lives = {row.resident_id for row in home.people.residences if row.to_on is None and row.kind != "registered"}
    residents = [row for row in home.people.residents if row.id in lives and row.birth_on]
    assert 2.6 < len(residents) / len(households) < 2.95
    ages = [age_on(row.birth_on, REFERENCE) for row in residents if row.birth_on]
    assert 0.22 < sum(age >= 60 for age in ages) / len(ages) < 0.33
    assert 0.025 < sum(age >= 80 for age in ages) / len(ages) < 0.065
    assert 0.08 < sum(age < 15 for age in ages) / len(ages) < 0.15


def test_the_street_has_about_its_households(home: Community) -> None:
    street = [place for place in towns(SEED, "street") if place.code.startswith(STREET)]
    assert len(street) == 25
    assert sum(place.households for place in street) == pytest.approx(53_600, rel=0.03)
    assert all(place.code.startswith(NEXT_STREET) for place in towns(SEED, "street")[25:])


def test_the_city_has_its_communities_households_and_buildings() -> None:
    everywhere = towns(SEED, "city")
    assert len(everywhere) == 1242
    assert sum(place.households for place in everywhere) == pytest.approx(2_687_898, rel=0.01)
    assert town(SEED, HOME) in everywhere
    buildings = sum(
        len(places_of(place, Stream(f"{SEED}/{place.code}")).rows.buildings) for place in everywhere[::40]
    ) / len(everywhere[::40])
    assert buildings * 1242 == pytest.approx(200_000, rel=0.2)
    then = towns(SEED, "city2010")
    assert sum(place.households for place in then) == pytest.approx(2_284_730, rel=0.01)


def test_a_case_number_is_given_once_in_the_whole_city(calendar: WorkingCalendar) -> None:
    everywhere = towns(SEED, "city")
    assert len({(place.letters, place.rank) for place in everywhere}) == 1242
    assert max(place.rank for place in everywhere) < 400


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="street"):
        towns(SEED, "village")


def test_everybody_lives_in_at_most_one_place(home: Community) -> None:
    homes = Counter(
        row.resident_id for row in home.people.residences if row.to_on is None and row.kind in ("both", "living")
    )
    assert set(homes.values()) == {1}
    kinds = Counter(row.kind for row in home.people.residences)
    assert min(kinds["both"], kinds["living"], kinds["registered"]) > 50


def test_every_relation_points_at_somebody(home: Community) -> None:
    people = {row.id for row in home.people.residents}
    doors = {row.id for row in home.places.dwellings}
    households = {row.id for row in home.people.households}
    assert all(row.resident_id in people and row.dwelling_id in doors for row in home.people.residences)
    assert all(row.resident_id in people and row.household_id in households for row in home.people.members)
    assert all(row.head_id in people and row.dwelling_id in doors for row in home.people.households)
    assert all(row.resident_id in people for row in home.people.traits)
    assert all(row.resident_id in people for row in home.people.materials)
    workers = {row.id for row in home.staff.accounts}
    cases = {row.id for row in home.desk.cases}
    assert all(row.resident_id in people and row.first_asked_id in workers for row in home.desk.cases)
    assert all(row.owner_id in workers | {None} for row in home.desk.cases)
    hanging = (home.desk.materials, home.desk.pauses, home.desk.offers, home.desk.decisions, home.desk.ratings)
    assert all(row.case_id in cases for rows in hanging for row in rows)


def test_the_due_date_of_every_case_is_what_the_rules_say(home: Community, calendar: WorkingCalendar) -> None:
    stops = defaultdict(list)
    for pause in home.desk.pauses:
        stops[pause.case_id].append(Stop(pause.from_at, pause.to_at, pause.kind))
    granted = {row.case_id: row.days for row in home.desk.extensions if row.state == "granted"}
    for case in home.desk.cases:
        clock = clock_of(
            calendar,
            accepted_at=case.reopened_at or case.accepted_at,
            promised=case.promised_days,
            extended=case.extended_days,
            legal=case.legal_days,
            pauses=stops[case.id],
            reopened=case.reopened_at is not None,
        )
        dates = (case.due_on, case.due_at, case.legal_due_on, case.is_provisional)
        assert dates == (clock.due_on, clock.due_at, clock.legal_due_on, clock.provisional), case.number
        if not case.reopened:
            assert case.extended_days == granted.get(case.id, 0)
    assert any(stop.to_at for found in stops.values() for stop in found)


def test_cases_stand_everywhere_a_case_can_stand(home: Community) -> None:
    cases = home.desk.cases
    assert {row.state for row in cases} == {"open", "paused", "sent_up", "closed"}
    assert {row.outcome for row in cases} == {"", "approved", "refused", "done", "withdrawn"}
    assert {row.waiting_for for row in cases if row.state == "sent_up"} >= {"street", "district"}
    assert any(row.owner_id is None and row.state == "open" for row in cases)
    assert any(row.returned_at for row in cases)
    assert any(row.reopened for row in cases)
    assert {row.rating for row in cases} == {None, 1, 2, 3, 4, 5}
    assert {row.state for row in home.desk.offers} >= {"offered", "accepted"}
    assert {row.state for row in home.desk.extensions} >= {"asked", "granted"}
    assert {row.state for row in home.desk.follow_ups} == {"open", "answered"}
    assert {row.kind for row in home.desk.follow_ups} == {"rating", "complaint"}
    assert {row.kind for row in home.desk.pauses} == {"correction", "notice", "assessment"}
    assert len({row.item_code for row in cases}) > 70


def test_few_cases_are_late_and_most_residents_content(home: Community) -> None:
    closed = [row for row in home.desk.cases if row.closed_at and row.due_at]
    late = sum(row.closed_at > row.due_at for row in closed if row.closed_at and row.due_at) / len(closed)
    assert 0.002 < late < 0.03
    marks = [row.level for row in home.desk.ratings]
    assert 0.92 < sum(level >= 3 for level in marks) / len(marks) < 0.99


def test_nothing_has_happened_after_the_present(home: Community) -> None:
    assert max(row.at for row in home.desk.entries) <= NOW
    assert min(row.accepted_at for row in home.desk.cases).date() >= TWO_YEARS_AGO
    moments = (row.changed_at or row.accepted_at for row in home.desk.cases)
    assert max(moments) <= NOW


def test_the_trail_of_a_case_tells_its_story(home: Community) -> None:
    story = defaultdict(list)
    for entry in home.desk.entries:
        if entry.subject_kind == "case":
            story[entry.subject_id].append(entry)
    people = {row.id: row.name for row in home.staff.accounts}
    for case in home.desk.cases:
        entries = story[str(case.id)]
        steps = [entry for entry in entries if entry.verb != "case.warn"]
        assert steps[0].verb == "case.accept"
        assert steps[0].actor_name == people[case.first_asked_id]
        assert all(one.at <= two.at for one, two in itertools.pairwise(steps)), case.number
        assert case.edition == len(steps)
        ends = Counter(entry.verb for entry in steps)
        assert ends["case.decide"] + ends["case.withdraw"] == case.reopened + (case.state == "closed")
    assert any(entry.acting_for for entries in story.values() for entry in entries)


def test_who_stands_in_was_there_and_the_other_was_not(home: Community) -> None:
    for entry in home.desk.entries:
        if entry.acting_for:
            assert home.staff.is_away(entry.acting_for, entry.at)
            assert entry.account_id
            assert not home.staff.is_away(entry.account_id, entry.at)


def test_hard_names_are_among_them(home: Community, calendar: WorkingCalendar) -> None:
    names = [row.name for row in home.people.residents]
    assert sum("·" in name for name in names) >= 1
    assert any(name.isascii() or " " in name for name in names)
    assert sum(name[0] in "单仇曾区解查翟盖朴任尉乐缪冼" for name in names) > 20
    street = [home, *(community(SEED, town(SEED, f"{STREET}0{n:02d}"), calendar) for n in (4, 5))]
    rare = {char for made in street for row in made.people.residents for char in row.name if char in "㐂𬭊䶮𠅤"}
    assert rare


def test_the_man_of_the_reference_page_is_there(home: Community) -> None:
    found = [row for row in home.people.residents if row.name == "张国富" and row.number.endswith("4012")]
    assert len(found) == 1
    man = found[0]
    assert man.birth_on is not None
    assert (man.birth_on.isoformat(), age_on(man.birth_on, REFERENCE)) == ("1946-11-09", 80)
    assert man.phone.endswith("6207")
    door = next(row for row in home.people.residences if row.resident_id == man.id)
    dwelling = next(row for row in home.places.dwellings if row.id == door.dwelling_id)
    assert dwelling.address == "广瑞一村 3 号楼 502"
    facts = {row.kind: row.value for row in home.people.traits if row.resident_id == man.id}
    assert facts["receives_zunlaojin"] is False
    kept = {row.material_code for row in home.people.materials if row.resident_id == man.id}
    item = read_defaults().items["MZ-11"]
    systems = {code for code in item.materials if read_defaults().materials[code].holder}
    made_here = {code for code in item.materials if read_defaults().materials[code].made_here}
    assert set(item.materials) <= kept | systems | made_here | set(item.look_only)
    household = next(row for row in home.people.households if row.head_id == man.id and row.kind == "living")
    assert {row.relation for row in home.people.members if row.household_id == household.id} == {"02", "10"}


def test_six_posts_have_a_and_b_and_some_matters_hang_on_one_person(home: Community) -> None:
    held = Counter((row.post, row.side) for row in home.staff.seats if row.to_on is None and row.post)
    assert set(held) == {(post, side) for post in ("MZ", "LD", "ZZ", "JS", "HW", "WJ") for side in "AB"}
    alone = Counter(row.item_code for row in home.staff.skills if row.grade == "alone")
    assert set(alone) == set(read_defaults().items)
    assert sum(count == 1 for count in alone.values()) >= 1


@pytest.mark.parametrize("code", [HOME, f"{STREET}002", "320281104201", "320213026007", "320205400201"])
def test_buildings_stand_inside_their_community_each_on_its_own_ground_and_near_a_neighbour(code: str) -> None:
    """An estate, the cast's, a village, a community in four pieces, and one of a zone."""
    rows = places_of(town(SEED, code), Stream(f"{SEED}/{code}")).rows
    outline = outline_of(code)
    places = [(row.longitude or 0.0, row.latitude or 0.0) for row in rows.buildings]
    assert all(is_inside(place, outline) for place in places)
    nearest = [min(metres(place, other) for other in places if other is not place) for place in places]
    assert min(nearest) > 10
    assert sorted(nearest)[len(nearest) // 2] < 100


def test_buildings_of_a_compound_lie_together(home: Community) -> None:
    of_compound = defaultdict(list)
    for row in home.places.buildings:
        of_compound[row.compound_id].append((row.longitude or 0.0, row.latitude or 0.0))
    assert all(metres(one, other) < 600 for places in of_compound.values() for one in places for other in places)


def test_every_community_with_residents_has_an_outline() -> None:
    assert all(outline_of(one.code) for one in towns(SEED, "city"))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two places in degrees, near enough."""
    return math.hypot((one[0] - other[0]) * 94_800, (one[1] - other[1]) * 110_950)


def is_inside(place: tuple[float, float], outline: list[Ring]) -> bool:
    """Whether an odd number of edges lies east of the place."""
    east, north = place
    edges = [edge for ring in outline for edge in itertools.pairwise(ring)]
    met = [
        x0 + (north - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in edges
        if (y0 <= north < y1) or (y1 <= north < y0)
    ]
    return sum(x > east for x in met) % 2 == 1
