"""The form of each verb: what it asks, and what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yimen.cases.queries.page import CasePage
from yimen.cases.queries.words import OUTCOMES, PAUSES, material_name
from yimen.cases.rules import DECIDED, PauseKind
from yimen.cases.rules.thresholds import EXTENSION_MOST
from yimen.catalogue import queries as catalogue


@dataclass(frozen=True, slots=True)
class Ask:
    """One field. `kind`: text, area, select, radio, ticks. `options`: (value, words)."""

    name: str
    kind: str
    label: str
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    value: str | Sequence[str] = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form: its title, one sentence on what will happen, its fields and the words of its button."""

    title: str
    means: str
    asks: tuple[Ask, ...]
    button: str
    danger: bool = False


def sheet(verb: str, page: CasePage, colleagues: Sequence[tuple[str, str]]) -> Sheet:
    """The form of a verb for this case. `colleagues` are (account ref, words) of the station."""
    return _SHEETS[verb](page, colleagues)


Colleagues = Sequence[tuple[str, str]]


def _reason(label: str, hint: str = "", name: str = "reason") -> Ask:
    return Ask(name, "area", label, hint)


def _pause(page: CasePage, _colleagues: Colleagues) -> Sheet:
    asked = {paper.code: paper.state for paper in page.papers}
    item = catalogue.version(page.case.version_id).item
    codes = [*asked, *(code for code in item.materials if code not in asked)]
    missing = [code for code, state in asked.items() if state == "missing"]
    return Sheet(
        _("Return for papers"),
        _("Tick everything that is missing: the resident is told once. The clock stands from tomorrow."),
        (
            Ask("gaps", "ticks", _("Missing"), "", [(code, material_name(code)) for code in codes], missing, False),
            _reason(_("Reason"), _("Printed on the notice: what has to be brought, and why.")),
            Ask(
                "kind",
                "radio",
                _("Why the clock stands"),
                "",
                [(kind, _(PAUSES[kind])) for kind in PauseKind],
                PauseKind.CORRECTION,
            ),
        ),
        _("Pause and print the notice"),
    )


def _offer(_page: CasePage, colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Hand over"),
        _("You stay answerable until the colleague accepts. Hand-overs are counted."),
        (
            Ask("to", "select", _("To"), _("People of this station today"), colleagues),
            _reason(_("Reason")),
        ),
        _("Offer it"),
    )


def _answer_offer(page: CasePage, _colleagues: Colleagues) -> Sheet:
    offered = page.offered
    words = ""
    if offered is not None:
        words = _("%(name)s offers you this case: %(reason)s") % {"name": offered.from_name, "reason": offered.reason}
    return Sheet(
        _("Accept or decline"),
        words,
        (
            Ask(
                "answer",
                "radio",
                _("Answer"),
                "",
                [("accept", _("Accept: I answer for it now")), ("decline", _("Decline"))],
                "accept",
            ),
            Ask("reason", "area", _("Reason"), _("Needed when you decline."), required=False),
        ),
        _("Answer"),
    )


def _message(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Write to the resident"),
        _("Read where the case is followed, with the number and the second secret."),
        (Ask("text", "area", _("Message"), _("Leave out identity numbers and the names of others.")),),
        _("Send"),
    )


def _note(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Note"),
        _("Stands in the history. The station and the offices above read it; the resident does not."),
        (Ask("text", "area", _("Note")),),
        _("Keep the note"),
    )


def _send_up(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Opinion of the community"),
        _("The office above decides. The promised date stays the same."),
        (Ask("opinion", "area", _("Opinion"), _("What was checked and seen, and what you propose.")),),
        _("Report"),
    )


def _send_back(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Send back"),
        _("The case goes back to the community. The promised date stays the same."),
        (_reason(_("What has to be added")),),
        _("Send back"),
    )


def _decide(page: CasePage, _colleagues: Colleagues) -> Sheet:
    item = catalogue.version(page.case.version_id).item
    return Sheet(
        _("Result"),
        _("Closes the case and makes the result document: %(name)s.") % {"name": catalogue.words(item.result.name)},
        (
            Ask("outcome", "radio", _("Result"), "", [(one, _(OUTCOMES[one])) for one in DECIDED]),
            Ask(
                "text", "area", _("Grounds"), _("Printed on the result: facts, grounds, and what the resident can do.")
            ),
        ),
        _("Decide and close"),
    )


def _withdraw(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Withdrawn by the resident"),
        _("Closes the case without a decision, at the resident's own word."),
        (_reason(_("What the resident said")),),
        _("Close as withdrawn"),
        danger=True,
    )


def _ask_extension(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Ask for an extension"),
        _("The street answers. A case is extended once, and never past the legal limit."),
        (
            Ask("days", "text", _("Working days"), _("1 to %(most)s") % {"most": EXTENSION_MOST}),
            _reason(_("Reason")),
        ),
        _("Ask"),
    )


def _answer_extension(page: CasePage, _colleagues: Colleagues) -> Sheet:
    asked = page.extension_asked
    words = ""
    if asked is not None:
        words = _("%(name)s asks for %(days)s working days: %(reason)s") % {
            "name": asked.by_name,
            "days": asked.days,
            "reason": asked.reason,
        }
    return Sheet(
        _("Answer the extension"),
        words,
        (
            Ask(
                "answer_is", "radio", _("Answer"), "", [("grant", _("Allow: the date moves")), ("refuse", _("Refuse"))]
            ),
            Ask("answer", "area", _("Reason"), _("Needed when you refuse."), required=False),
        ),
        _("Answer"),
    )


def _urge(_page: CasePage, _colleagues: Colleagues) -> Sheet:
    return Sheet(
        _("Urge"),
        _("Reminds whoever has to move. Once a day for one case."),
        (Ask("text", "area", _("Words"), required=False),),
        _("Urge"),
    )


_SHEETS = {
    "answer_extension": _answer_extension,
    "answer_offer": _answer_offer,
    "ask_extension": _ask_extension,
    "decide": _decide,
    "message": _message,
    "note": _note,
    "offer": _offer,
    "pause": _pause,
    "send_back": _send_back,
    "send_up": _send_up,
    "urge": _urge,
    "withdraw": _withdraw,
}
