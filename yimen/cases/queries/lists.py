"""The work list: row tuples by raw SQL, paged by key, with the saved views of every worker."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.cases.queries.lookup import STREET
from yimen.cases.queries.scope import hidden_sql, known_sql, me_sql, within_sql
from yimen.cases.queries.slices import RATED, is_of_closed, midnight, slice_condition
from yimen.cases.rules import normal_number, soon_until
from yimen.catalogue import queries as catalogue
from yimen.catalogue.rules import AccessKind
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.database import PLANNED_ANEW
from yimen.core.errors import NotFound
from yimen.core.names import query_keys
from yimen.orgs import queries as orgs
from yimen.registry.queries.shown import masked_number

PAGE = 25
COUNTED = 300  # counts stop here and are shown as "300+": nobody works through more, and counting costs a read each

# view: its condition; {me} are my account and those I stand in for
VIEWS = {
    "all": "c.closed_at is null",
    "mine": "c.closed_at is null and coalesce(c.owner_id, c.first_asked_id) = any({me})",
    "claim": "c.closed_at is null and c.owner_id is null",
    "soon": "c.closed_at is null and c.due_at >= %(at)s and c.due_at <= %(long)s"
    " and c.due_at <= case when c.promised_days >= 10 then %(long)s else %(short)s end",
    "late": "c.closed_at is null and c.due_at < %(at)s",
    "paused": "c.closed_at is null and c.is_paused",
    "sent_up": "c.closed_at is null and c.state = 'sent_up'",
    "returned": "c.closed_at is null and c.returned_at is not null",
    "closed": "c.closed_at is not null",
}
_COUNTED_VIEWS = tuple(view for view in VIEWS if view != "closed")
_BY_INDEX = ("claim", "soon", "paused", "returned")  # counted alone where a station has more than COUNTED open


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows: a saved view, filters, and the number of the case it goes on after."""

    view: str = "all"
    matter: str = ""
    post: str = ""
    owner: str = ""  # the public ref of an account
    text: str = ""
    after: str = ""
    desk: str = ""  # only what lies at this division's desk
    division: str = ""  # a prefix within reach, for the figures that open to their rows
    figure: str = ""  # a slice of `queries.slices` instead of a view, with its period and cause
    from_on: date | None = None  # without a figure: by the day of acceptance
    to_on: date | None = None
    waiting: str = ""

    @property
    def is_closed(self) -> bool:
        return is_of_closed(self.figure) if self.figure else self.view == "closed"

    @property
    def newest(self) -> str:
        """By which column closed cases stand newest first: asked for by the days of acceptance, by those."""
        return "accepted_at" if not self.figure and (self.from_on or self.to_on) else "closed_at"


class Row(NamedTuple):
    """One line of a list, straight from the database."""

    id: UUID
    number: str
    version_id: UUID
    resident: str
    is_protected: bool
    state: str
    owner_id: UUID | None
    owner: str | None
    first_asked: str
    due_at: datetime | None
    is_provisional: bool
    is_paused: bool
    promised_days: int
    waiting_for: str
    decision_level: str
    returned_at: datetime | None
    outcome: str
    closed_at: datetime | None
    changed_at: datetime
    post: str
    division_code: str
    via: str
    resident_id: UUID
    id_number: bytes | None  # sealed: opened only to tell namesakes apart


# The page is chosen first and told afterwards: joins before the limit would read every case of a district.
_PAGE = """
select c.id, c.number, c.version_id, r.name, r.is_protected, c.state, c.owner_id, o.name, f.name, c.due_at,
       c.is_provisional, c.is_paused, c.promised_days, c.waiting_for, c.decision_level, c.returned_at, c.outcome,
       c.closed_at, coalesce(c.changed_at, c.accepted_at), c.post, c.division_code, c.via, r.id, r.id_number{more}
from (select c.* from cases_case c where {where} order by {order} limit {limit}) c
join registry_resident r on r.id = c.resident_id
join access_account f on f.id = c.first_asked_id
left join access_account o on o.id = c.owner_id
order by {order}
"""
MOST_BEARERS = 10_000  # of a name in the whole city; of more a list goes along its order
# A closed case by its version, which has an index: along the order a matter that has none is looked for among all.
_OF_MATTER = "c.version_id = any(%(versions)s)"
# Asked of one case after another: as a join the planner would first gather whoever bears the name.
_BEARS = """
(select r.name_keys @> %(all_of)s::text[] and (%(any_of)s::text[] = '{}' or r.name_keys && %(any_of)s::text[])
 from registry_resident r where r.id = c.resident_id and not r.is_protected)
"""


