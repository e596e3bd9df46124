"""Look at a restored copy as the product would, in a process of its own: `python -m yimen.site.backup.look`.

Prints one JSON object: rows by table, migrations that are missing, sealed values that open, pages that answer.
"""

import contextlib
import json
import os
import sys
from typing import Any

import django

PAGES = ("/healthz", "/login", "/p/", "/p/guides")
_SEALED = "select id, id_number from registry_resident where id_number is not null order by id limit 200"
_TABLES = """
select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1
"""


def main() -> None:
    """As the owner of the tables, so that every row counts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
    django.setup()
    from yimen.core.database import become_owner

    become_owner()
    json.dump({"rows": rows(), "missing": missing(), "opened": opened(), "pages": pages()}, sys.stdout)


def rows() -> dict[str, int]:
    """How many each table has."""
    return {name: int(_all(f'select count(*) from "{name}"')[0][0]) for (name,) in _all(_TABLES)}


def missing() -> list[str]:
    """Migrations that this code needs and the copy has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def opened() -> tuple[int, int]:
    """How many of some sealed values open with the keys in use, and how many were tried."""
    from yimen.core.keyring import CipherError
    from yimen.registry.rules.sealed import open_number

    tried = _all(_SEALED)
    good = 0
    for row, blob in tried:
        with contextlib.suppress(CipherError):
            good += bool(open_number(blob, row))
    return good, len(tried)


def pages() -> dict[str, int]:
    """What the doors answer that everybody may open."""
    from django.conf import settings
    from django.test import Client

    host = next((name for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    client = Client(headers={"host": host.lstrip(".")}, raise_request_exception=False)
    return {path: client.get(path, secure=settings.HTTPS).status_code for path in PAGES}


def _all(sql: str) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        cursor.execute(sql)
        return list(cursor.fetchall())


if __name__ == "__main__":
    main()
