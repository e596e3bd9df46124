"""What the register does when something happened in it: it looks for records that may be one person, and counts."""

from datetime import datetime
from uuid import UUID

from yimen.core.actor import SYSTEM
from yimen.registry.actions.counting import count_households
from yimen.registry.actions.duplicates import find_among, find_in
from yimen.trail.outbox import Event, listen

ONE = ("resident.add", "resident.correct", "resident.move", "resident.merge", "resident.undo")


def resident_changed(event: Event, at: datetime) -> None:
    """One record is new, or says something else now."""
    if event.subject_kind == "resident":
        find_among(SYSTEM, residents=[UUID(event.subject_id)], at=at)


def people_loaded(event: Event, at: datetime) -> None:
    """A division was loaded in bulk."""
    if isinstance(event.changes, dict) and event.changes.get("residents"):
        find_in(SYSTEM, division_code=event.division_code, at=at)


def roster_finished(event: Event, at: datetime) -> None:
    """A roster was applied or undone: once for all its rows."""
    find_in(SYSTEM, division_code=event.division_code, at=at)


def many_changed(event: Event, _at: datetime) -> None:
    """A division was loaded, or a roster applied or undone: its households are counted before the night."""
    count_households(SYSTEM, division_code=event.division_code)


def subscribe() -> None:
    """Say what the register listens to."""
    for verb in ONE:
        listen(verb, "registry.duplicates", resident_changed)
    listen("registry.load", "registry.duplicates", people_loaded)
    listen("import.finish", "registry.duplicates", roster_finished)
    for verb in ("registry.load", "import.finish"):
        listen(verb, "registry.households", many_changed)
