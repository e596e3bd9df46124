"""The bound: a bare Starlette + asyncpg page that shows the same rows as the work list, nothing else."""

import os
from datetime import datetime
from typing import Any

import asyncpg
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

ROWS = """
select c.number, v.name, r.name, c.state, c.due_at, a.name, c.waiting_for, c.accepted_at
from cases_case c
join catalogue_itemversion v on v.id = c.version_id
join registry_resident r on r.id = c.resident_id
left join access_account a on a.id = c.owner_id
where c.closed_at is null and c.division_code >= $1 and c.division_code < $1 || '~'
order by c.due_at, c.id limit 25
"""
SESSION = """
select s.account_id, a.name, t.role, t.division_code from access_session s
join access_account a on a.id = s.account_id join access_seat t on t.id = s.seat_id where s.key_hash = $1
"""
PAGE = Environment(autoescape=True).from_string(
    """<!doctype html><html><head><title>list</title></head><body><table>
{% for row in rows %}<tr><td>{{ row[4].strftime('%m-%d') if row[4] else '' }}</td>
<td><a href="/cases/{{ row[0] }}">{{ row[1] }}</a> <span>{{ row[0] }}</span></td>
<td>{{ row[2] }}</td><td>{{ row[3] }}</td><td>{{ row[5] or '' }}</td><td>{{ row[6] }}</td>
<td>{{ row[7].strftime('%m-%d') }}</td><td><a href="/cases/{{ row[0] }}">open</a></td></tr>{% endfor %}
</table></body></html>"""
)
_pool: Any = None


async def page(request: Request) -> HTMLResponse:
    """Session, rows, table."""
    global _pool
    if _pool is None:
        _pool = await asyncpg.create_pool(os.environ["BOUND_DSN"], min_size=4, max_size=8)
    async with _pool.acquire() as connection:
        await connection.fetchrow(SESSION, b"\0" * 32)
        rows = await connection.fetch(ROWS, os.environ["BOUND_REACH"])
    return HTMLResponse(PAGE.render(rows=rows, now=datetime.now().astimezone()))


application = Starlette(routes=[Route("/cases", page)])
