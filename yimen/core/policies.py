"""Row-level security, for migrations: who reaches a row is asked again by the database itself (decision 0011).

Web and worker act as `yimen_app`, which owns nothing and may not bypass a policy. A policy lets through the rows whose
division code lies in the half-open range of the settings `yimen.lo` and `yimen.hi` (collation "C"); where they are
unset or empty, no row. The table's owner (migrations, loaders) is not asked.

A migration that uses these depends on ("trail", "0003_app_role"); that gives every later table its grants too.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db.migrations import Migration, RunSQL

from yimen.core.reach import APP_ROLE

_ACTS = ("read", "insert", "update", "delete")
_LOW, _HIGH = "current_setting('yimen.lo', true)", "current_setting('yimen.hi', true)"


class PolicySQL(RunSQL):
    """SQL that makes policies of a table: it says which, so that they can be asked for again (`policies_of`)."""

    def __init__(self, table: str, names: Sequence[str], forward: str, backward: str) -> None:
        """`forward` makes the policies `names` of the table, `backward` takes them off."""
        super().__init__(forward, backward)
        self.table, self.names = table, tuple(names)


def policies_of(migrations: Iterable[Migration]) -> Mapping[str, frozenset[str]]:
    """By table, the names of the policies that these migrations make."""
    found: dict[str, frozenset[str]] = {}
    for migration in migrations:
        for step in migration.operations:
            if isinstance(step, PolicySQL):
                found[step.table] = found.get(step.table, frozenset()).union(step.names)
    return found


def within(code: str) -> str:
    """SQL: this code lies in the reach in force. As `current_setting` stands bare, the planner looks its value up when
    it estimates; in a sub-select it would take every reach for half a percent of the table."""
    return f"{code} >= {_LOW} and {code} < {_HIGH}"


def _reached(code: str) -> str:
    """`within`, in a form no index serves and the planner takes for half of a table.

    A statement asks for its division itself. Were the policy a range over the same column, the planner would multiply
    both, take a community's 9,000 cases for 60, and read them all from an index beside the five of a resident.
    """
    return f"coalesce({within(code)}, false)"


def reach_policy(
    table: str, column: str = "division_code", *, written_anywhere: bool = False, read_also: str = ""
) -> PolicySQL:
    """Only rows within reach can be read, changed or removed, and only such rows be written.

    With `written_anywhere` a new row may belong to any division, as entries of the trail do: it is written, not seen.
    `read_also` is a condition under which a row out of reach is read all the same; it is asked for such rows alone.
    The column must be of collation "C".
    """
    inside = _reached(column)
    read = f"({inside}) or {read_also}" if read_also else inside
    return _policy(table, inside, "true" if written_anywhere else inside, read=read)


def parent_policy(table: str, key: str, parent: str, parent_key: str = "id", *, optional: bool = False) -> PolicySQL:
    """Rows are known with the row they belong to, whose table has a policy of its own: `key` points at it.

    For tables without a division code that are read a few rows at a time: each row looks its parent up by its key. With
    `optional`, rows that belong to nothing are known to everybody.
    """
    # A scalar sub-select stays one look-up by index for each row; EXISTS may be hashed, which reads all parents.
    inside = f"(select true from {parent} p where p.{parent_key} = {table}.{key})"
    if optional:
        inside = f"({key} is null or {inside})"
    return _policy(table, inside, inside)


def owners_function(name: str, arguments: str, returns: str, body: str) -> RunSQL:
    """A function that reads with the owner's eyes, whom no policy asks; so it must ask the reach itself.

    It is what a policy calls to look at another table without the policy of that table, and what a search calls whose
    operators the planner may not put before a policy (GIN's are not leakproof, so their index would lie idle).
    """
    return RunSQL(
        f"create function {name}({arguments}) returns {returns} language plpgsql stable parallel safe security definer"
        f" set search_path = pg_catalog, public, pg_temp as $$ {body} $$;"
        f"revoke all on function {name} from public; grant execute on function {name} to {APP_ROLE};",
        f"drop function {name};",
    )


def _policy(table: str, using: str, check: str, *, read: str = "") -> PolicySQL:
    forward = (
        f"alter table {table} enable row level security;"
        f"create policy reach_read on {table} for select to {APP_ROLE} using ({read or using});"
        f"create policy reach_insert on {table} for insert to {APP_ROLE} with check ({check});"
        f"create policy reach_update on {table} for update to {APP_ROLE} using ({using}) with check ({check});"
        f"create policy reach_delete on {table} for delete to {APP_ROLE} using ({using});"
    )
    backward = "".join(f"drop policy reach_{act} on {table};" for act in _ACTS)
    names = [f"reach_{act}" for act in _ACTS]
    return PolicySQL(table, names, forward, f"{backward} alter table {table} disable row level security;")
