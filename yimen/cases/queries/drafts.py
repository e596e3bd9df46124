"""Unfinished visits: whose they are, and by which code they come back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.models import Draft
from yimen.cases.rules import sealed
from yimen.cases.rules.application import application_of
from yimen.catalogue import queries as catalogue
from yimen.catalogue.queries import Version
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import NotFound


def visit_of_draft(actor: Actor, ref: str) -> str:
    """The number of the visit a draft was accepted as; "" while it is open. NotFound out of reach."""
    row = Draft.objects.filter(ref=ref, division_code=actor.reach).values_list("visit__number").first()
    if row is None:
        raise NotFound()
    return row[0] or ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in a list; names of residents as the station sees them."""

    ref: str
    resident: str
    matters: str
    owner: str
    is_mine: bool
    updated_at: datetime
    expires_at: datetime
    noticed: bool


def drafts(actor: Actor, *, at: datetime, mine: bool = False, limit: int = 100) -> list[DraftRow]:
    """The unfinished drafts of the actor's station, one's own first, newest first."""
    rows: Any = Draft.objects.select_related("account", "resident").filter(
        division_code=actor.reach, submitted_at=None, expires_at__gt=at
    )
    if mine:
        rows = rows.filter(account_id=actor.account_id)
    live = catalogue.live(local(at).date())
    found = [_draft_row(actor, draft, live) for draft in rows.order_by("-updated_at")[:limit]]
    return sorted(found, key=lambda row: not row.is_mine)


def _draft_row(actor: Actor, draft: Draft, live: Mapping[str, Version]) -> DraftRow:
    application = application_of(sealed.unseal_values(draft.content, place=sealed.DRAFT, row=draft.id))
    names = [catalogue.words(live[code].item.name) for code in application.matters if code in live]
    is_mine = draft.account_id == actor.account_id
    return DraftRow(
        draft.ref,
        draft.resident.name if draft.resident else "",
        _(", ").join(names),
        draft.account.name,
        is_mine,
        draft.updated_at,
        draft.expires_at,
        bool(application.noticed_at),
    )


def draft_by_code(actor: Actor, typed: str, *, at: datetime) -> str:
    """The draft a return code belongs to; "" when the text is no code of a live draft of this station."""
    code = "".join(typed.lower().replace("-", " ").split())
    if len(code) != 12:
        return ""
    rows = Draft.objects.filter(ref=code, division_code=actor.reach, submitted_at=None, expires_at__gt=at)
    return rows.values_list("ref", flat=True).first() or ""
