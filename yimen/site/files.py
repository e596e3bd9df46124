"""Lists as files: which lists there are, how many rows one would hold, and the workbook itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access import actions as access
from yimen.access import rules
from yimen.cases.queries.lists import Wanted, residents_of, work_list
from yimen.cases.queries.slices import slice_title
from yimen.cases.views.lists import VIEW_TITLES, shown
from yimen.catalogue import queries as catalogue
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_
from yimen.core.formats import format_datetime
from yimen.core.sheets import workbook
from yimen.orgs import queries as orgs
from yimen.registry.queries.people import Filter, count_people, people_taken
from yimen.registry.rules.traits import trait_label

SOURCES = {"people": N_("Residents"), "cases": N_("Cases")}
_ALONE = "export_rows_alone"
_DEFAULT_ALONE = 200  # [proposed], where the city's norms say nothing
_LABELS = {
    "trait": N_("Trait"),
    "from_age": N_("Age from"),
    "to_age": N_("Age up to"),
    "door": N_("Building or door"),
    "name": N_("Name or pinyin"),
    "view": N_("View"),
    "matter": N_("Matter"),
    "post": N_("Post"),
    "owner": N_("In hand of"),
    "text": N_("Resident or number"),
    "division": N_("Division"),
    "figure": N_("Figure"),
    "from_on": N_("First day"),
    "to_on": N_("Last day"),
    "waiting": N_("Waiting for"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a file would hold: its filter as it is kept, and how many rows (one more than the most when too many)."""

    source: str
    what: Mapping[str, Any]
    rows: int


def scope_of(actor: Actor, source: str, chosen: Filter | Wanted, at: datetime) -> Scope:
    """Count what a list holds now."""
    what = {
        field.name: value.isoformat() if isinstance(value, date) else value
        for field in fields(chosen)
        if (value := getattr(chosen, field.name)) not in ("", None) and field.name != "after"
    }
    if isinstance(chosen, Filter):
        return Scope(source, what, count_people(actor, chosen, at, most=rules.MOST_ROWS))
    return Scope(source, what, len(work_list(actor, _wanted(what), at=at, limit=rules.MOST_ROWS + 1)[0]))


def rows_alone(at: datetime) -> int:
    """How many rows one person takes out in 30 days without a second person, by the city's norm."""
    return orgs.numbers_on(local(at).date(), [_ALONE]).get(_ALONE, _DEFAULT_ALONE)


def in_words(what: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """A kept filter, for the eye of who asks and who answers."""
    told = []
    for name, value in what.items():
        words = str(value)
        if "figure" in what and name in ("view", "waiting"):
            continue  # the figure stands instead of the view, and says what it waits for
        if name == "trait":
            words = trait_label(words, language)
        elif name == "view" and words in VIEW_TITLES:
            words = _(VIEW_TITLES[words])
        elif name == "figure":
            words = slice_title(words, what.get("waiting", ""))
        elif name == "matter":
            words = _matter(words)
        elif name == "post":
            words = orgs.post_name(words)
        elif name == "division":
            words = orgs.division_name(words)
        told.append((_(_LABELS[name]) if name in _LABELS else name, words))
    return told


def _matter(code: str) -> str:
    """The name of a matter, its code where the catalogue has none of it."""
    named = (catalogue.words(one.item.name) for one in catalogue.shelf().versions if one.code == code)
    return next(named, code)


def _wanted(what: Mapping[str, Any]) -> Wanted:
    days = {name: date.fromisoformat(what[name]) for name in ("from_on", "to_on") if name in what}
    return Wanted(**{**what, **days})


@transaction.atomic
def file_of(actor: Actor, *, ref: str, at: datetime) -> tuple[str, bytes]:
    """The name and bytes of a file that is ready; that it left is on record with each resident in it, or it does not
    leave at all."""
    asked = access.take_export(actor, ref=ref, at=at)
    columns, rows, people = (_people if asked.source == "people" else _cases)(actor, asked.what, at, asked.rows)
    access.hand_out(actor, asked, people=people, at=at)
    when = format_datetime(at, language=get_language() or "zh-hans")
    mark = f"{actor.name} ({actor.username}) · {orgs.seat_label(actor)} · {when} · {asked.reason} · {asked.ref}"
    return f"{asked.source}-{local(at):%Y%m%d-%H%M}.xlsx", workbook(_(SOURCES[asked.source]), mark, columns, rows)


Rows = tuple[Sequence[str], Sequence[Sequence[object]], Sequence[tuple[UUID, str]]]


def _people(actor: Actor, what: Mapping[str, Any], at: datetime, most: int) -> Rows:
    found = people_taken(actor, Filter(**what), at, most=most)
    columns = [_("Name"), _("Sex"), _("Age"), _("Lives at"), _("Identity number"), _("Phone"), _("Community")]
    places = {code: orgs.division_name(code) for code in {one.division_code for one in found}}
    rows = [
        (one.name, one.sex, one.age, one.address, one.number, one.phone, places[one.division_code]) for one in found
    ]
    return columns, rows, [(one.id, one.division_code) for one in found]


def _cases(actor: Actor, what: Mapping[str, Any], at: datetime, most: int) -> Rows:
    found = [shown(actor, row, at) for row in work_list(actor, _wanted(what), at=at, limit=most)[0]]
    columns = [_("Number"), _("Matter"), _("Resident"), _("State"), _("In hand of"), _("Due"), _("Next step")]
    rows = [(one.row.number, one.title, one.resident, one.state, one.owner, one.due.words, one.next) for one in found]
    return columns, rows, residents_of([one.row.id for one in found])
