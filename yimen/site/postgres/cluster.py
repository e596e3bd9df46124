"""A new cluster, and who may connect to it."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from yimen.site.postgres.account import Account, PostgresError
from yimen.site.postgres.address import NAME
from yimen.site.postgres.programs import version_of


def create(programs: Path, data: Path, account: Account, *, durable: bool) -> None:
    """A new cluster. Text sorts by code point on every machine (Chinese order comes from stored pinyin); the
    character type must know Han letters, or pg_trgm finds none in an address."""
    growing = data.with_name("data.new")
    shutil.rmtree(growing, ignore_errors=True)  # what an interrupted first start left behind
    account.new_folder(growing)
    options = ["-U", "postgres", "-A", "peer", "-E", "UTF8", "--data-checksums", "--no-instructions"]
    if version_of(programs) >= 17:
        options += [
            "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
    else:
        options += ["--locale=C.UTF-8"]
    if not durable:
        options += ["--no-sync"]
    command: list[str | Path] = [programs / "initdb", "-D", growing, *options]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **account.switch)
    if done.returncode:
        raise PostgresError(f"PostgreSQL could not create its data in {data}: {done.stderr.strip()}")
    growing.rename(data)


def admit_only_us(data: Path, account: Account) -> None:
    """Our account may be the administrator or the owner of the database; no other account gets in."""
    names = {account.name, pwd.getpwuid(os.getuid()).pw_name}
    (data / "pg_hba.conf").write_text("local all all peer map=us\nlocal replication postgres peer map=us\n")
    (data / "pg_ident.conf").write_text(
        "".join(f'us "{name}" {role}\n' for name in sorted(names) for role in ("postgres", NAME))
    )
