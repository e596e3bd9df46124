"""Closing batches of entries for ever. Writers know nothing of it and never wait for it."""

import logging
from datetime import datetime

from django.db import connection, transaction

from yimen.core.cipher import cipher
from yimen.core.database import reaching
from yimen.core.reach import EVERYWHERE
from yimen.trail.models import Seal
from yimen.trail.queries.seals import final_turn, last_seal, lines_until
from yimen.trail.rules import BATCH, BEGIN, FORM, Batch, Head, digest_of, key_of, microseconds

_TURN = "trail.seal"  # one sealer at a time: the name of its lock
_log = logging.getLogger("yimen.trail")


@transaction.atomic
def seal(*, at: datetime, limit: int = BATCH) -> Head | None:
    """Seal the oldest entries that are final, at most `limit`; None when there are none, or another sealer works.

    An entry is final when its transaction and every older one has ended, so a late commit is never passed by.
    The log says the new head: kept on another machine, it shows when seals are cut off.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext(%s))", (_TURN,))
        if not cursor.fetchone()[0]:
            return None
    with reaching(EVERYWHERE):  # a sealer that saw half of the trail would seal half
        batch = _batch(at, limit)
        if batch is None:
            return None
        signature = cipher().sign(batch.message())
        _write(batch, at, signature)
    head = Head(batch.number, signature.hex())
    transaction.on_commit(lambda: _log.info("trail head %d %s", head.number, head.signature))
    return head


def _batch(at: datetime, limit: int) -> Batch | None:
    before, turn = last_seal(), final_turn()  # in this order: what is final stays final
    after = before.last if before else (BEGIN, BEGIN)
    lines = lines_until(after, turn, FORM, limit)
    if not lines:
        return None
    return Batch(
        number=before.number + 1 if before else 1,
        at=microseconds(at),
        form=FORM,
        rows=len(lines),
        after=after,
        last=key_of(lines[-1]),
        digest=digest_of(b"".join(lines)),
        previous=before.signature if before else b"",
    )


def _write(batch: Batch, at: datetime, signature: bytes) -> None:
    Seal.objects.create(
        number=batch.number,
        at=at,
        form=batch.form,
        rows=batch.rows,
        after_turn=batch.after[0],
        after_id=batch.after[1],
        last_turn=batch.last[0],
        last_id=batch.last[1],
        digest=batch.digest,
        previous=batch.previous,
        signature=signature,
    )


_BROUGHT = """
select coalesce(max(turn), 0) from trail_entry
where turn >= (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint + "offset" from trail_numbering)
"""


@transaction.atomic
def go_on_here() -> bool:
    """After a dump was restored into another server, whose transactions count from a lower number: let the turns go on
    above those the trail brought. Nothing happens where that is not so. Only the owner of the tables may.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT)
        brought = int(cursor.fetchone()[0])
        if not brought:
            return False
        cursor.execute("lock table trail_entry in access exclusive mode")
        cursor.execute('update trail_numbering set "offset" = %s', (brought,))
        cursor.execute(
            f"alter table trail_entry alter column turn set default pg_current_xact_id()::text::bigint + {brought:d}"
        )
    return True
