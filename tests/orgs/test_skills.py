"""The skill matrix: who can do what, and which matters hang on one worker."""

import pytest

from tests import cast
from yimen.access import queries as people
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.orgs import actions, queries
from yimen.trail import queries as trail
from yimen.trail.queries import Wanted

pytestmark = pytest.mark.django_db

AT = cast.MONDAY


def account(username: str) -> people.AccountRow:
    return people.own_account(cast.actor(username).person)


def test_the_head_sets_a_grade_and_only_what_changed_is_on_record() -> None:
    head, worker = cast.actor("head"), account("window")
    assert actions.set_skills(head, account_ref=worker.ref, grades={"A1": "alone", "A2": "helped"}, at=AT) == 2
    assert actions.set_skills(head, account_ref=worker.ref, grades={"A1": "alone", "A2": ""}, at=AT) == 1
    assert actions.set_skills(head, account_ref=worker.ref, grades={"A1": "alone"}, at=AT) == 0
    assert (queries.grade_of(worker.id, "A1"), queries.grade_of(worker.id, "A2")) == ("alone", "")
    assert [row.changes for row in trail.entries(Wanted(verb="skill.set"))] == [
        {"A2": ""},
        {"A1": "alone", "A2": "helped"},
    ]


def test_nobody_else_sets_grades_and_no_head_for_another_station() -> None:
    with pytest.raises(NotAllowed):
        actions.set_skills(cast.actor("window"), account_ref=account("window").ref, grades={"A1": "alone"}, at=AT)
    with pytest.raises(NotFound):
        actions.set_skills(cast.actor("head"), account_ref=account("sibling").ref, grades={"A1": "alone"}, at=AT)
    with pytest.raises(RuleBroken):
        actions.set_skills(cast.actor("head"), account_ref=account("window").ref, grades={"A1": "expert"}, at=AT)


def test_the_page_finds_the_matters_that_only_one_worker_can_do() -> None:
    client, ref = cast.client_for("head"), account("window").ref
    everything = client.get("/skills").content.decode()
    assert everything.count('scope="row"') == 88
    assert client.get("/skills?show=one").content.decode().count('scope="row"') == 0
    page = client.get(f"/skills/{ref}").content.decode()
    code = page.split('name="grade-')[1].split('"')[0]  # of the first post, which window holds as A
    assert client.post(f"/skills/{ref}", {f"grade-{code}": "helped"}).status_code == 302
    only_one = client.get("/skills?show=one").content.decode()
    assert only_one.count('scope="row"') == 1
    assert f"/catalogue/{code}" in only_one


def test_the_street_sees_how_many_matters_hang_on_one_worker() -> None:
    page = cast.client_for("street").get("/skills").content.decode()
    assert f"/skills?station={cast.COMMUNITY}" in page
    assert cast.client_for("street").get(f"/skills?station={cast.COMMUNITY}").status_code == 200
    assert cast.client_for("street").get(f"/skills?station={cast.NEXT_COMMUNITY}").status_code == 404
    assert cast.client_for("window").get(f"/skills/{account('window').ref}").status_code == 403
