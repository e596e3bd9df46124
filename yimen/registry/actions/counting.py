"""Count the households of each station, which norms and the map go by."""

from django.db import connection, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.orgs import actions as orgs
from yimen.orgs.queries import community_codes
from yimen.registry.queries.lived_in import LIVED_IN

_COUNT = f"select count(*) from registry_dwelling d where d.division_code = %s and {LIVED_IN}"


def count_households(actor: Actor, *, division_code: str) -> int:
    """Keep with each station of a division how many doors are lived in, one community after the other; returns how
    many stations changed."""
    require(actor, "station.count")
    changed = 0
    for code in community_codes(division_code):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_COUNT, (code,))
            changed += orgs.keep_households(actor, community=code, households=cursor.fetchone()[0])
    return changed
