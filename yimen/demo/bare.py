"""Load big tables bare: keys and indexes are taken off before and put back after.

Less than half the work of keeping them up row by row, and nothing is left unchecked: putting a key back checks every
row. What is to be put back is returned as statements in stages, each statement safe to run beside the others of its
stage: indexes; then the keys that lie on them and, unchecked, the foreign keys; then the checks.
"""

from collections.abc import Iterable

from django.db import connection

_TABLES = ("registry\\_%", "cases\\_%", "patches\\_%", "trail\\_entry")
_FOREIGN_KEYS = """
select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
from pg_constraint
where contype = 'f' and connamespace = current_schema()::regnamespace
  and (conrelid::regclass::text like any(%(tables)s) or confrelid::regclass::text like any(%(tables)s))
order by row_number() over (partition by conrelid order by conname), 1, 2
"""  # two checks of one table would wait for each other
_KEYS = """
select conrelid::regclass::text, quote_ident(conname), contype, pg_get_indexdef(conindid), quote_ident(relname)
from pg_constraint join pg_class on pg_class.oid = conindid
where contype in ('p', 'u') and connamespace = current_schema()::regnamespace
  and conrelid::regclass::text like any(%(tables)s)
order by 1, 2
"""
_INDEXES = """
select quote_ident(indexname), indexdef from pg_indexes
where schemaname = current_schema() and tablename like any(%(tables)s)
  and not exists (select 1 from pg_constraint where conindid = quote_ident(indexname)::regclass)
order by 1
"""
_BIG = """
select c.oid::regclass::text from pg_class c
where c.relkind = 'r' and relnamespace = current_schema()::regnamespace and c.relname like any(%(tables)s) order by 1
"""
_EXCLUSIONS = """
select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) from pg_constraint
where contype = 'x' and connamespace = current_schema()::regnamespace and conrelid::regclass::text like any(%(tables)s)
order by 1, 2
"""
# The days that the first marks are counted anew at the end. The others look for stairwells and their neighbours among
# tables that have no index now; the checks ask at the end whether each lies in exactly one patch.
_TRIGGERS = (
    ("cases_case", "cases_taken"),
    ("registry_stairwell", "patches_place_new"),
    ("patches_placement", "patches_one_patch_each"),
    ("patches_beginning", "patches_everybody"),
)
_LONG = ("resident_keys", "registry_trait", "trait_", "dwelling_address", "trail_entry", "entry_", "registry_resident")


def strip() -> tuple[list[str], list[str], list[str]]:
    """Take off what can be put back, in one transaction; returns the statements of three stages."""
    _run(["set constraints all immediate"])  # the ground has been laid in this transaction
    foreign, keys, exclusions, indexes, tables = map(_rows, (_FOREIGN_KEYS, _KEYS, _EXCLUSIONS, _INDEXES, _BIG))
    first = [definition for _, definition in indexes] + [row[3] for row in keys]
    first += [f"alter table {table} add constraint {name} {definition}" for table, name, definition in exclusions]
    second = [
        f"alter table {table} add constraint {name} {_kind(kind)} using index {index}"
        for table, name, kind, _, index in keys
    ]
    second += [
        f"alter table {table} add constraint {name} {definition} not valid" for table, name, definition in foreign
    ]
    second += [f"alter table {table} enable trigger {name}" for table, name in _TRIGGERS]
    second += [f"alter table {table} reset (autovacuum_enabled)" for (table,) in tables]
    third = [f"alter table {table} validate constraint {name}" for table, name, _ in foreign]
    third += ["select patches_refuse_gaps()"]
    third += [f"analyze {table}" for (table,) in tables]
    _run(f"alter table {table} drop constraint {name}" for table, name, _ in foreign)
    _run(f"alter table {table} drop constraint {name}" for table, name, *_ in (*keys, *exclusions))
    _run(f"drop index {name}" for name, _ in indexes)
    _run(f"alter table {table} disable trigger {name}" for table, name in _TRIGGERS)
    _run(f"alter table {table} set (autovacuum_enabled = off)" for (table,) in tables)
    return sorted(first, key=_shortness), second, third


def _shortness(definition: str) -> int:
    """The long ones first, or the last of them is waited for alone."""
    return next((place for place, name in enumerate(_LONG) if name in definition), len(_LONG))


def _kind(contype: str) -> str:
    return {"p": "primary key", "u": "unique"}[contype]


def _rows(query: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"tables": list(_TABLES)})
        return list(cursor.fetchall())


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
