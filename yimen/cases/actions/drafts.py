"""Drafts of intake: nothing has happened yet, so saving one leaves no entry; opening a person for one does."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.cases.actions.loading import named
from yimen.cases.models import Draft
from yimen.cases.queries.person import person_at_counter
from yimen.cases.rules import sealed
from yimen.cases.rules.application import (
    DRAFT_LASTS,
    NOTICE_LASTS,
    UNDO_LASTS,
    WHY_NOT,
    Application,
    application_of,
)
from yimen.catalogue import queries as catalogue
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.trail.record import record


@transaction.atomic
def start(actor: Actor, *, resident_ref: str, application: Application | None = None, at: datetime) -> str:
    """Open a resident for a visit; the ref of the new draft, or of the actor's own unfinished draft for them."""
    require(actor, "draft.start")
    person = person_at_counter(actor, resident_ref, at=at)
    own = Draft.objects.filter(
        account_id=named(actor),
        division_code=actor.reach,
        resident_id=person.id,
        submitted_at=None,
        expires_at__gt=at,
    )
    draft = own.order_by("-updated_at").first()
    if draft is None:
        draft = Draft(
            division_code=actor.reach,
            account_id=named(actor),
            resident_id=person.id,
            updated_at=at,
            expires_at=at + DRAFT_LASTS,
        )
        _put(draft, application or Application())
        draft.save(force_insert=True)
    record(
        actor,
        "draft.start",
        subject=("resident", person.id),
        division_code=person.division_code,
        at=at,
        is_read=True,
    )
    return draft.ref


@transaction.atomic
def save(actor: Actor, *, ref: str, application: Application, at: datetime) -> None:
    """Keep what is on the page now; called on every change, so a power cut loses one field at most."""
    require(actor, "draft.save")
    draft = _own(actor, ref, at)
    before = _content(draft)
    _put(draft, replace(application, noticed_at=before.noticed_at))
    draft.updated_at = at
    draft.expires_at = max(draft.expires_at, at + DRAFT_LASTS)
    draft.save(update_fields=["content", "updated_at", "expires_at"])


@transaction.atomic
def set_aside(actor: Actor, *, ref: str, application: Application, matter: str, reason: str, at: datetime) -> None:
    """Say that a proposed matter does not apply, with a reason of `WHY_NOT` or none: it is no longer proposed in this
    visit, and the record tells whoever keeps the rule."""
    require(actor, "draft.set_aside")
    if matter not in catalogue.live(local(at).date()):
        raise NotFound(N_("No matter has this code. Choose one from the catalogue."))
    given = reason if reason in WHY_NOT else ""
    kept = tuple(code for code in application.matters if code != matter)
    left_out = {**application.dismissed, matter: given}
    save(actor, ref=ref, application=replace(application, matters=kept, dismissed=left_out), at=at)
    _record(actor, "draft.set_aside", _own(actor, ref, at), at, {"matter": matter, "reason": given})


@transaction.atomic
def take_over(actor: Actor, *, ref: str, at: datetime) -> None:
    """Go on with a colleague's draft; from now on only the new owner saves it."""
    require(actor, "draft.take_over")
    draft = _open(actor, ref, at)
    if draft.account_id == named(actor):
        return
    former = draft.account_id
    draft.account_id, draft.updated_at = named(actor), at
    draft.save(update_fields=["account", "updated_at"])
    _record(actor, "draft.take_over", draft, at, {"from": str(former)})


@transaction.atomic
def drop(actor: Actor, *, ref: str, at: datetime) -> None:
    """Throw a draft away; for a day it can be brought back."""
    require(actor, "draft.drop")
    draft = _own(actor, ref, at)
    draft.expires_at = at
    draft.save(update_fields=["expires_at"])
    _record(actor, "draft.drop", draft, at)


@transaction.atomic
def restore(actor: Actor, *, ref: str, at: datetime) -> None:
    """Bring back one's own draft that was thrown away or ended less than a day ago."""
    require(actor, "draft.restore")
    draft = _any(actor, ref)
    if draft.account_id != named(actor) or draft.submitted_at or draft.expires_at + UNDO_LASTS <= at:
        raise RuleBroken(N_("This draft cannot be brought back any more. Start again from the resident."))
    draft.expires_at = at + DRAFT_LASTS
    draft.save(update_fields=["expires_at"])
    _record(actor, "draft.restore", draft, at)


@transaction.atomic
def give_notice(actor: Actor, *, ref: str, at: datetime) -> str:
    """Say once and on paper what is missing: nothing is accepted, the draft waits and its ref is the return code."""
    require(actor, "draft.notice")
    draft = _own(actor, ref, at)
    application = _content(draft)
    if not application.matters:
        raise RuleBroken(N_("Choose at least one matter: the notice lists what it needs."), field="matter")
    _put(draft, replace(application, noticed_at=at.isoformat()))
    draft.expires_at, draft.updated_at = at + NOTICE_LASTS, at
    draft.save(update_fields=["content", "expires_at", "updated_at"])
    _record(actor, "draft.notice", draft, at, {"matters": list(application.matters)})
    return draft.ref


@transaction.atomic
def purge(actor: Actor, *, at: datetime) -> int:
    """Remove drafts that ended more than a day ago, with everything typed into them. Returns how many."""
    require(actor, "draft.purge")
    gone, _each = Draft.objects.filter(submitted_at=None, expires_at__lte=at - UNDO_LASTS).delete()
    if gone:
        record(actor, "draft.purge", subject=("draft", "ended"), division_code="", at=at, changes={"count": gone})
    return gone


def _any(actor: Actor, ref: str) -> Draft:
    rows = Draft.objects.select_for_update(of=("self",)).select_related("account")
    draft = rows.filter(ref=ref, division_code=actor.reach).first()
    if draft is None:
        raise NotFound()
    return draft


def _open(actor: Actor, ref: str, at: datetime) -> Draft:
    draft = _any(actor, ref)
    if draft.submitted_at is not None:
        raise Conflict(N_("This visit was accepted already. Its receipt is in the list of cases."))
    if draft.expires_at <= at:
        raise RuleBroken(
            N_("This draft ended on %(day)s. Start again from the resident: what is on file comes back by itself."),
            day=local(draft.expires_at).date().isoformat(),
        )
    return draft


def _own(actor: Actor, ref: str, at: datetime) -> Draft:
    draft = _open(actor, ref, at)
    if draft.account_id != actor.account_id:
        raise Conflict(
            N_("%(name)s is working on this draft. Take it over in the list first."), name=draft.account.name
        )
    return draft


def _put(draft: Draft, application: Application) -> None:
    draft.content = sealed.seal_values(application.plain(), place=sealed.DRAFT, row=draft.id)


def _content(draft: Draft) -> Application:
    return application_of(sealed.unseal_values(draft.content, place=sealed.DRAFT, row=draft.id))


def _record(actor: Actor, verb: str, draft: Draft, at: datetime, changes: dict[str, object] | None = None) -> None:
    record(actor, verb, subject=("draft", draft.id), division_code=draft.division_code, at=at, changes=changes or {})
