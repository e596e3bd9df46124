"""Names of matters, papers and outcomes in the reader's language."""

from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases.rules import Outcome, PauseKind, State, Waiting
from yimen.catalogue import queries as catalogue
from yimen.core.errors import N_

STATES = {
    State.OPEN: N_("In hand"),
    State.PAUSED: N_("Waiting for papers"),
    State.SENT_UP: N_("With the office above"),
    State.CLOSED: N_("Closed"),
}
OUTCOMES = {
    Outcome.APPROVED: N_("Approved"),
    Outcome.REFUSED: N_("Not approved"),
    Outcome.DONE: N_("Done"),
    Outcome.WITHDRAWN: N_("Withdrawn"),
}
PAUSES = {
    PauseKind.CORRECTION: N_("waiting for papers"),
    PauseKind.NOTICE: N_("public notice"),
    PauseKind.ASSESSMENT: N_("assessment"),
}
LEVELS = {
    "community": N_("Community"),
    "street": N_("Street"),
    "district": N_("District"),
    "city": N_("City"),
}
WAITING = {
    Waiting.US: N_("The worker"),
    Waiting.RESIDENT: N_("The resident"),
    Waiting.STREET: N_("Street"),
    Waiting.DISTRICT: N_("District"),
    Waiting.CITY: N_("City"),
}


def matter_name(version_id: UUID) -> str:
    """What the matter of a pinned version is called."""
    return catalogue.words(catalogue.version(version_id).item.name)


def material_name(code: str) -> str:
    """What a paper is called; its code when the catalogue no longer knows it."""
    found = catalogue.shelf().materials.get(code)
    return catalogue.words(found.name) if found else code


def state_name(state: str) -> str:
    """Where a case stands, in a word or two."""
    return _(STATES[State(state)])


def outcome_name(outcome: str) -> str:
    """What a closed case came to."""
    return _(OUTCOMES[Outcome(outcome)])


def level_name(level: str) -> str:
    """Community, street, district or city."""
    return _(LEVELS[level])


def yes_or_no(value: bool) -> str:
    """An answer of a form."""
    return _("Yes") if value else _("No")
