"""Cleans one cell for one field: what it says, what it probably means, or why it cannot be right."""

from yimen.exchange.rules.cells.cleaning import clean
from yimen.exchange.rules.cells.verdicts import DONE, FIXES, UNDONE, Context, State, Verdict

__all__ = ["DONE", "FIXES", "UNDONE", "Context", "State", "Verdict", "clean"]