def work_list(actor: Actor, wanted: Wanted, *, at: datetime, limit: int = PAGE) -> tuple[list[Row], bool]:
    """A page of cases and whether there are more. Open ones by due time (paused last), closed ones newest first."""
    rows = [Row(*row) for row in _page(actor, wanted, at, limit)]
    return rows[:limit], len(rows) > limit


class Listed(NamedTuple):
    """A page of cases, and what stands around it: the counts of the saved views of the same division, and how many
    open restricted cases the view holds that are not listed, counted up to COUNTED."""

    rows: list[Row]
    more: bool
    counts: dict[str, int | None]
    hidden: int


def counted_list(actor: Actor, wanted: Wanted, *, at: datetime, limit: int = PAGE) -> Listed:
    """`work_list` with all around it by one statement."""
    beside, values = _beside_sql(actor, wanted, at)  # whose values are among those of the list
    found = _page(actor, wanted, at, limit, more=f", {beside}")
    rows = [Row(*row[:-2]) for row in found]
    if not found:
        with connection.cursor() as cursor:
            cursor.execute(f"select {beside}", values)
            found = [cursor.fetchone()]
    return Listed(rows[:limit], len(rows) > limit, _counts(found[0][-2], actor), found[0][-1])


def _beside_sql(actor: Actor, wanted: Wanted, at: datetime) -> tuple[str, dict[str, Any]]:
    counted, values = _counts_sql(actor, wanted.division, at)
    if wanted.is_closed:
        return f"({counted})::text, 0", values
    division = f" and {within_sql(wanted.division, 'division')}" if wanted.division else ""
    where = f"{hidden_sql(actor)}{division} and {_view(wanted.view, actor)}"
    hidden = f"select count(*) from (select from cases_case c where {where} limit {COUNTED}) c"
    return f"({counted})::text, ({hidden})", values


def totalled_list(actor: Actor, wanted: Wanted, *, at: datetime, limit: int) -> tuple[list[Row], int]:
    """The first of a list and how many there are in all, counted up to COUNTED, by one statement."""
    total = f", (select count(*) from (select from cases_case c where {{where}} limit {COUNTED}) n)"
    found = _page(actor, wanted, at, limit, more=total)
    return [Row(*row[:-1]) for row in found[:limit]], found[0][-1] if found else 0


