"""No page reads a whole table: every statement of every page is explained, as the role and under the reach it runs
with, while sequential scans are forbidden and the big tables say that they are as big as a city's. What reads all of
one all the same has no index to go by, and in a city would read millions of rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client

from tests import cast
from tests.architecture.callers import Callers
from tests.architecture.grid import HOME, staff_rows
from tests.architecture.grid import Row as GridRow
from tests.architecture.things import Things
from yimen.core.actor import STAFF_ROLES, Role
from yimen.patches.models import Patch
from yimen.patches.queries import patches_after
from yimen.patches.queries.coming import changes_to_come
from yimen.patches.queries.plans import publications, waiting, what_became

pytestmark = pytest.mark.django_db

# How many rows a city has of what grows with it; the other tables stay small.
ROWS = {
    **{"registry_resident": 7_500_000, "registry_residence": 7_900_000, "registry_household": 4_500_000},
    **{"registry_householdmember": 11_700_000, "registry_dwelling": 2_900_000, "registry_trait": 30_000_000},
    **{"registry_materialonfile": 6_600_000, "registry_stairwell": 400_000, "registry_building": 200_000},
    **{"registry_change": 500_000, "registry_merge": 50_000, "cases_case": 1_500_000, "cases_visit": 1_500_000},
    **{"cases_casematerial": 3_600_000, "cases_decision": 1_500_000, "cases_rating": 930_000, "cases_daily": 600_000},
    **{"cases_message": 230_000, "cases_pause": 140_000, "cases_followup": 42_000, "cases_handover": 36_000},
    **{"cases_extension": 20_000, "cases_draft": 20_000, "trail_entry": 8_800_000, "orgs_skill": 450_000},
    **{"visits_contact": 3_000_000, "visits_emptying": 350_000, "visits_contactbox": 7_000, "visits_channel": 26_000},
    **{"access_account": 12_000, "access_seat": 18_000, "orgs_absence": 45_000, "access_session": 20_000},
    **{"patches_placement": 500_000, "patches_officer": 18_000, "patches_patch": 9_100},
}
BIG = frozenset(table for table, rows in ROWS.items() if rows >= 100_000)
# What may be read whole, and why.
ALLOWED = {
    ("trail_entry", "/trail"): "backwards from the newest until a page is full, and every entry counts",
    ("trail_entry", "/trail.csv"): "the same, for a copy",
    ("trail_entry", "/trail?reads=1"): "the same, and half of the entries count",
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
    "320299194611094012",
)
LISTS = (
    *(f"/cases?view={view}" for view in ("all", "mine", "claim", "soon", "late", "paused", "sent_up", "closed")),
    *("/cases?matter=MZ-11", "/cases?post=MZ", "/cases?text=LX26", "/people?name=zhang", "/people?trait=is_dibao"),
    *(f"/contacts?view={view}" for view in ("mine", "open", "callback", "answered", "case")),
    *("/people?from_age=80", "/people?door=3-502", "/trail?verb=case.accept", "/trail?reads=1"),
)


# Partial indexes that hold only what is open, never more than a small part of their table; and one that gives the city
# its closed cases in order, of which every one counts until a page is full.
IN_ORDER = frozenset({"case_open", "case_open_all", "case_desk", "case_owner", "case_unclaimed", "case_reopened"})
IN_ORDER |= {"case_closed_all"}


def _whole(plan: dict[str, Any], empty: frozenset[str], *, few: bool = False) -> Iterator[str]:
    """The big tables of which a plan reads every row; `few`: what is above takes the first rows and stops. By which
    index an `empty` table is read says nothing."""
    kind, table = plan["Node Type"], plan.get("Relation Name", "")
    few = few or kind == "Limit"
    by_any_index = kind.startswith("Index") and "Index Cond" not in plan and table not in empty
    reads_all = kind == "Seq Scan" or by_any_index
    stops = (few and "Filter" not in plan) or plan.get("Index Name") in IN_ORDER
    if table in BIG and reads_all and not stops:
        yield table
    for inner in plan.get("Plans", ()):
        yield from _whole(inner, empty, few=few and kind in ("Limit", "Subquery Scan", "Nested Loop", "Append"))


@contextmanager
def explaining(where: str, found: dict[tuple[str, str], str]) -> Iterator[None]:
    """Inside, each statement is explained before it runs; what reads a big table whole is put into `found`."""

    with connection.cursor() as cursor:
        cursor.execute(
            "select name from unnest(%s::text[]) name where pg_relation_size(name::regclass) = 0", (list(ROWS),)
        )
        empty = frozenset(name for (name,) in cursor.fetchall())

    def explain(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = str(sql).strip()
        if not many and text.partition(" ")[0].lower().strip("(\n") in ("select", "with", "insert", "update", "delete"):
            context["connection"].see_to_reach()
            with context["connection"].connection.cursor() as raw:
                raw.execute(f"explain (format json) {text}", params)
                [plan] = raw.fetchone()[0]
            for table in set(_whole(plan["Plan"], empty)):
                found.setdefault((table, " ".join(text.split())), where)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


@pytest.fixture
def city_sized() -> None:
    """For this test, the planner believes that the tables are as big as a city's."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        if connection.connection.info.server_version >= 180000:  # older servers let nobody say so
            cursor.execute(_BELIEVE, {"tables": list(ROWS), "rows": list(ROWS.values())})
            cursor.execute(_DISTINCT, {"tables": list(ROWS)})


