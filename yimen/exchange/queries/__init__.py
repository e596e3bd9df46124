"""What pages and the API show of rosters: within reach, masked, a page at a time."""

from yimen.exchange.queries.imports import (
    ImportPage,
    ImportRow,
    communities,
    compounds,
    compounds_wanted,
    import_page,
    imports,
    is_placeless,
    lacks_compound,
    undone_since,
)
from yimen.exchange.queries.refused import refused_rows
from yimen.exchange.queries.rows import (
    PAGE,
    Cell,
    RowShown,
    RowsPage,
    cells_left_out,
    decided,
    groups,
    patches_to_come,
    places_wanted,
    reasons,
    rows_page,
)

__all__ = [
    "PAGE",
    "Cell",
    "ImportPage",
    "ImportRow",
    "RowShown",
    "RowsPage",
    "cells_left_out",
    "communities",
    "compounds",
    "compounds_wanted",
    "decided",
    "groups",
    "import_page",
    "imports",
    "is_placeless",
    "lacks_compound",
    "patches_to_come",
    "places_wanted",
    "reasons",
    "refused_rows",
    "rows_page",
    "undone_since",
]
