"""What may be done to patches: try a division, publish it, take it back, name an officer."""

from yimen.patches.actions.officers import name_officer
from yimen.patches.actions.plans import (
    drop_plan,
    merge_patches,
    move_stairwells,
    name_in_plan,
    redraw_plan,
    split_patch,
    start_plan,
)
from yimen.patches.actions.publishing import publish_plan, undo_publication

__all__ = [
    "drop_plan",
    "merge_patches",
    "move_stairwells",
    "name_in_plan",
    "name_officer",
    "publish_plan",
    "redraw_plan",
    "split_patch",
    "start_plan",
    "undo_publication",
]
