"""What visits do when something happened below: the list of must-visit households follows the register at once."""

from datetime import date, datetime
from uuid import UUID

from procrastinate.contrib.django import app

from yimen.core.actor import SYSTEM
from yimen.orgs.queries import community_codes
from yimen.trail.outbox import Event, listen
from yimen.visits.actions.answering import link
from yimen.visits.actions.finding_vulnerable import find_at_doors, find_in_community
from yimen.visits.actions.folding import fold
from yimen.visits.queries.doors import doors_of_resident

ONE = (
    *("resident.add", "resident.correct", "resident.move", "resident.merge", "resident.undo"),
    *("resident.set_trait", "resident.end_trait"),
)
MANY = ("registry.load", "import.finish")


def resident_changed(event: Event, at: datetime) -> None:
    """A trait, residence, birth or death of one resident: the doors they live or lived at are looked at."""
    if event.subject_kind != "resident":
        return
    for code, doors in doors_of_resident(UUID(event.subject_id)).items():
        find_at_doors(SYSTEM, doors=doors, division_code=code, at=at)


def many_changed(event: Event, at: datetime) -> None:
    """A community was loaded, or a roster applied or undone: what an undone one put on the list never was."""
    said = event.changes if isinstance(event.changes, dict) else {}
    if event.verb == "registry.load" and not said.get("residents"):
        return
    since = date.fromisoformat(said["since"]) if "since" in said else None
    for code in community_codes(event.division_code):
        find_in_community(SYSTEM, division_code=code, at=at, since=since)


def rule_changed(_event: Event, _at: datetime) -> None:
    """A new rule: the worker looks at the whole city, community by community."""
    app.configure_task("visits.find", queueing_lock="visits.find").defer(timestamp=0)


def mark_changed(_event: Event, at: datetime) -> None:
    """A household was marked by hand, or a mark ended: the sums follow without waiting for the clock's minute."""
    fold(SYSTEM, at=at)


def case_accepted(event: Event, at: datetime) -> None:
    """An intake was accepted: the contacts that opened it have become its case."""
    link(SYSTEM, case_id=UUID(event.subject_id), at=at)


def subscribe() -> None:
    """Say what visits listen to."""
    for verb in ONE:
        listen(verb, "visits.vulnerable", resident_changed)
    for verb in MANY:
        listen(verb, "visits.vulnerable", many_changed)
    listen("case.accept", "visits.contact", case_accepted)
    for verb in ("vulnerable.mark", "vulnerable.unmark"):
        listen(verb, "visits.coverage", mark_changed)
    listen("rule.set", "visits.rule", rule_changed)
