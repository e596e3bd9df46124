"""Who answers for which doors, on any day. Whether somebody is away is the same question as for posts."""

from yimen.patches.queries.ground import Ground, Place, ground_of
from yimen.patches.queries.placing import (
    Lying,
    community_of_patch,
    division_on,
    patch_numbers,
    patches_after,
    patches_of_dwellings,
    patches_of_stairwells,
    stairwells_of,
)
from yimen.patches.queries.sizes import Sizes, sizes_on
from yimen.patches.queries.standing import (
    Own,
    Person,
    Served,
    Standing,
    may_act,
    officer_history,
    officers_at,
    own_patches,
    patch,
    patches_at,
    patches_by_id,
    patches_of_building,
    patches_of_doors,
)

__all__ = [
    "Ground",
    "Lying",
    "Own",
    "Person",
    "Place",
    "Served",
    "Sizes",
    "Standing",
    "community_of_patch",
    "division_on",
    "ground_of",
    "may_act",
    "officer_history",
    "officers_at",
    "own_patches",
    "patch",
    "patch_numbers",
    "patches_after",
    "patches_at",
    "patches_by_id",
    "patches_of_building",
    "patches_of_doors",
    "patches_of_dwellings",
    "patches_of_stairwells",
    "sizes_on",
    "stairwells_of",
]
