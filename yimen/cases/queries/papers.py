"""Why a paper of a case is in its state, in the reader's language."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.catalogue.rules import read_defaults
from yimen.core.clock import today
from yimen.core.errors import N_
from yimen.core.formats import format_short

_REASONS = {
    "handed_in": N_("handed in at the counter on %(on)s"),
    "seen": N_("original looked at on %(on)s and handed back"),
    "unseen": N_("the original has not been looked at yet"),
    "kept": N_("on file since %(on)s"),
    "shared": N_("%(source)s, asked on %(on)s"),
    "made_here": N_("pre-filled, only signed"),
    "promised": N_("a signed commitment instead, checked afterwards"),
    "missing": N_("to be handed in later"),
    "expired": N_("the one on file of %(on)s is no longer valid"),
    "waived": N_("not needed in this situation"),
    "look": N_("original to be looked at"),
}
_SOURCES = {
    "desk": N_("Counter"),
    "seen": N_("Original seen"),
    "visit": N_("Home visit"),
    "resident": N_("The resident"),
    "import": N_("Import"),
    "derived": N_("Worked out"),
}


def basis_words(basis: str) -> str:
    """The words for a stored basis (`reason source date`); anything else is somebody's own words and stays."""
    parts = basis.split(" ")
    if len(parts) != 3 or parts[0] not in _REASONS:
        return basis
    reason, source, day = parts
    on = format_short(date.fromisoformat(day), language=get_language() or "zh-hans", today=today())
    return _(_REASONS[reason]) % {"source": source_words(source), "on": on}


def source_words(code: str) -> str:
    """A business system or another source of a value, by name."""
    system = read_defaults().systems.get(code)
    if system is not None:
        return system.name.within(get_language() or "zh-hans")
    return _(_SOURCES[code]) if code in _SOURCES else code
