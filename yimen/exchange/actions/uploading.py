"""Take a file in: kept sealed, read later by the worker."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.exchange.models import FilePart, Import
from yimen.exchange.reading import Limits
from yimen.exchange.rules.imports import EVIDENCE_OF
from yimen.exchange.rules.sealed import open_part, seal_part
from yimen.orgs.queries import division
from yimen.registry.rules.fields import EVIDENCE
from yimen.trail.record import record

PART = 1_000_000  # bytes
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
    evidence: str = "",
) -> Import:
    """Keep a roster and have it read. `community` is the code that rows without one belong to.

    RuleBroken for a kind of file that is not read, an empty or too large one, and a community out of reach.
    """
    require(actor, "import.upload")
    if not name.lower().endswith(_ENDINGS):
        raise RuleBroken(N_("Only .xlsx, .xls and .csv files can be read. Save the roster as .xlsx."), field="file")
    row = Import(
        division_code=actor.reach,
        line=actor.line,
        area=Import.Area.STAFF if actor.role is Role.SYSADMIN else Import.Area.PEOPLE,
        community=_community(actor, community),
        evidence=_evidence(actor, evidence),
        file_name=Path(name.replace("\\", "/")).name[-120:],
        size=0,
        digest=b"",
        uploaded_by=actor.person,
        uploaded_name=actor.name,
        actor=actor_json(actor),
        uploaded_at=at,
        changed_at=at,
    )
    row.save(force_insert=True)
    _keep(row, chunks)
    row.save(update_fields=["size", "digest"])
    order(row)
    record(actor, "import.upload", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


def _keep(row: Import, chunks: Iterable[bytes]) -> None:
    """The file in sealed pieces, one at a time; size and digest are set on the import."""
    number, digest, rest = 0, hashlib.sha256(), b""
    for chunk in chunks:
        digest.update(chunk)
        row.size += len(chunk)
        if row.size > Limits().file_bytes:
            raise RuleBroken(
                N_("The file is larger than %(limit)s MB. Split it into smaller files."),
                field="file",
                limit=Limits().file_bytes // 1_000_000,
            )
        rest += chunk
        while len(rest) >= PART:
            _keep_part(row, number, rest[:PART])
            number, rest = number + 1, rest[PART:]
    if not row.size:
        raise RuleBroken(N_("The file is empty. Choose the roster itself."), field="file")
    if rest:
        _keep_part(row, number, rest)
    row.digest = digest.digest()


def _keep_part(row: Import, number: int, body: bytes) -> None:
    part = FilePart(id=new_id(), imported=row, division_code=row.division_code, number=number)
    part.body = seal_part(body, part.id)
    part.save(force_insert=True)


def _community(actor: Actor, code: str) -> str:
    if len(actor.reach) >= 12:
        return actor.reach[:12]
    if not code:
        return ""
    if not actor.reaches(code) or len(code) != 12 or division(code) is None:
        raise RuleBroken(N_("This community is not in the list. Choose one from it."), field="community")
    return code


def _evidence(actor: Actor, evidence: str) -> str:
    chosen = evidence or EVIDENCE_OF.get(actor.role, "seen")
    if chosen not in EVIDENCE:
        raise RuleBroken(N_("Say how sure this is. Choose: stated, document seen, or matched."), field="evidence")
    return chosen


def order(row: Import) -> None:
    """Have the worker take the import in hand once this transaction stands."""
    app.configure_task("exchange.work").defer(ref=row.ref)


@contextmanager
def opened(row: Import) -> Iterator[Path]:
    """The file in the clear, in a folder that only this account can open and that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="yimen-import-") as folder:  # mode 0700
        path = Path(folder) / "roster"
        with path.open("wb") as file:
            for part_id, body in row.parts.order_by("number").values_list("id", "body").iterator(chunk_size=4):
                file.write(open_part(body, part_id))
        yield path


def actor_json(actor: Actor) -> dict[str, Any]:
    """Who acts, as the job will need it."""
    return {
        "role": str(actor.role),
        "reach": actor.reach,
        "account_id": str(actor.person),
        "name": actor.name,
        "post": actor.post,
        "side": actor.side,
        "line": actor.line,
        "request_id": actor.request_id,
        "address": actor.address,
    }


def actor_of_job(row: Import) -> Actor:
    """Who acts in the job of an import."""
    return actor_again(row.actor)


def actor_again(said: Mapping[str, Any]) -> Actor:
    """Who acts, from what `actor_json` kept."""
    return Actor(**{**said, "role": Role(said["role"]), "account_id": UUID(said["account_id"])})


def import_in_reach(actor: Actor, ref: str, *, lock: bool = True) -> Import:
    """An import that the actor may know of, locked. NotFound for one of another reach, department or kind."""
    rows = mine(actor)
    found: Import | None = (rows.select_for_update() if lock else rows).filter(ref=ref).first()
    if found is None:
        raise NotFound()
    return found


def mine(actor: Actor) -> Any:
    """The imports that an actor may know of: departments their own line's, system administrators those of staff."""
    area = Import.Area.STAFF if actor.role is Role.SYSADMIN else Import.Area.PEOPLE
    return visible_to(actor, Import.objects.filter(area=area, line=actor.line))


@transaction.atomic
def drop(actor: Actor, *, ref: str, at: datetime) -> Import:
    """Throw an import away that has not been applied; its rows and file are removed at once."""
    require(actor, "import.drop")
    row = import_in_reach(actor, ref)
    if row.state not in (State.UPLOADED, State.MAPPING, State.READING, State.READY):
        raise Conflict(N_("This import has been applied. Undo it instead."))
    row.state, row.changed_at = State.REFUSED, at
    row.problem = {"message": DROPPED, "params": {}}
    clear(row, at)
    row.save(update_fields=["state", "changed_at", "problem", "purged_at"])
    record(actor, "import.drop", subject=("import", row.ref), division_code=row.division_code, at=at)
    return row


DROPPED = N_("Thrown away before it was applied. Nothing was written.")


def clear(row: Import, at: datetime) -> None:
    """Remove the file and the rows; the import itself stays with its counts."""
    row.parts.all().delete()
    row.rows.all()._raw_delete("default")  # a hundred thousand rows in one statement, nothing hangs on them
    row.purged_at = at
