"""Classes, groups and lists of words in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.core.errors import N_, RuleBroken
from yimen.core.web import sentence
from yimen.visits.queries.credit import Credit
from yimen.visits.rules.vulnerable import GROUPS, Limits

_KINDS = {
    "A": N_("class A"),
    "B": N_("class B"),
    "C": N_("class C"),
    "D": N_("class D"),
    "E": N_("class E"),
}
_KIND_MEANS = {
    "A": N_("means"),
    "B": N_("health"),
    "C": N_("age"),
    "D": N_("family"),
    "E": N_("marked by hand"),
}


def kind_words(kinds: Iterable[str]) -> str:
    """Classes such as "class A, class C" in short: their letters alone."""
    return " ".join(_(_KINDS[kind]) for kind in kinds)


def legend() -> list[tuple[str, str]]:
    """Every class with what it stands for in general."""
    return [(_(words), _(_KIND_MEANS[kind])) for kind, words in _KINDS.items()]


def group_words(key: str, limit: int | None) -> str:
    """A group of the rule in words, its limit filled in."""
    words = _(GROUPS[key].words)
    return words % {"limit": limit} if limit is not None else words


def rule_words(limits: Limits) -> list[str]:
    """The rule in words, one line for each group."""
    return [group_words(key, limit) for key, limit in limits.items()]


def clock_words(off: timedelta) -> str:
    """That a phone's clock was days off, and that the time of the visit was put right."""
    days = round(abs(off) / timedelta(days=1))
    if off > timedelta(0):
        return ngettext(
            "The phone’s clock was %(num)s day ahead; the time was put right.",
            "The phone’s clock was %(num)s days ahead; the time was put right.",
            days,
        ) % {"num": days}
    return ngettext(
        "The phone’s clock was %(num)s day behind; the time was put right.",
        "The phone’s clock was %(num)s days behind; the time was put right.",
        days,
    ) % {"num": days}


def credit_words(one: Credit) -> str:
    """For which patch a visit counts whose door changed patches, or is another officer's."""
    if one.then is None:
        return _("This door lay in no patch on that day: the visit is kept with the door and counts for none.")
    if one.now is None:
        return _("The visit counts for patch %(then)s of that day; the door lies in no patch today.") % {
            "then": one.then
        }
    if one.now != one.then:
        words = _(
            "The door changed patches: the visit counts for patch %(then)s of that day; today it is patch %(now)s."
        )
        return words % {"then": one.then, "now": one.now}
    if one.officer:
        words = _("The door lies in patch %(then)s of %(name)s now; the visit counts there.")
        return words % {"then": one.then, "name": one.officer}
    return _("The door lies in patch %(then)s, which has no officer; the visit counts there.") % {"then": one.then}


def problems_of(wrong: Iterable[RuleBroken]) -> list[dict[str, str]]:
    """Everything that is wrong with a form, each with a link to its field."""
    return [{"text": sentence(one), "href": f"#f-{one.field}" if one.field else ""} for one in wrong]


def options(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """A list of keys and msgids as the choices of a form."""
    return [(key, _(text)) for key, text in words.items()]
