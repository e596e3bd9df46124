"""What the page of supervision says beside its figures: what is not listed, what a chart leaves to its table."""

import pytest

from tests import cast
from tests.cases.conftest import NOW
from tests.cases.taking import taken
from yimen.cases.actions import figures
from yimen.cases.queries.exceptions import exceptions
from yimen.cases.queries.tree import place_of
from yimen.cases.views.charts import stacks
from yimen.core.actor import SYSTEM
from yimen.orgs import queries as orgs
from yimen.orgs.models import Division


@pytest.mark.django_db
@pytest.mark.usefixtures("at_now", "matters")
@pytest.mark.parametrize("who", ["street", "city"])
def test_what_needs_doing_counts_the_cases_that_few_may_see(who: str) -> None:
    taken(promised=1, at=cast.MONDAY)
    taken(promised=1, at=cast.MONDAY, restricted=True)
    figures.fold(SYSTEM, at=NOW)
    actor = cast.actor(who)
    children = place_of(actor, actor.reach).children if who == "city" else ()
    rows = [one for one in exceptions(actor, actor.reach, at=NOW, children=children) if one.kind == "late"]
    assert ([one.total for one in rows], sum(one.cases for one in rows)) == ([2], 2 if who == "city" else 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("at_now", "matters")
def test_overdue_cases_of_which_none_may_be_listed_are_said() -> None:
    taken(promised=1, at=cast.MONDAY, restricted=True)
    client = cast.client_for("street")
    client.cookies["language"] = "en"
    assert "1 overdue case that only those who work on it may see" in client.get("/supervise").content.decode()


@pytest.mark.django_db
def test_communities_that_exist_for_statistics_alone_are_not_counted() -> None:
    whole = orgs.count_communities(cast.STREET)
    Division.objects.filter(code=cast.SIBLING).update(is_virtual=True)
    orgs.forget_names()
    try:
        assert orgs.count_communities(cast.STREET) == whole - 1
        assert cast.SIBLING in orgs.community_codes(cast.STREET)
    finally:
        orgs.forget_names()


def test_every_division_where_cases_hang_is_a_line_longest_first() -> None:
    lines = [(str(one), (one, 1, 0)) for one in range(20)]
    found = stacks(lines, left=120)
    assert [one.name for one in found] == [str(one) for one in reversed(range(20))]
