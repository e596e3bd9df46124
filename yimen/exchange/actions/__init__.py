"""What may be done with rosters: take one in, decide, apply, undo. The long parts are the worker's."""

from yimen.exchange.actions.deciding import accept_all, apply, choose_columns, decide_fix, decide_row
from yimen.exchange.actions.undoing import undo
from yimen.exchange.actions.uploading import drop, upload
from yimen.exchange.actions.working import purge, unfinished, work

__all__ = [
    "accept_all",
    "apply",
    "choose_columns",
    "decide_fix",
    "decide_row",
    "drop",
    "purge",
    "undo",
    "unfinished",
    "upload",
    "work",
]
