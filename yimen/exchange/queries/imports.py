"""Imports as a list and one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from yimen.access.scope import visible_to
from yimen.core.actor import Actor, Role
from yimen.core.alone import is_in_hand
from yimen.core.errors import NotFound
from yimen.exchange.models import Import, StagedRow
from yimen.exchange.rules.imports import IDLE_AFTER, REFUSED, UNDO_WITHIN, WORKING, state_words
from yimen.orgs.queries import divisions_at
from yimen.registry.queries.places import compound_names

LISTED = 25


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of the list."""

    ref: str
    file_name: str
    state: str
    uploaded_name: str
    uploaded_at: datetime
    counts: Mapping[str, int]
    division_code: str
    problem: Mapping[str, Any]

    @property
    def state_words(self) -> str:
        """The state in words, as a msgid."""
        return state_words(self.state, self.problem)

    @property
    def total(self) -> int:
        """All rows of the file."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One import as its page needs it. `percent` is the progress of what the worker does just now."""

    id: UUID
    ref: str
    file_name: str
    state: str
    uploaded_name: str
    uploaded_at: datetime
    changed_at: datetime
    read_at: datetime | None
    counts: Mapping[str, int]
    division_code: str
    community: str
    evidence: str
    plan: Mapping[str, Any]
    problem: Mapping[str, Any]
    stays: int
    done: int
    goal: int
    applied_at: datetime | None
    undone_at: datetime | None
    purged_at: datetime | None
    same_file: Sequence[tuple[str, datetime]]  # earlier imports of the very same file
    is_in_hand: bool = False  # a worker is at it just now

    @property
    def total(self) -> int:
        """All rows of the file."""
        return sum(self.counts.values())

    def is_idle(self, at: datetime) -> bool:
        """Whether nobody has been at it for a while; a worker needs a moment to take it in hand."""
        return not self.is_in_hand and at - self.changed_at > IDLE_AFTER

    @property
    def state_words(self) -> str:
        """The state in words, as a msgid."""
        return state_words(self.state, self.problem)

    @property
    def is_working(self) -> bool:
        """Whether the worker has it in hand."""
        return self.state in WORKING

    @property
    def percent(self) -> int:
        """How much of the present work is behind, 0 to 100."""
        return min(100, self.done * 100 // self.goal) if self.goal else 0

    def may_undo(self, at: datetime) -> bool:
        """Whether it can still be taken back."""
        if self.state != "applied" or self.applied_at is None or self.purged_at is not None:
            return False
        return at - self.applied_at <= UNDO_WITHIN

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be taken back."""
        return self.applied_at + UNDO_WITHIN if self.applied_at else None


def mine(actor: Actor) -> Any:
    """What an actor may know of: departments their own line's, system administrators imports of staff, everybody else
    those of people."""
    area = Import.Area.STAFF if actor.role is Role.SYSADMIN else Import.Area.PEOPLE
    return visible_to(actor, Import.objects.filter(area=area, line=actor.line))


def imports(actor: Actor, *, after: str = "") -> tuple[list[ImportRow], str]:
    """The newest imports within reach, and what leads to the next page ("" on the last)."""
    rows = mine(actor).order_by("-uploaded_at", "-id")
    if after and (last := rows.filter(ref=after).first()):
        rows = rows.filter(uploaded_at__lt=last.uploaded_at)
    columns = ("ref", "file_name", "state", "uploaded_name", "uploaded_at", "counts", "division_code", "problem")
    found = [ImportRow(*values) for values in rows.values_list(*columns)[: LISTED + 1]]
    return found[:LISTED], found[LISTED - 1].ref if len(found) > LISTED else ""


_COLUMNS = (
    *("id", "ref", "file_name", "state", "uploaded_name", "uploaded_at", "changed_at", "read_at", "counts"),
    *("division_code", "community", "evidence", "plan", "problem", "stays", "done", "goal"),
    *("applied_at", "undone_at", "purged_at"),
)


def import_page(actor: Actor, ref: str) -> ImportPage:
    """One import. NotFound out of reach."""
    rows = mine(actor)
    found = rows.filter(ref=ref).values_list(*_COLUMNS, "digest").first()
    if found is None:
        raise NotFound()
    same = rows.filter(digest=found[-1], state="applied").exclude(ref=ref).order_by("-uploaded_at")
    values = dict(zip(_COLUMNS, found[:-1], strict=True))
    at_work = values["state"] in WORKING and is_in_hand(values["id"])
    return ImportPage(**values, same_file=list(same.values_list("ref", "applied_at")[:3]), is_in_hand=at_work)


def undone_since(actor: Actor, made: ImportPage | Import) -> datetime | None:
    """When an import in reach was last undone that may have held the same rows, if that was after this one was read:
    its preview counts what is gone. An import of another community holds none of them."""
    area = Import.Area.STAFF if actor.role is Role.SYSADMIN else Import.Area.PEOPLE
    undone = Import.objects.filter(area=area, state__in=("undoing", "undone"))
    undone = visible_to(actor, sharing_rows(undone, made.division_code))
    since = undone.filter(changed_at__gt=made.read_at or made.uploaded_at).order_by("-changed_at")
    found: datetime | None = since.values_list("changed_at", flat=True).first()
    return found


def sharing_rows(rows: QuerySet[Import], code: str) -> QuerySet[Import]:
    """Those of imports whose division holds this one or lies in it."""
    above = [code[:digits] for digits in range(len(code))]
    return rows.filter(Q(division_code__startswith=code) | Q(division_code__in=above))


def compounds(shown: ImportPage) -> list[str]:
    """The compounds to choose from for rows that name none; nothing to choose where there is one at most."""
    found = compound_names(shown.community) if shown.community else []
    return found if len(found) > 1 else []


def lacks_compound(shown: ImportPage) -> bool:
    """Whether rows were refused that a compound for the whole table could place."""
    refused = StagedRow.objects.filter(imported=shown.id, verdict=REFUSED)
    return refused.filter(reasons__overlap=[":no_compound", ":door_several"]).exists()


def is_placeless(table: Mapping[str, Any]) -> bool:
    """Whether no column of a table of a kept plan says the compound."""
    return all(column["field"] != "compound" for column in table["columns"])


def compounds_wanted(shown: ImportPage) -> list[str]:
    """The compounds to choose from where a preview lacks one, and none was said for its tables."""
    tables = shown.plan.get("tables", ())
    is_open = any(is_placeless(table) and not table.get("compound") for table in tables)
    return compounds(shown) if shown.state == "ready" and is_open and lacks_compound(shown) else []


def communities(actor: Actor) -> list[tuple[str, str]]:
    """The communities to choose from for rows that name none; nothing to choose for a station."""
    if len(actor.reach) >= 12 or actor.role is Role.SYSADMIN:
        return []
    return [(row.code, row.short_name) for row in divisions_at("community", actor.reach)]
