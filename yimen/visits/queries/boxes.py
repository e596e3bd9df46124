"""The registers of contact boxes and chat groups."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.orgs.queries import numbers_on

EMPTY_DAYS = "empty_box_days"  # norm: the longest a box may stay shut
MOST = 500  # boxes or groups on one page


@dataclass(frozen=True, slots=True)
class Box:
    """A box, standing or taken down. `days` since it was emptied, or hung; `is_due` on the last day of the
    norm, `is_late` after."""

    ref: str
    division_code: str
    place: str
    from_on: date
    patch: int | None
    to_on: date | None
    emptied_at: datetime | None
    by_name: str
    letters: int | None
    entered: int  # letters written down since that round
    days: int
    is_due: bool
    is_late: bool


_BOXES = """
select b.ref, b.division_code, b.place, coalesce(f.from_on, b.from_on), p.number, b.to_on, e.at,
  coalesce(e.by_name, ''), e.letters, e.entered
from visits_contactbox b
left join visits_contactbox f on f.id = b.first_id
left join lateral (
  select x.at, x.by_name, x.letters,
    (select count(*) from visits_contact c where c.box_id = x.box_id and c.at >= x.at) as entered
  from visits_emptying x where x.box_id = any(array(
    select b.id union all select m.id from visits_contactbox m where m.first_id = b.first_id or m.id = b.first_id
  )) order by x.at desc limit 1
) e on true
left join patches_placement l on l.stairwell_id = b.stairwell_id and l.from_on <= %(on)s
  and (l.to_on is null or l.to_on > %(on)s)
left join patches_patch p on p.id = l.patch_id
where b.division_code >= %(low)s and b.division_code < %(high)s and {which}
order by {order}, b.division_code, b.place limit %(most)s
"""


# What is listed, and in which order: the places a box was moved from are part of its history, no boxes of their own.
_HANGING = ("b.to_on is null", "coalesce(e.at, b.from_on::timestamptz)")
_REMOVED = (
    "b.to_on is not null and not exists (select from visits_contactbox m where m.first_id = coalesce(b.first_id, b.id)"
    " and (m.from_on, m.id) > (b.from_on, b.id))",
    "b.to_on desc",
)


def boxes(actor: Actor, *, at: datetime, removed: bool = False) -> tuple[list[Box], int]:
    """The boxes that stand within reach, longest shut first, or those that were taken down, latest first; and the norm
    in days."""
    require(actor, "box.list")
    low, high = bounds(actor)
    today = local(at).date()
    most = numbers_on(today, [EMPTY_DAYS]).get(EMPTY_DAYS, 7)
    with connection.cursor() as cursor:
        which, order = _REMOVED if removed else _HANGING
        cursor.execute(_BOXES.format(which=which, order=order), {"low": low, "high": high, "on": today, "most": MOST})
        rows = cursor.fetchall()
    found = []
    for row in rows:
        days = (today - (local(row[6]).date() if row[6] else row[3])).days
        found.append(Box(*[*row, days, days == most, days > most]))
    return found, most


def box_choices(actor: Actor) -> list[tuple[str, str]]:
    """The standing boxes of a station as choices of a form."""
    return _choices("select ref, place from visits_contactbox where division_code = %s and to_on is null", actor)


@dataclass(frozen=True, slots=True)
class Group:
    """A chat group on the register."""

    ref: str
    division_code: str
    kind: str
    name: str
    number: str
    patch: int | None
    manager: str
    from_on: date


_GROUPS = """
select g.ref, g.division_code, g.kind, g.name, g.number, p.number, coalesce(a.name, ''), g.from_on
from visits_channel g left join patches_patch p on p.id = g.patch_id left join access_account a on a.id = g.account_id
where g.division_code >= %(low)s and g.division_code < %(high)s and g.to_on is null
order by g.division_code, p.number nulls first, g.name limit %(most)s
"""


def groups(actor: Actor) -> list[Group]:
    """The groups that are in use within reach, by community and patch."""
    require(actor, "channel.list")
    low, high = bounds(actor)
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, {"low": low, "high": high, "most": MOST})
        return [Group(*row) for row in cursor.fetchall()]


def group_choices(actor: Actor) -> list[tuple[str, str]]:
    """The groups of a station as choices of a form."""
    return _choices("select ref, name from visits_channel where division_code = %s and to_on is null", actor)


def _choices(sql: str, actor: Actor) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} order by 2 limit 200", (actor.reach,))
        return [(ref, words) for ref, words in cursor.fetchall()]
