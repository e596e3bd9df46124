"""What the list of cases leaves out it says, and a closed case is found by its matter whatever its version."""

from datetime import timedelta

import pytest

from tests import cast
from tests.cases.taking import MORNING, taken
from yimen.cases.models import Case

pytestmark = pytest.mark.django_db

HIDDEN = "另有 2 件限制查看"
NOT_HERE = "限制查看的办件不在此列"


def body(who: str, path: str) -> str:
    answer = cast.client_for(who).get(path, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("who", ["window2", "head", "street", "district", "city"])
def test_restricted_cases_that_are_not_listed_are_counted_in_an_open_view(who: str) -> None:
    one = taken(name="张国富")
    for owner in ("window", None):
        taken(restricted=True, owner=owner, name="李慧珍")
    page = body(who, "/cases")
    assert one.number in page
    assert "李慧珍" not in page
    assert HIDDEN in page
    if who != "head":
        assert HIDDEN in body(who, f"/cases?view=all&division={cast.COMMUNITY}")
    assert HIDDEN not in body(who, "/cases?view=paused")


def test_a_narrowed_list_tells_no_number_of_restricted_cases() -> None:
    taken(restricted=True, name="李慧珍")
    for narrowed in ("text=李慧珍", "from=2026-11-16", "post=MZ", "matter=MZ-01"):
        assert "限制查看" not in body("window2", f"/cases?{narrowed}")
    assert NOT_HERE in body("window2", "/cases?view=closed")
    assert NOT_HERE in body("window2", "/cases?matter=ZZ-14")


def test_whoever_works_on_a_restricted_case_sees_it_and_no_note() -> None:
    one = taken(restricted=True)
    page = body("window", "/cases")
    assert one.number in page
    assert "限制查看" not in page


@pytest.mark.parametrize("who", ["window", "street", "city"])
def test_a_closed_case_is_listed_under_its_matter(who: str) -> None:
    one, other = taken(name="张国富"), taken(name="李慧珍", post="LD")
    closed = {"closed_at": MORNING + timedelta(hours=1), "state": "closed", "outcome": "done", "due_at": MORNING}
    Case.objects.all().update(**closed)
    page = body(who, f"/cases?view=closed&matter={one.item_code}")
    assert one.number in page
    assert other.number not in page
    assert one.number not in body(who, "/cases?view=closed&matter=ZZ-14")
    assert one.number not in body(who, "/cases?view=closed&matter=XX-99")
