"""What differs between two versions of a matter, and whether the catalogue is still the one it began as."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from yimen.catalogue.queries.shelf import Version, live, shelf, words
from yimen.catalogue.queries.wording import condition_words, days_words, kind_words, level_words, material_name
from yimen.catalogue.rules import Field, Item, Text, read_defaults
from yimen.core.errors import N_
from yimen.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs, as lines of words before and after."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


Said = Callable[[Item], tuple[str, ...]]


def _texts(texts: tuple[Text, ...]) -> tuple[str, ...]:
    return tuple(words(text) for text in texts)


def _papers(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(material_name(code) for code in codes)


def _field(field: Field) -> str:
    """A field of the form with its kind and whether it must be filled in."""
    said = _("%(label)s (%(kind)s)") % {"label": words(field.label), "kind": kind_words(field.type)}
    return f"{said} *" if field.required else said


_FIELDS: tuple[tuple[str, Said], ...] = (
    (N_("Name of the matter"), lambda item: (words(item.name),)),
    (N_("Promised limit"), lambda item: (days_words(item.promised_days),)),
    (N_("Legal limit"), lambda item: (days_words(item.legal_days),)),
    (N_("Post"), lambda item: (orgs.post_name(item.post),)),
    (N_("Department"), lambda item: (orgs.department_name(item.department),)),
    (N_("Deciding level"), lambda item: (level_words(item.decision_level),)),
    (N_("Papers"), lambda item: _papers(item.materials)),
    (N_("Original only shown"), lambda item: _papers(item.look_only)),
    (N_("Declaration instead"), lambda item: _papers(item.declare_instead)),
    (N_("Conditions"), lambda item: tuple(condition_words(clause) for clause in item.conditions)),
    (N_("Who can apply"), lambda item: _texts(item.guide.who)),
    (N_("How it goes"), lambda item: _texts(item.guide.steps)),
    (
        N_("Why it often comes back"),
        lambda item: _texts(tuple(part for one in item.guide.returns for part in (one.reason, one.repair))),
    ),
    (N_("Cost"), lambda item: (words(item.guide.cost),)),
    (N_("Where to go"), lambda item: (words(item.guide.where),)),
    (N_("Guidance"), lambda item: _texts(item.beside_the_form)),
    (N_("Form"), lambda item: tuple(_field(field) for field in item.form)),
)


def changes_between(before: Item, after: Item) -> list[Change]:
    """What a reader of the matter would see differ; texts that differ in the other language only are named too."""
    found = [Change(_(label), old, new) for label, said in _FIELDS if (old := said(before)) != (new := said(after))]
    if not found and before != after:
        found.append(Change(_("Wording in the other language"), (), ()))
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """How many categories and matters are in force, and what a decision added or ended since the catalogue began."""

    categories: int
    matters: int
    added: tuple[Version, ...]
    ended: tuple[Version, ...]


def counted(day: date) -> Counted:
    """The counts on a day."""
    now = live(day)
    began = read_defaults().items.keys()
    last = {version.code: version for version in shelf().versions}
    return Counted(
        len({version.item.category for version in now.values()}),
        len(now),
        tuple(version for code, version in now.items() if code not in began),
        tuple(version for code, version in last.items() if code not in now and version.from_on <= day),
    )
