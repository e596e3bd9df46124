"""Writing down where the database lives. A restore takes back the entries made since, and no line would tell of it."""

from datetime import datetime

from django.db import connection, transaction

from yimen.core.actor import SYSTEM
from yimen.trail.queries import last_of
from yimen.trail.record import record

# PostgreSQL begins a timeline each time it goes on from a backup or takes over as a standby; a dump that was read into
# another server comes under that server's own number.
HERE = """
select system_identifier::text || '/' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int
from pg_control_system()
"""


@transaction.atomic
def note_place(*, at: datetime) -> bool:
    """Write down server and timeline when they are not those written last; whether they were not. The first time says
    where the trail began; every later one, that the database goes on from an earlier moment or elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(HERE)
        here = str(cursor.fetchone()[0])
    before = last_of("trail", "place", "trail.place")
    known = str(before.changes.get("to", "")) if before and isinstance(before.changes, dict) else ""
    if here == known:
        return False
    changes = {"from": known, "to": here}
    record(SYSTEM, "trail.place", subject=("trail", "place"), division_code="", at=at, changes=changes)
    return True
