"""Every stairwell lies in exactly one patch on any day, whoever writes: the database refuses everything else."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from tests.cast import COMMUNITY, MONDAY, actor
from tests.patches.conftest import BEGAN, begin, wells
from tests.registry.town import Town, build_town
from yimen.core.errors import Conflict
from yimen.core.ids import new_id
from yimen.core.reach import APP_ROLE
from yimen.patches import actions, queries
from yimen.patches.models import Patch, Placement
from yimen.patches.queries.plans import open_plan
from yimen.registry.models import Building, Stairwell

TODAY = MONDAY.date()


@pytest.fixture
def as_app(town: Town) -> Iterator[None]:
    """The role of web and worker, in the reach of the community."""
    begin()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")
        cursor.execute(f"set role {APP_ROLE}")
        cursor.execute("select set_config('yimen.lo', %s, false), set_config('yimen.hi', %s, false)", [COMMUNITY, "4"])
        yield
        cursor.execute("reset role")


BREAKS = {
    "take a stairwell out": "delete from patches_placement where stairwell_id = '{first}'",
    "end it": f"update patches_placement set to_on = '{TODAY}' where stairwell_id = '{{first}}'",
    "begin it later": f"update patches_placement set from_on = '{BEGAN + timedelta(days=1)}'"
    " where stairwell_id = '{first}'",
    "begin it earlier": f"update patches_placement set from_on = '{BEGAN - timedelta(days=1)}'"
    " where stairwell_id = '{first}'",
    "put it into two patches": "insert into patches_placement (id, division_code, stairwell_id, patch_id, from_on)"
    " select gen_random_uuid(), division_code, stairwell_id, '{other}', '2026-03-01'"
    " from patches_placement where stairwell_id = '{first}'",
    "leave a day between two patches": "update patches_placement set to_on = '2026-03-01'"
    " where stairwell_id = '{first}';"
    " insert into patches_placement (id, division_code, stairwell_id, patch_id, from_on)"
    " values (gen_random_uuid(), '{code}', '{first}', '{other}', '2026-03-02')",
    "move one to the place of another": "update patches_placement set stairwell_id = '{second}'"
    " where stairwell_id = '{first}'",
    "end a patch that is lived in": f"update patches_patch set to_on = '{TODAY}' where id = '{{other}}'",
    "take everything away": "delete from patches_placement",
    "let the community begin later": f"update patches_beginning set from_on = '{TODAY}'",
    "let the community not have begun": "delete from patches_beginning",
}


@pytest.mark.usefixtures("as_app")
@pytest.mark.parametrize("way", BREAKS)
def test_raw_sql_cannot_break_it(way: str) -> None:
    first, second = wells()[:2]
    other = Patch.objects.get(division_code=COMMUNITY, number=2).id
    sql = BREAKS[way].format(first=first, second=second, other=other, code=COMMUNITY)
    refused = pytest.raises(
        DatabaseError, match=r"exactly one patch|while that patch|placement_in_one|permission denied"
    )
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("set constraints all immediate")


@pytest.mark.usefixtures("as_app")
def test_a_new_stairwell_lies_where_its_neighbours_lie_also_in_the_past() -> None:
    first = wells()[0]
    other = Patch.objects.get(division_code=COMMUNITY, number=2)
    with transaction.atomic():
        Placement.objects.filter(stairwell_id=first).update(to_on=TODAY)
        Placement.objects.create(division_code=COMMUNITY, stairwell_id=first, patch=other, from_on=TODAY)
    building = Stairwell.objects.get(id=first).building
    sister = Stairwell.objects.exclude(id=first).get(building=building)
    with transaction.atomic():
        Placement.objects.filter(stairwell_id=sister.id).update(to_on=TODAY)
        Placement.objects.create(division_code=COMMUNITY, stairwell_id=sister.id, patch=other, from_on=TODAY)
    with connection.cursor() as cursor:
        made = new_id()
        cursor.execute(
            "insert into registry_stairwell (id, division_code, building_id, number) values (%s, %s, %s, '9')",
            (made, COMMUNITY, building.id),
        )
        cursor.execute("set constraints all immediate; set constraints all deferred")
    before, now = (queries.patches_of_stairwells([made, first], on=day) for day in (BEGAN, TODAY))
    assert before[made] == before[first]
    assert now[made] == now[first]
    assert now[made] != before[made]


@pytest.mark.usefixtures("as_app")
def test_a_stairwell_of_a_new_building_lies_with_the_nearest() -> None:
    buildings = list(Building.objects.filter(division_code=COMMUNITY).order_by("number"))
    for place, one in enumerate(buildings):
        Building.objects.filter(id=one.id).update(longitude=120.3 + place / 1000, latitude=31.6)
    new = Building.objects.create(
        division_code=COMMUNITY,
        compound_id=buildings[0].compound_id,
        number="99",
        floors=6,
        longitude=120.3012,
        latitude=31.6,
    )
    made = Stairwell.objects.create(division_code=COMMUNITY, building=new, number="1")
    near = Stairwell.objects.filter(building=buildings[1]).first()
    assert near is not None
    found = queries.patches_of_stairwells([made.id, near.id], on=TODAY)
    assert found[made.id] == found[near.id]


@pytest.mark.usefixtures("as_app")
def test_a_stairwell_that_was_a_mistake_takes_its_place_with_it() -> None:
    building = Building.objects.filter(division_code=COMMUNITY).first()
    assert building is not None
    with transaction.atomic():
        made = Stairwell.objects.create(division_code=COMMUNITY, building=building, number="9")
        made.delete()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate; set constraints all deferred")
    assert Placement.objects.filter(stairwell_id=made.id).count() == 0


def at_once(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run in threads that begin together; what each ended with."""
    gate = threading.Barrier(len(works))
    ends: list[BaseException | None] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            work()
        except Exception as error:
            ends[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def publish(edition: int = 1) -> None:
    plan = open_plan(actor("head"), COMMUNITY)
    assert plan is not None
    actions.publish_plan(actor("head"), ref=plan.ref, edition=edition, from_on=TODAY, at=MONDAY)


def whole() -> bool:
    """Asked of the rows themselves: every stairwell of the community lies in one patch today."""
    return sorted(queries.division_on(COMMUNITY, on=TODAY)) == sorted(wells())


@pytest.mark.usefixtures("own_database")
def test_two_who_publish_at_once_publish_once() -> None:
    build_town()
    actions.start_plan(actor("head"), division_code=COMMUNITY, from_on=TODAY, at=MONDAY)
    plan = open_plan(actor("head"), COMMUNITY)
    assert plan is not None
    who = actor("head"), actor("street")
    ends = at_once(
        *(partial(actions.publish_plan, one, ref=plan.ref, edition=1, from_on=TODAY, at=MONDAY) for one in who)
    )
    assert sorted(type(end).__name__ for end in ends) == ["Conflict", "NoneType"]
    assert whole()


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("is_first", [True, False])
def test_stairwells_that_come_while_somebody_publishes_lie_in_a_patch(is_first: bool) -> None:
    build_town()
    if not is_first:
        begin()
    actions.start_plan(actor("head"), division_code=COMMUNITY, from_on=TODAY, at=MONDAY)
    building = Building.objects.filter(division_code=COMMUNITY).first()
    assert building is not None

    def bring() -> None:
        with transaction.atomic():
            Stairwell.objects.create(division_code=COMMUNITY, building=building, number="8")
            Stairwell.objects.create(division_code=COMMUNITY, building=building, number="9")

    ends = at_once(bring, publish)
    assert ends[0] is None
    assert ends[1] is None or isinstance(ends[1], Conflict)  # they came first: said in a sentence, nothing published
    if ends[1] is None or not is_first:
        assert whole()


@pytest.mark.usefixtures("town")
def test_a_community_that_has_not_begun_takes_new_stairwells_freely() -> None:
    building = Building.objects.filter(division_code=COMMUNITY).first()
    assert building is not None
    made = Stairwell.objects.create(division_code=COMMUNITY, building=building, number="9")
    assert queries.patches_of_stairwells([made.id], on=TODAY) == {}


@pytest.mark.usefixtures("town")
def test_a_placement_before_the_beginning_is_refused() -> None:
    patch = Patch.objects.create(division_code=COMMUNITY, code=f"{COMMUNITY}001", number=1, from_on=BEGAN)
    Placement.objects.create(division_code=COMMUNITY, stairwell_id=wells()[0], patch=patch, from_on=BEGAN)
    with pytest.raises(IntegrityError, match="exactly one patch"), connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
