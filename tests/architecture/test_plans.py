"""No page reads a whole table: every statement of every page is explained, as the role and under the reach it runs
with, while sequential scans are forbidden and the big tables say that they are as big as a city's. What reads all of
one all the same has no index to go by, and in a city would read millions of rows."""

from urllib.parse import quote

import pytest
from django.test import Client

from tests import cast
from tests.architecture.callers import Callers
from tests.architecture.grid import HOME, staff_rows
from tests.architecture.grid import Row as GridRow
from tests.architecture.plans import Found, explaining
from tests.architecture.things import Things
from yimen.core.actor import STAFF_ROLES, Role
from yimen.patches.models import Patch
from yimen.patches.queries import patches_after
from yimen.patches.queries.coming import changes_to_come
from yimen.patches.queries.plans import publications, waiting, what_became

pytestmark = pytest.mark.django_db

# What may be read whole, and why.
ALLOWED = {
    ("trail_entry", "/trail"): "backwards from the newest until a page is full, and every entry counts",
    ("trail_entry", "/trail.csv"): "the same, for a copy",
    ("trail_entry", "/trail?reads=1"): "the same, and half of the entries count",
    ("cases_case", "/p/"): "backwards from the newest until there are enough to say what is asked for most",
}
TEXTS = (
    "张国富",
    "国富",
    "zhang",
    "zgf",
    "张gf",
    "3-502",
    "广瑞一村 3 号楼",
    "15400366207",
    "4012",
    "LX26-03",
    "320299194611094012",
)
LISTS = (
    *(f"/cases?view={view}" for view in ("all", "mine", "claim", "soon", "late", "paused", "sent_up", "closed")),
    *(
        "/cases?matter=MZ-11",
        "/cases?post=MZ",
        "/cases?text=LX26",
        "/cases?text=zhang",
        "/cases?view=closed&from=2025-03-01&to=2025-03-31",
        "/people?name=zhang",
        "/people?trait=is_dibao",
    ),
    *(f"/contacts?view={view}" for view in ("mine", "open", "callback", "answered", "case")),
    *("/people?from_age=80", "/people?door=3-502", "/trail?verb=case.accept", "/trail?reads=1"),
)


def _pages(role: Role, things: Things) -> list[str]:
    rows: list[GridRow] = [row for row in staff_rows() if row.door.method == "GET" and row.may[role]]
    own = {row.door.address for row in rows}
    return [things.address(row) for row in rows] + [page for page in LISTS if page.partition("?")[0] in own]


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_page_reads_a_whole_table(role: Role, things: Things, callers: Callers, city_sized: None) -> None:
    caller = callers(role, HOME[role])
    found = Found()
    for page in _pages(role, things):
        with explaining(page, found):
            caller.ask("GET", page)
    client = Client()
    client.cookies.load(dict.fromkeys([_cookie()], caller.cookie))
    for text in TEXTS:
        with explaining(f"search {text}", found):
            client.post("/search", f"q={quote(text)}", content_type="application/x-www-form-urlencoded", follow=True)
    left = found.besides(ALLOWED)
    assert not left.where, left.told()


def test_what_is_asked_when_patches_change_reads_no_whole_table(things: Things, city_sized: None) -> None:
    on = cast.MONDAY.date()
    found = Found()
    rows = Patch.objects.filter(division_code=cast.COMMUNITY)
    assert rows
    for patch in rows:
        with explaining("where the stairwells of a patch that ended lie", found):
            patches_after(patch.ref, on=on)
    with explaining("what waits for a day to come", found):
        coming = waiting(cast.COMMUNITY, on=on)
        what_became(publications(cast.COMMUNITY))
        changes_to_come(cast.COMMUNITY, coming, on=on)
    assert not found.where, found.told()


def _cookie() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE)


def test_no_page_of_a_resident_reads_a_whole_table(things: Things, city_sized: None) -> None:
    found = Found()
    client = Client()
    for page in (
        "/p/",
        "/p/guides",
        "/p/guides/MZ-11",
        "/p/halls",
        f"/p/halls/{cast.COMMUNITY}",
        "/p/promises",
        "/p/open",
        "/p/officer",
        f"/p/officer?in={cast.COMMUNITY}",
        *(f"/p/officer?q={quote(text)}" for text in ("广瑞一村 3 号楼", "广瑞一村 3 号楼 77 单元")),
        *(f"/p/o/{patch.ref}" for patch in Patch.objects.filter(division_code=cast.COMMUNITY)[:1]),
    ):
        with explaining(page, found):
            client.get(page, follow=True)
    left = found.besides(ALLOWED)
    assert not left.where, left.told()