def _page(actor: Actor, wanted: Wanted, at: datetime, limit: int, *, more: str = "") -> list[tuple[Any, ...]]:
    require(actor, "case.list")
    where, values = _where(actor, wanted, at, named=_named(actor, wanted))
    more = more.replace("{where}", where)
    if wanted.after:
        where += _after(wanted, values, down=True)
    order = f"c.{wanted.newest} desc, c.id desc" if wanted.is_closed else "c.due_at, c.id"
    with connection.cursor() as cursor:
        anew = PLANNED_ANEW if wanted.text or (wanted.matter and wanted.is_closed) else ""
        cursor.execute(anew + _PAGE.format(where=where, order=order, limit=limit + 1, more=more), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def tails(actor: Actor, rows: Sequence[Row]) -> dict[str, str]:
    """The last four characters of the identity numbers, by case, of residents whose names stand in a list twice. They
    are opened for those rows alone; far from the residents names are masked, and nothing more is told."""
    if actor.role not in (Role.WINDOW, Role.HEAD, Role.STREET):
        return {}
    times = Counter([row.resident for row in rows])
    if len(times) == len(rows):
        return {}
    return {
        row.number: masked_number(row.id_number, row.resident_id)[-4:]
        for row in rows
        if row.id_number is not None and times[row.resident] > 1 and not row.is_protected
    }


def residents_of(ids: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Whose cases these are, with the division that serves each: for the record of a file. The caller has reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.id, r.division_code from cases_case c join registry_resident r on r.id = c.resident_id"
            " where c.id = any(%s)",
            (list(ids),),
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def neighbours(actor: Actor, wanted: Wanted, *, number: str, at: datetime) -> tuple[str, str]:
    """The numbers of the case before and after one in a list, "" at the ends."""
    here = replace(wanted, after=number)
    where, values = _where(actor, here, at, named=_named(actor, wanted))
    down, up = _after(here, values, down=True), _after(here, values, down=False)
    asc, desc = f"c.{wanted.newest} desc, c.id desc", f"c.{wanted.newest}, c.id"
    if not wanted.is_closed:
        asc, desc = "c.due_at, c.id", "c.due_at desc, c.id desc"
    sql = (
        f"select (select c.number from cases_case c where {where}{up} order by {desc} limit 1),"
        f" (select c.number from cases_case c where {where}{down} order by {asc} limit 1)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        before, after = cursor.fetchone()
    return before or "", after or ""


def hidden_of_figure(actor: Actor, wanted: Wanted, *, at: datetime) -> int:
    """How many cases the figure counts that this list does not show: restricted matters, which only those who work on
    them see."""
    _known, values = known_sql(actor, at=at)
    where, more = slice_condition(
        wanted.figure, from_on=wanted.from_on, to_on=wanted.to_on, waiting=wanted.waiting, at=at
    )
    within = wanted.division if actor.reaches(wanted.division) else actor.reach
    values |= {**more, "within": within}
    sql = f"select count(*) from cases_case c where {hidden_sql(actor)} and {within_sql(within, 'within')} and {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _counts_sql(actor: Actor, division: str, at: datetime) -> tuple[str, dict[str, Any]]:
    where, values = _where(actor, Wanted(division=division), at)
    counts = ", ".join(_count_sql(view, actor, where) for view in _COUNTED_VIEWS)
    within = f"select c.* from cases_case c where {where} order by c.due_at, c.id limit {COUNTED}"
    return f"select array[{counts}] from ({within}) c", values


def _count_sql(view: str, actor: Actor, where: str) -> str:
    """Among the first COUNTED; where a station has more, by the index of the view. A subquery that is not needed is not
    run."""
    first = f"count(*) filter (where {_view(view, actor)})"
    if not _is_by_index(view, actor):
        return first
    alone = f"select from cases_case c where {where} and {_view(view, actor)} limit {COUNTED}"
    return f"case when count(*) < {COUNTED} then {first} else (select count(*) from ({alone}) n) end"


def _is_by_index(view: str, actor: Actor) -> bool:
    return view in _BY_INDEX and actor.role in (Role.WINDOW, Role.HEAD)


def _counts(told: str, actor: Actor) -> dict[str, int | None]:
    """From PostgreSQL's text of an array, such as {3,1,0}."""
    found = dict(zip(_COUNTED_VIEWS, map(int, told[1:-1].split(",")), strict=True))
    whole = found["all"] < COUNTED
    return {
        view: count if whole or view in ("all", "late") or _is_by_index(view, actor) else None
        for view, count in found.items()
    }


def _view(view: str, actor: Actor) -> str:
    return VIEWS.get(view, VIEWS["all"]).replace("{me}", me_sql(actor))


def _where(
    actor: Actor, wanted: Wanted, at: datetime, *, named: list[UUID] | None = None
) -> tuple[str, dict[str, Any]]:
    """The condition of a list. `named`: from `_named`."""
    known, values = known_sql(actor, at=at)
    short, long = soon_until(orgs.working_calendar(), at)
    values |= {"short": short, "long": long}
    parts = [known, _view(wanted.view, actor)]
    if wanted.figure:
        if wanted.figure in RATED and actor.role in (Role.DISTRICT, Role.CITY):
            raise NotFound()  # their counts are not told that far up either: few residents stand behind each
        parts[1], more = slice_condition(
            wanted.figure, from_on=wanted.from_on, to_on=wanted.to_on, waiting=wanted.waiting, at=at
        )
        values |= more
    elif wanted.from_on or wanted.to_on:
        parts.append("c.accepted_at >= %(from_at)s and c.accepted_at < %(to_at)s")
        values["from_at"] = midnight(wanted.from_on or date(1900, 1, 1))
        values["to_at"] = midnight((wanted.to_on or local(at).date()) + timedelta(days=1))
    for name, clause in (
        ("matter", _OF_MATTER if wanted.is_closed else "c.item_code = %(matter)s"),
        ("post", "c.post = %(post)s"),
        ("owner", "c.owner_id = (select id from access_account where ref = %(owner)s)"),
        ("desk", "c.desk_code = %(desk)s"),
        ("division", within_sql(wanted.division, "division")),
    ):
        if chosen := getattr(wanted, name):
            parts.append(clause)
            values[name] = chosen
    if wanted.matter and wanted.is_closed:
        of_matter = [one for one in catalogue.shelf().versions if one.code == wanted.matter]
        values["versions"] = [one.id for one in of_matter]
        if all(one.item.access is AccessKind.RESTRICTED for one in of_matter):
            parts.append("c.is_restricted")  # of which few are: they have an index
    if wanted.text:
        clause, more = _text(actor, wanted, named)
        parts.append(clause)
        values |= more
    return " and ".join(parts), values


def _named(actor: Actor, wanted: Wanted) -> list[UUID] | None:
    """The cases in reach of whoever bears the name that was typed, found by its keys as in every search. None where no
    name was, where very many bear it, and of what a station or a street has open: that is few, and looked through."""
    if not _is_name(wanted.text) or not (len(actor.reach) < STREET or wanted.is_closed):
        return None
    term = query_keys(wanted.text)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select cases_named(%s::text[], %s::text[], {MOST_BEARERS})", (list(term.all_of), list(term.any_of))
        )
        found = [row[0] for row in cursor.fetchall()]
    return None if None in found else found


def _is_name(text: str) -> bool:
    """Whether it is looked for as a name; what has a digit is a part of a number."""
    return not any(char.isdigit() for char in text) and bool(query_keys(text))


def _text(actor: Actor, wanted: Wanted, named: list[UUID] | None) -> tuple[str, dict[str, Any]]:
    """What was typed: a name, or a part of a number, far from the stations its beginning."""
    text = wanted.text
    if _is_name(text):
        if named is not None:
            return "c.id = any(%(named)s)", {"named": named}
        term = query_keys(text)
        return _BEARS, {"all_of": list(term.all_of), "any_of": list(term.any_of)}
    typed = normal_number(text)
    if not any(char.isdigit() for char in text):
        return "false", {}
    if len(actor.reach) >= STREET:
        return "c.number like %(number)s", {"number": f"%{_plain(typed)}%"}
    return "c.number ~>=~ %(number)s and c.number ~<~ (%(number)s || '~')", {"number": typed}


def _plain(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _after(wanted: Wanted, values: dict[str, Any], *, down: bool) -> str:
    """The part of the list beyond a case, by its own place in the order."""
    if "place_id" not in values:
        column = wanted.newest if wanted.is_closed else "due_at"
        with connection.cursor() as cursor:
            cursor.execute(f"select {column}, id from cases_case where number = %s", (normal_number(wanted.after),))
            place = cursor.fetchone() or (None, None)
        values["place_at"], values["place_id"] = place
    if values["place_id"] is None:
        return ""
    if wanted.is_closed:
        return f" and (c.{wanted.newest}, c.id) {'<' if down else '>'} (%(place_at)s, %(place_id)s)"
    if values["place_at"] is None:  # among the paused, which stand at the end
        if down:
            return " and c.due_at is null and c.id > %(place_id)s"
        return " and (c.due_at is not null or c.id < %(place_id)s)"
    if down:
        return " and ((c.due_at, c.id) > (%(place_at)s, %(place_id)s) or c.due_at is null)"
    return " and (c.due_at, c.id) < (%(place_at)s, %(place_id)s)"
