"""What visits know of stairwells, for the rooms below: must-visit households, due visits, open findings."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.core.clock import local
from yimen.patches.queries.sources import Load
from yimen.visits.queries.patch import REACHED
from yimen.visits.queries.vulnerable import HOLDS
from yimen.visits.rules.months import first_of

_MUST = f"""
select d.stairwell_id, count(distinct d.id), count(distinct d.id) filter (where not exists (
  select from visits_visit x where x.dwelling_id = d.id and x."on" >= %(first)s and x."on" <= %(day)s
    and {REACHED.replace("v.", "x.")}))
from visits_vulnerablehousehold v join registry_dwelling d on d.id = v.dwelling_id
where v.division_code = %(code)s and {HOLDS} group by d.stairwell_id
"""
_OPEN = """
select d.stairwell_id, count(*) from visits_finding f join registry_dwelling d on d.id = f.dwelling_id
where f.division_code = %(code)s and f.state = 'open' group by d.stairwell_id
"""


def load(division_code: str, at: datetime) -> Load:
    """What lies on the stairwells of a community now."""
    day = local(at).date()
    values: dict[str, Any] = {"code": division_code, "day": day, "first": first_of(day)}
    vulnerable: dict[UUID, int] = {}
    due: dict[UUID, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MUST, values)
        for stairwell, must, missing in cursor.fetchall():
            vulnerable[stairwell] = must
            if missing:
                due[stairwell] = missing
        cursor.execute(_OPEN, values)
        return Load(vulnerable, due, dict(cursor.fetchall()))
