"""What the register can answer. Everything shown to an actor is within reach and masked."""

from yimen.registry.queries.facts import (
    Facts,
    HouseholdMember,
    Known,
    MaterialKept,
    Origin,
    aliases_of,
    facts_of,
    known,
    known_by_ref,
    materials_on_file,
)
from yimen.registry.queries.resident import resident_page
from yimen.registry.queries.search import DoorRow, PersonRow, SearchResult, chosen, search

__all__ = [
    "DoorRow",
    "Facts",
    "HouseholdMember",
    "Known",
    "MaterialKept",
    "Origin",
    "PersonRow",
    "SearchResult",
    "aliases_of",
    "chosen",
    "facts_of",
    "known",
    "known_by_ref",
    "materials_on_file",
    "resident_page",
    "search",
]
