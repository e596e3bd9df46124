"""A head who draws and publishes a community, as the stories of dividing need it."""

from collections import Counter
from datetime import date, timedelta

from tests.cast import COMMUNITY, MONDAY, actor
from yimen.patches import actions, queries
from yimen.patches.models import Plan, Publication
from yimen.patches.queries.plans import open_plan, placed_of

TODAY = MONDAY.date()
TOMORROW = TODAY + timedelta(days=1)


def start(**more: bool) -> Plan:
    return actions.start_plan(actor("head"), division_code=COMMUNITY, from_on=TODAY, at=MONDAY, **more)


def again() -> Plan:
    plan = open_plan(actor("head"), COMMUNITY)
    assert plan is not None
    return plan


def publish(from_on: date = TODAY, who: str = "head") -> Publication:
    plan = again()
    return actions.publish_plan(
        actor(who), ref=plan.ref, edition=plan.edition, from_on=from_on, is_cut_meant=True, at=MONDAY
    )


def sizes(plan: Plan) -> list[int]:
    households = {place.id: place.households for place in queries.ground_of(COMMUNITY, at=MONDAY).places}
    count: Counter[int] = Counter()
    for well, number in placed_of(plan).items():
        count[number] += households[well]
    return [count[number] for number in sorted(count)]
