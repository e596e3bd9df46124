"""Choices of forms in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.core.actor import Actor, Role
from yimen.core.codes import code_list
from yimen.core.errors import N_
from yimen.registry.rules.fields import EVIDENCE, FIELDS, SOURCES
from yimen.registry.rules.traits import DERIVED, known_kinds

Options = list[tuple[str, str]]


def options(words: Mapping[str, str]) -> Options:
    """(code, words) in order."""
    return [(code, _(said)) for code, said in words.items()]


def sex_options() -> Options:
    """What a form asks where no number says it."""
    return options({"1": N_("male"), "2": N_("female")})


def evidence_options() -> Options:
    """How sure a value is."""
    return options(EVIDENCE)


def source_options() -> Options:
    """Who says so; the mark of papers merely looked at is not one of them."""
    return [(code, words) for code, words in options(SOURCES) if code not in ("seen", "import")]


def source_words(code: str) -> str:
    """Who said so; the code where it is no source of ours."""
    return _(SOURCES[code]) if code in SOURCES else code


def code_options(name: str) -> Options:
    """A code list."""
    language = get_language() or "zh-hans"
    return [(code, one.within(language)) for code, one in code_list(name).items()]


def field_options() -> Options:
    """The fields that can be corrected."""
    return [(name, _(field.label)) for name, field in FIELDS.items()]


def trait_options(actor: Actor, *, settable: bool = False) -> Options:
    """The traits this actor may see, in the reader's language."""
    language = get_language() or "zh-hans"
    may_restricted = actor.role is Role.HEAD or actor.post == "ZZ"
    return [
        (code, kind.within(language))
        for code, kind in known_kinds().items()
        if code not in DERIVED and (may_restricted or not kind.is_restricted) and (settable or kind.type == "bool")
    ]