_BELIEVE = """
select pg_restore_relation_stats(
  'schemaname', 'public', 'relname', c.relname::text, 'relpages', greatest(1, pg_relation_size(c.oid)::int / 8192),
  'reltuples', b.rows::real)
from unnest(%(tables)s::text[], %(rows)s::int[]) b(name, rows)
join pg_class t on t.relname = b.name and t.relnamespace = 'public'::regnamespace
join pg_class c on c.oid = t.oid or c.oid in (select indexrelid from pg_index where indrelid = t.oid)
"""


# Ids and hashes are nearly as many as rows; most periods are open, most cases closed.
_DISTINCT = """
select pg_restore_attribute_stats(
  'schemaname', 'public', 'relname', t.relname::text, 'attname', a.attname::text, 'inherited', false, 'avg_width', 16,
  'null_frac', (case when a.attname in ('to_on', 'merged_into_id') then 0.95 when a.attname = 'closed_at' then 0.03
                else 0 end)::real,
  'n_distinct', (case when a.attname in ('kind', 'state', 'is_protected') then 3
                 when a.attname in ('to_on', 'merged_into_id') then -0.02 else -0.3 end)::real)
from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
where t.relname = any(%(tables)s) and t.relnamespace = 'public'::regnamespace
  and (a.atttypid in ('uuid'::regtype, 'bytea'::regtype)
       or a.attname in ('ref', 'number', 'subject_id', 'id_tail4', 'id_tail6', 'phone_tail4', 'to_on', 'closed_at',
                        'kind', 'state', 'is_protected'))
"""


def _told(found: dict[tuple[str, str], str]) -> str:
    lines = [f"{where}: {table} in {text[:1500]}" for (table, text), where in found.items()]
    return "\n\n".join(lines)


def _pages(role: Role, things: Things) -> list[str]:
    rows: list[GridRow] = [row for row in staff_rows() if row.door.method == "GET" and row.may[role]]
    own = {row.door.address for row in rows}
    return [things.address(row) for row in rows] + [page for page in LISTS if page.partition("?")[0] in own]


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_page_reads_a_whole_table(role: Role, things: Things, callers: Callers, city_sized: None) -> None:
    caller = callers(role, HOME[role])
    found: dict[tuple[str, str], str] = {}
    for page in _pages(role, things):
        with explaining(page, found):
            caller.ask("GET", page)
    client = Client()
    client.cookies.load(dict.fromkeys([_cookie()], caller.cookie))
    for text in TEXTS:
        with explaining(f"search {text}", found):
            client.post("/search", f"q={quote(text)}", content_type="application/x-www-form-urlencoded")
    found = {key: where for key, where in found.items() if (key[0], where) not in ALLOWED}
    assert not found, _told(found)


def test_what_is_asked_when_patches_change_reads_no_whole_table(things: Things, city_sized: None) -> None:
    on = cast.MONDAY.date()
    found: dict[tuple[str, str], str] = {}
    rows = Patch.objects.filter(division_code=cast.COMMUNITY)
    assert rows
    for patch in rows:
        with explaining("where the stairwells of a patch that ended lie", found):
            patches_after(patch.ref, on=on)
    with explaining("what waits for a day to come", found):
        coming = waiting(cast.COMMUNITY, on=on)
        what_became(publications(cast.COMMUNITY))
        changes_to_come(cast.COMMUNITY, coming, on=on)
    assert not found, _told(found)


def _cookie() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE)


def test_no_page_of_a_resident_reads_a_whole_table(things: Things, city_sized: None) -> None:
    found: dict[tuple[str, str], str] = {}
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
    found = {key: where for key, where in found.items() if (key[0], where) not in ALLOWED}
    assert not found, _told(found)
