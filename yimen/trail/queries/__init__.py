"""Reading what was written down: about one thing, or by search."""

from yimen.trail.queries.seals import WAITING_SHOWN, SealState, final_turn, last_seal, seal_state
from yimen.trail.queries.search import EXPORT_LIMIT, PAGE, EntryRow, Wanted, entries, every
from yimen.trail.queries.sources import thing_called
from yimen.trail.queries.subjects import (
    LINES,
    OPENED_ABOVE,
    Line,
    Seen,
    case_numbers,
    last_change,
    last_of,
    latest_at,
    lines_of,
    seen_of,
    subjects_since,
    times_done,
    told,
)

__all__ = [
    "EXPORT_LIMIT",
    "LINES",
    "OPENED_ABOVE",
    "PAGE",
    "WAITING_SHOWN",
    "EntryRow",
    "Line",
    "SealState",
    "Seen",
    "Wanted",
    "case_numbers",
    "entries",
    "every",
    "final_turn",
    "last_change",
    "last_of",
    "last_seal",
    "latest_at",
    "lines_of",
    "seal_state",
    "seen_of",
    "subjects_since",
    "thing_called",
    "times_done",
    "told",
]
