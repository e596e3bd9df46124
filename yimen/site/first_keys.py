"""The first keys of an installation. A key file that was lost is never made anew: its values would open no more."""

from pathlib import Path

from django.db import connection

from yimen.core.keyring import CipherError, create_key_file
from yimen.core.resealing import Sealed
from yimen.site.sealed import SEALED

SEALS = Sealed("trail_seal", {"signature": ""})  # signed with a key of the file, and checked with it


def begin_keys(path: str) -> None:
    """Make the key file where there is none. CipherError when the database holds something sealed already.

    Asks as the owner of the tables: a reach would hide rows."""
    if Path(path).exists():
        return
    if table := next((sealed.table for sealed in (*SEALED, SEALS) if _is_used(sealed)), ""):
        raise CipherError(
            f"There is no key file {path}, and {table} holds what the lost keys sealed; new ones would never open it. "
            "Bring the copy from the safe back to this place."
        )
    create_key_file(path)


def _is_used(sealed: Sealed) -> bool:
    """Whether the table, where it is there, holds anything sealed."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [sealed.table])
        if not cursor.fetchone()[0]:
            return False
        held = " or ".join(f"{sealed.blob(column)} is not null" for column in sealed.places)
        cursor.execute(f"select exists (select from {sealed.table} where {held})")
        return bool(cursor.fetchone()[0])
