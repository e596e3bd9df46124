"""Take a file in: kept sealed, read later by the worker."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from procrastinate.contrib.django import app

from yimen.access.check import require
from yimen.core.actor import Actor, Role, actor_json
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.files.pieces import keep, sent_as
from yimen.core.sentences import to_say
from yimen.exchange.models import Import
from yimen.exchange.queries.imports import mine
from yimen.exchange.reading import ROSTERS
from yimen.exchange.rules.imports import DROPPED, EVIDENCE_OF
from yimen.orgs.queries import division
from yimen.registry.queries.places import compound_names
from yimen.registry.rules.fields import EVIDENCE
from yimen.trail.record import record

_ENDINGS = (".xlsx", ".xls", ".csv")
State = Import.State


@transaction.atomic
def upload(
    actor: Actor,
    *,
    chunks: Iterable[bytes],
    name: str,
    at: datetime,
    community: str = "",
    compound: str = "",
    evidence: str = "",
) -> Import:
    """Keep a roster and have it read. `community` is the code that rows without one belong to, `compound` the name of
    the one in it that rows without one belong to.

    RuleBroken for a kind of file that is not read, an empty or too large one, a community out of reach, and a compound
    that the community does not have (the sentence lists those it has).
    """
    require(actor, "import.upload")
    if not name.lower().endswith(_ENDINGS):
        raise RuleBroken(N_("Only .xlsx, .xls and .csv files can be read. Save the roster as .xlsx."), field="file")
    community = _community(actor, community)
    row = Import(
        division_code=actor.reach,
        line=actor.line,
        area=Import.Area.STAFF if actor.role is Role.SYSADMIN else Import.Area.PEOPLE,
        community=community,
        compound=_compound(community, compound),
        evidence=_evidence(actor, evidence),
        file_name=sent_as(name),
        size=0,
        digest=b"",
        uploaded_by=actor.person,
        uploaded_name=actor.name,
        actor=actor_json(actor),
        uploaded_at=at,
        changed_at=at,
    )
    row.save(force_insert=True)
    keep(row, _measured(row, chunks), ROSTERS)
    row.save(update_fields=["size", "digest"])
    order(row)
    record(actor, "import.upload", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


def _measured(row: Import, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same chunks; size and digest are set on the import."""
    digest = hashlib.sha256()
    for chunk in chunks:
        row.size += len(chunk)
        digest.update(chunk)
        yield chunk
    row.digest = digest.digest()


def _community(actor: Actor, code: str) -> str:
    own = actor.reach[:12] if len(actor.reach) >= 12 else ""
    if not code or code == own:
        return own
    if own or not actor.reaches(code) or len(code) != 12 or division(code) is None:
        raise RuleBroken(N_("This community is not in the list. Choose one from it."), field="community")
    return code


def _compound(community: str, name: str) -> str:
    if not name:
        return ""
    if not community:
        raise RuleBroken(_WHOSE, field="community")
    names = compound_names(community)
    if name not in names:
        raise RuleBroken(_NO_COMPOUND, field="compound", name=name[:60], names=", ".join(names))
    return name


_WHOSE = N_("A compound is given, but not its community. Give the community too.")
_NO_COMPOUND = N_("The community has no compound %(name)s. Give one of these: %(names)s.")


def _evidence(actor: Actor, evidence: str) -> str:
    chosen = evidence or EVIDENCE_OF.get(actor.role, "seen")
    if chosen not in EVIDENCE:
        raise RuleBroken(N_("Say how sure this is. Choose: stated, document seen, or matched."), field="evidence")
    return chosen


def order(row: Import) -> None:
    """Have the worker take the import in hand once this transaction stands."""
    app.configure_task("exchange.work").defer(ref=row.ref)


def import_in_reach(actor: Actor, ref: str, *, lock: bool = True) -> Import:
    """An import that the actor may know of, locked. NotFound for one of another reach, department or kind."""
    rows = mine(actor)
    found: Import | None = (rows.select_for_update() if lock else rows).filter(ref=ref).first()
    if found is None:
        raise NotFound()
    return found


@transaction.atomic
def drop(actor: Actor, *, ref: str, at: datetime) -> Import:
    """Throw an import away that has not been applied; its rows and file are removed at once."""
    require(actor, "import.drop")
    row = import_in_reach(actor, ref)
    if row.state not in (State.UPLOADED, State.MAPPING, State.READING, State.READY):
        raise Conflict(N_("This import has been applied. Undo it instead."))
    row.state, row.changed_at = State.REFUSED, at
    row.problem = to_say(DROPPED)
    clear(row, at)
    row.save(update_fields=["state", "changed_at", "problem", "purged_at"])
    record(actor, "import.drop", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


def clear(row: Import, at: datetime) -> None:
    """Remove the file and the rows; the import itself stays with its counts."""
    row.parts.all().delete()
    row.rows.all()._raw_delete("default")  # a hundred thousand rows in one statement, nothing hangs on them
    row.purged_at = at
