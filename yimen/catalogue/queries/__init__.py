"""What the catalogue says on a date, in words, and what has changed since."""

from yimen.catalogue.queries.changes import Change, Counted, changes_between, counted
from yimen.catalogue.queries.likeness import matters_meant
from yimen.catalogue.queries.shelf import (
    Shelf,
    Version,
    find_matters,
    forget,
    history,
    live,
    paper_words,
    shelf,
    version,
    version_on,
    words,
)
from yimen.catalogue.queries.wording import (
    ParameterShown,
    condition_words,
    days_words,
    fact_words,
    kind_words,
    level_words,
    material_name,
    operator_words,
    parameters_shown,
)

__all__ = [
    "Change",
    "Counted",
    "ParameterShown",
    "Shelf",
    "Version",
    "changes_between",
    "condition_words",
    "counted",
    "days_words",
    "fact_words",
    "find_matters",
    "forget",
    "history",
    "kind_words",
    "level_words",
    "live",
    "material_name",
    "matters_meant",
    "operator_words",
    "paper_words",
    "parameters_shown",
    "shelf",
    "version",
    "version_on",
    "words",
]
