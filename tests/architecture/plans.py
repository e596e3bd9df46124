"""Statements explained as they run, in a database that believes to be as big as a city's."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection

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
    **{"patches_placement": 500_000, "patches_officer": 18_000, "patches_patch": 9_100, "patches_card": 71_000},
    **{"visits_visit": 5_000_000, "visits_finding": 290_000, "visits_gap": 230_000, "visits_monthly": 170_000},
    **{"visits_vulnerablehousehold": 840_000, "visits_journalnote": 19_000, "registry_duplicate": 200_000},
    **{"exchange_stagedrow": 2_000_000, "oversight_dayoflooks": 1_500_000, "oversight_flag": 30_000},
    **{"trail_seal": 1_000_000, "trail_delivery": 2_000_000, "trail_idempotency": 200_000, "access_attempt": 100_000},
}
BIG = frozenset(table for table, rows in ROWS.items() if rows >= 100_000)


# Partial indexes that hold only what is open, never more than a small part of their table; and two that give the city
# its closed cases in order, of which every one counts until a page is full.
IN_ORDER = frozenset({"case_open", "case_open_street", "case_open_district", "case_open_all", "case_desk"})
IN_ORDER |= {"case_owner", "case_unclaimed", "case_reopened", "case_closed_all", "case_accepted_all"}


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


@dataclass
class Found:
    """What read a big table whole: table and statement, where first, and how often the statement ran there."""

    where: dict[tuple[str, str], str] = field(default_factory=dict)
    ran: Counter[tuple[str, str]] = field(default_factory=Counter)

    def told(self) -> str:
        """One paragraph for each."""
        return "\n\n".join(
            f"{where}: {table}, {self.ran[where, text]} times, in {text[:1500]}"
            for (table, text), where in self.where.items()
        )

    def besides(self, allowed: Mapping[tuple[str, str], str]) -> "Found":
        """Without what may be read whole: once, as a reason is a reason for one reading and not for one of each row."""
        left = {
            (table, text): where
            for (table, text), where in self.where.items()
            if (table, where) not in allowed or self.ran[where, text] > 1
        }
        return Found(left, self.ran)


def _is_ours() -> bool:
    """Whether the product asks, and not the test itself."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and (frame := frame.f_back):
        name = frame.f_code.co_filename
        if name.startswith(_PRODUCT) and not name.startswith(_DATABASE):
            return True
        if name.startswith(_TESTS) and name != __file__:
            return False
    return False


_TESTS = str(Path(__file__).resolve().parents[1])
_PRODUCT = str(Path(_TESTS).parent / "yimen") + "/"
_DATABASE = _PRODUCT + "core/database/"
_EXPLAINED = ("select", "with", "insert", "update", "delete", "create temporary table")


@contextmanager
def explaining(where: str, found: Found) -> Iterator[None]:
    """Inside, each statement is explained before it runs; what reads a big table whole is put into `found`."""

    with connection.cursor() as cursor:
        cursor.execute(
            "select name from unnest(%s::text[]) name where pg_relation_size(name::regclass) = 0", (list(ROWS),)
        )
        empty = frozenset(name for (name,) in cursor.fetchall())

    def explain(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = " ".join(str(sql).split())
        if _is_ours() and text.lower().lstrip("( ").startswith(_EXPLAINED) and not (many and not params):
            context["connection"].see_to_reach()
            with context["connection"].connection.cursor() as raw:
                raw.execute(f"explain (format json) {sql}", next(iter(params)) if many else params)
                [plan] = raw.fetchone()[0]
            found.ran[where, text] += 1
            for table in set(_whole(plan["Plan"], empty)):
                found.where.setdefault((table, text), where)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        yield


def believe_a_city() -> None:
    """Until the transaction ends, the planner believes that the tables are as big as a city's."""
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
