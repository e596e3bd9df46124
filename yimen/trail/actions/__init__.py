"""What is done to the trail itself: a copy is taken, batches are sealed, seals are verified, a restore is noticed."""

from yimen.trail.actions.exporting import record_export
from yimen.trail.actions.placing import note_place
from yimen.trail.actions.sealing import go_on_here, seal
from yimen.trail.actions.verifying import Walk, ask_verification, heads_of, run_verification, walk

__all__ = [
    "Walk",
    "ask_verification",
    "go_on_here",
    "heads_of",
    "note_place",
    "record_export",
    "run_verification",
    "seal",
    "walk",
]
