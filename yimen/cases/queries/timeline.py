"""The history of a case in sentences: a verb, who did it and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.cases.queries.words import material_name, outcome_name
from yimen.core.actor import Role
from yimen.core.errors import N_
from yimen.core.formats import format_date
from yimen.orgs import queries as orgs
from yimen.trail.queries import Line

SENTENCES = {
    "accept": N_("%(who)s took the matter in"),
    "claim": N_("%(who)s claimed the case"),
    "offer": N_("%(who)s offered the case to %(to)s"),
    "answer_offer accepted": N_("%(who)s accepted the case and answers for it now"),
    "answer_offer declined": N_("%(who)s declined the case"),
    "pause correction": N_("%(who)s asked for papers; the clock stands from the next day"),
    "pause notice": N_("%(who)s began the public notice; the clock stands from the next day"),
    "pause assessment": N_("%(who)s began the assessment; the clock stands from the next day"),
    "resume": N_("%(who)s let the clock go on from the next day"),
    "material kept": N_("%(who)s took in: %(paper)s"),
    "material look": N_("%(who)s looked at the original: %(paper)s"),
    "material promised": N_("%(who)s took a written declaration instead of: %(paper)s"),
    "note": N_("%(who)s noted"),
    "message": N_("%(who)s wrote to the resident"),
    "message resident": N_("The resident wrote to the station"),
    "send_up": N_("%(who)s reported it to %(office)s with an opinion"),
    "send_back": N_("%(who)s sent it back to the community"),
    "decide": N_("%(who)s decided: %(outcome)s"),
    "withdraw": N_("%(who)s closed it as withdrawn"),
    "withdraw resident": N_("The resident withdrew the matter"),
    "ask_extension": N_("%(who)s asked for %(days)s more working days"),
    "answer_extension granted": N_("%(who)s allowed %(days)s more working days"),
    "answer_extension refused": N_("%(who)s refused the extension"),
    "urge": N_("%(who)s urged the case"),
    "warn soon": N_("Reminder: nearly due, to the worker"),
    "warn late": N_("Warning: overdue, to the station head"),
    "warn street": N_("Warning: overdue, reported to the street"),
    "warn district": N_("Warning: overdue, reported to the district"),
    "recompute": N_("A calendar was loaded: the date moved from %(from)s to %(to)s"),
    "recompute firm": N_("A calendar was loaded: the date of %(to)s is firm now"),
    "reopen": N_("The resident had the matter reopened; a new limit runs"),
    "rate": N_("The resident rated the matter"),
}
# What the resident sees where the case is followed.
PUBLIC = frozenset(
    {
        *("accept", "claim", "answer_offer", "pause", "resume", "material", "message", "send_up", "send_back"),
        *("decide", "withdraw", "answer_extension", "reopen", "recompute"),
    }
)
_HELD, _WITH_WORDS = ("pause",), ("note", "pause", "offer", "answer_offer", "send_up", "send_back", "decide", "urge")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history, as the macros of the frame take it."""

    at: datetime
    text: str
    detail: str = ""
    who: str = ""
    kind: str = ""


def told(lines: Sequence[Line], *, public: bool = False) -> list[Told]:
    """The lines in sentences, newest first; with `public` only what the resident is told, without inner words."""
    shown = [line for line in lines if not public or _verb(line) in PUBLIC]
    return [_told(line, newest=position == 0, public=public) for position, line in enumerate(shown)]


def _told(line: Line, *, newest: bool, public: bool) -> Told:
    verb = _verb(line)
    kind = "held" if verb in _HELD else "now" if newest else ""
    inner = public and verb not in ("pause", "decide")
    return Told(line.at, _sentence(line, verb), "" if inner else line.note, kind=kind)


def _verb(line: Line) -> str:
    return line.verb.removeprefix("case.")


def _sentence(line: Line, verb: str) -> str:
    found = line.changes if isinstance(line.changes, dict) else {}
    msgid = SENTENCES.get(_key(line, verb, found)) or SENTENCES.get(verb)
    if msgid is None:
        return line.verb
    return _(msgid) % {
        "who": who(line),
        "to": _day(found.get("to")) if verb == "recompute" else found.get("to", ""),
        "from": _day(found.get("from")),
        "paper": material_name(str(found.get("code", ""))),
        "office": orgs.division_name(str(found.get("to", ""))) if verb == "send_up" else "",
        "outcome": outcome_name(str(found["outcome"])) if verb == "decide" and "outcome" in found else "",
        "days": found.get("days", ""),
    }


def _key(line: Line, verb: str, found: dict[str, object]) -> str:
    """The sentence's own key: the verb, with the part of the change that makes it another sentence."""
    if line.role == Role.RESIDENT:
        return f"{verb} resident"
    if verb == "recompute":
        return "recompute firm" if found.get("from") == found.get("to") else verb
    part = {"pause": "kind", "material": "state", "warn": "level"}.get(verb, "answer")
    return f"{verb} {found.get(part, '')}"


def who(line: Line) -> str:
    """The name, and for whom they stood in."""
    if line.role == Role.RESIDENT:
        return _("The resident")
    if line.role == Role.SYSTEM:
        return _("The system")
    if line.acting_for_name:
        return _("%(name)s (for %(absent)s)") % {"name": line.actor_name, "absent": line.acting_for_name}
    return line.actor_name


def _day(value: object) -> str:
    if not value:
        return "-"
    return format_date(date.fromisoformat(str(value)), "day", language=get_language() or "zh-hans")
