"""What may be done to the register. Each action loads through reach, obeys the rules and goes on record."""

from yimen.registry.actions.adding import add_resident
from yimen.registry.actions.correcting import correct, undo_correction
from yimen.registry.actions.counting import count_households
from yimen.registry.actions.duplicates import find_among, find_in, keep_apart
from yimen.registry.actions.finding import HeldElsewhere, HeldHere
from yimen.registry.actions.keeping import end_trait, keep_material, set_trait
from yimen.registry.actions.leaving import move_away, undo_leaving
from yimen.registry.actions.loading import load_people, load_places
from yimen.registry.actions.merging import merge, undo_merge
from yimen.registry.actions.moving import move, move_together, take_in
from yimen.registry.actions.placing import place_buildings
from yimen.registry.actions.protecting import protect, unprotect
from yimen.registry.actions.revealing import Revealed, reveal

__all__ = [
    "HeldElsewhere",
    "HeldHere",
    "Revealed",
    "add_resident",
    "correct",
    "count_households",
    "end_trait",
    "find_among",
    "find_in",
    "keep_apart",
    "keep_material",
    "load_people",
    "load_places",
    "merge",
    "move",
    "move_away",
    "move_together",
    "place_buildings",
    "protect",
    "reveal",
    "set_trait",
    "take_in",
    "undo_correction",
    "undo_leaving",
    "undo_merge",
    "unprotect",
]
