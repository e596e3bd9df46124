"""How entries are sealed: the canonical form of a row, the words of a seal, and what a verifier may find.

A row is digested as the line that PostgreSQL's COPY prints for it: columns in a fixed order, parted by tabs, \\N for
none, backslash escapes. Times are whole microseconds since 1970, so that neither time zone nor date style matters, and
nothing in a row is a float. Anybody can print the same lines with psql and digest them with another program.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SM3, Hash

from yimen.core.errors import N_

FORM = 1
# form: what a row's line is made of. A new column of the table needs a new form; old seals keep theirs.
LINES = {
    1: (
        "turn, id, (extract(epoch from at) * 1000000)::bigint, verb, account_id, actor_name, role, seat, acting_for,"
        " acting_for_name, division_code, subject_kind, subject_id, changes::text, note, request_id, address, is_read"
    ),
}
BATCH = 10_000  # rows of one seal at most
BEGIN = -(2**63)  # below every turn and id
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

KINDS = {
    "rows_altered": N_("an entry was altered, swapped or moved"),
    "rows_removed": N_("an entry was removed"),
    "rows_inserted": N_("an entry was inserted"),
    "seal_missing": N_("the seal before this one was removed"),
    "seal_altered": N_("the seal itself was altered"),
    "seal_unknown_form": N_("the seal is of a newer version of this software"),
    "head_missing": N_("a seal that was exported is not there any more"),
    "head_differs": N_("the seal is not the one that was exported"),
    "row_ahead": N_("entries bear the number of a transaction that never was"),
    "guard_off": N_("the triggers that refuse to change the trail are off"),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """A seal as it stands in its table. `digest` is SM3 of the rows' lines, `signature` key id and HMAC."""

    number: int
    at: int  # microseconds since 1970
    form: int
    rows: int
    after: tuple[int, int]
    last: tuple[int, int]
    digest: bytes
    previous: bytes
    signature: bytes = b""

    @property
    def sealed_at(self) -> datetime:
        """When it was sealed."""
        return _EPOCH + self.at * _MICROSECOND

    def message(self) -> bytes:
        """What the signature signs: everything but itself."""
        numbers = (self.form, self.number, self.at, self.rows, *self.after, *self.last)
        return b"\0".join((b"yimen trail seal", *(str(one).encode() for one in numbers), self.digest + self.previous))


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal as it is kept elsewhere: number and signature, in hexadecimal digits."""

    number: int
    signature: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the batch of a seal (0: with the whole trail). `kind` is a key of KINDS."""

    seal: int
    kind: str


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def digest_of(lines: bytes) -> bytes:
    """SM3 of the lines of a batch, in their order."""
    state = Hash(SM3())
    state.update(lines)
    return state.finalize()


def key_of(line: bytes) -> tuple[int, int]:
    """Turn and id of a line."""
    turn, number, _rest = line.split(b"\t", 2)
    return int(turn), int(number)


def rows_fault(batch: Batch, lines: bytes) -> Fault | None:
    """What happened to the rows of a batch, told from their number and digest."""
    rows = lines.count(b"\n")
    if rows != batch.rows:
        return Fault(batch.number, "rows_removed" if rows < batch.rows else "rows_inserted")
    return None if digest_of(lines) == batch.digest else Fault(batch.number, "rows_altered")


def chain_fault(batch: Batch, before: Batch | None) -> Fault | None:
    """Whether the seal follows the one before it (None: it must be the first)."""
    number, signature, last = (before.number, before.signature, before.last) if before else (0, b"", (BEGIN, BEGIN))
    if batch.number != number + 1:
        return Fault(batch.number, "seal_missing")
    return None if (batch.previous, batch.after) == (signature, last) else Fault(batch.number, "seal_altered")
