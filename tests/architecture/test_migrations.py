"""A release may be rolled out while the last one still runs: migrations expand now and contract a release later.

What breaks the code that is still running is refused unless the migration says why it is safe, beside the operation:
`expand_contract = {"RemoveField cases.Case.old": "unread since 0.3"}` in its class. Migrations of before the first
release are history.
"""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import migrations
from django.db.migrations.operations.base import Operation

from tests.architecture.source import PRODUCT
from yimen.site.settings import LIMITS

# Nothing was released before these, so no older code runs beside them. Nothing is added to this list.
BEFORE_THE_FIRST_RELEASE = {"cases.0005_spared_cases"}
BREAKS = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.DeleteModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)
RAW = re.compile(
    r"\b(drop\s+(table|column)|rename\s+(to|column)|alter\s+column\s+\w+\s+(set\s+data\s+)?type|set\s+not\s+null)\b",
    re.I,
)


def found() -> Iterator[tuple[str, type[migrations.Migration]]]:
    for path in sorted(Path(PRODUCT).glob("*/migrations/[0-9]*.py")):
        name = f"yimen.{path.parents[1].name}.migrations.{path.stem}"
        yield f"{path.parents[1].name}.{path.stem}", importlib.import_module(name).Migration


def told(room: str, operation: Operation) -> str:
    """What it is called in `expand_contract`."""
    parts = [getattr(operation, "model_name", ""), getattr(operation, "name", "") or getattr(operation, "old_name", "")]
    return f"{type(operation).__name__} {room}.{'.'.join(part for part in parts if part)}"


def flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from flat(list(operation.database_operations))
        else:
            yield operation


def breaking(room: str, migration: type[migrations.Migration]) -> Iterator[str]:
    """Operations that the code of the last release would trip over."""
    made = {op.name.lower() for op in flat(list(migration.operations)) if isinstance(op, migrations.CreateModel)}
    for operation in flat(list(migration.operations)):
        if getattr(operation, "model_name", "").lower() in made:
            continue  # a table of this very migration has no users yet
        if isinstance(operation, BREAKS) or _narrows(operation) or _must_be_filled(operation):
            yield told(room, operation)
        elif isinstance(operation, migrations.RunSQL) and RAW.search(str(operation.sql)):
            yield f"RunSQL {room}: {RAW.search(str(operation.sql))[0].lower()}"  # type: ignore[index]  # it was found


def _must_be_filled(operation: Operation) -> bool:
    """A new column that the running code does not write needs a value of the database's own: `default` is Django's, and
    is gone from the column when the migration has ended."""
    if not isinstance(operation, migrations.AddField):
        return False
    field = operation.field
    return not (field.null or field.many_to_many or field.generated or field.has_db_default())


def _narrows(operation: Operation) -> bool:
    """A column that may be null now, or a wider text, does no harm; what else changes about it must be explained."""
    if not isinstance(operation, migrations.AlterField):
        return False
    return not (operation.field.null or operation.field.get_internal_type() in ("CharField", "TextField", "JSONField"))


@pytest.mark.parametrize(
    ("name", "migration"), list(found()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_migration_breaks_nothing_that_still_runs(name: str, migration: type[migrations.Migration]) -> None:
    if name in BEFORE_THE_FIRST_RELEASE:
        return
    explained = getattr(migration, "expand_contract", {})
    breaks = set(breaking(name.split(".")[0], migration))
    assert breaks - set(explained) == set()
    assert set(explained) - breaks == set(), "nothing of this kind is there any more"
    assert all(len(reason) > 10 for reason in explained.values())


def test_a_lock_is_waited_for_briefly() -> None:
    """A migration that waits for a lock holds up everybody behind it."""
    limits = dict(re.findall(r"-c (\w+)=(\d+)", LIMITS))
    assert 0 < int(limits["lock_timeout"]) <= 5000


class _Broken(migrations.Migration):
    operations = [
        migrations.RemoveField("case", "owner"),
        migrations.RenameField("case", "old", "new"),
        migrations.RunSQL("alter table x drop column y"),
    ]


def test_the_test_sees_what_it_is_there_to_see() -> None:
    assert list(breaking("cases", _Broken)) == [
        "RemoveField cases.case.owner",
        "RenameField cases.case.old",
        "RunSQL cases: drop column",
    ]
