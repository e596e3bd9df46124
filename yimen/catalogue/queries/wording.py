"""Conditions, limits and kinds of the catalogue in the reader's language."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from yimen.catalogue.models import Parameter
from yimen.catalogue.queries.shelf import shelf, words
from yimen.catalogue.rules import Clause, FieldType, LimitSource, Text, read_defaults
from yimen.core.errors import N_

_OPERATORS = {
    "==": N_("%(fact)s: %(value)s"),
    "!=": N_("%(fact)s: not %(value)s"),
    "<": N_("%(fact)s: below %(value)s"),
    "<=": N_("%(fact)s: at most %(value)s"),
    ">": N_("%(fact)s: above %(value)s"),
    ">=": N_("%(fact)s: at least %(value)s"),
    "between": N_("%(fact)s: %(value)s"),
    "in": N_("%(fact)s: one of %(value)s"),
}
_COMPARED = {
    "==": N_("is"),
    "!=": N_("is not"),
    "<": N_("is below"),
    "<=": N_("is at most"),
    ">": N_("is above"),
    ">=": N_("is at least"),
    "between": N_("is between"),
    "in": N_("is one of"),
}
_KINDS = {
    FieldType.TEXT: N_("text"),
    FieldType.LONGTEXT: N_("long text"),
    FieldType.INT: N_("number"),
    FieldType.MONEY: N_("yuan"),
    FieldType.DATE: N_("date"),
    FieldType.BOOL: N_("yes or no"),
    FieldType.CHOICE: N_("one of a list"),
    FieldType.PHONE: N_("phone"),
}
_LEVELS = {
    "community": N_("Community"),
    "street": N_("Street"),
    "district": N_("District"),
    "city": N_("City"),
}
LIMIT_SOURCES = {
    LimitSource.FOUND: N_("a public page gave this limit"),
    LimitSource.KNOWN: N_("general knowledge, not checked against the text"),
    LimitSource.DEFAULT: N_("a starting value, no rule behind it"),
}


def condition_words(clause: Clause) -> str:
    """One condition: the fact, the comparison and the value, e.g. "Age: at least 60"."""
    attribute = read_defaults().attributes.get(clause.attribute)
    fact = words(attribute.name) if attribute else clause.attribute
    return _(_OPERATORS[clause.operator]) % {"fact": fact, "value": _value(clause)}


def operator_words(operator: str) -> str:
    """How a condition compares, to be chosen from a list."""
    return _(_COMPARED[operator])


def _value(clause: Clause) -> str:
    if isinstance(clause.value, list | tuple):
        parts = [_one(clause.attribute, part) for part in clause.value]
        if clause.operator == "between":
            return _("%(low)s to %(high)s") % {"low": parts[0], "high": parts[1]}
        return _(", ").join(parts)
    return _one(clause.attribute, clause.value)


def _one(attribute: str, value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and value.startswith("$"):
        return _parameter(value[1:])
    return fact_words(attribute, str(value))


def fact_words(code: str, value: str) -> str:
    """What a value of a fact is called; itself where it is no code."""
    attribute = read_defaults().attributes.get(code)
    found = attribute.values.get(value) if attribute else None
    return words(found) if found else value


def _parameter(name: str) -> str:
    known = read_defaults().parameters.get(name)
    label = words(known.name) if known else name
    value = shelf().parameters.get(name)
    if value is None:
        return _("%(parameter)s (not set yet)") % {"parameter": label}
    return _("%(parameter)s (%(value)s)") % {"parameter": label, "value": plain_number(value)}


def plain_number(value: object) -> str:
    """A number without needless noughts."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def days_words(days: int | None) -> str:
    """A limit: working days, at once, or none known."""
    if days is None:
        return _("none known")
    return _("%(days)s working days") % {"days": days} if days else _("at once")


def level_words(level: str) -> str:
    """The deciding level."""
    return _(_LEVELS[level])


def kind_words(kind: FieldType) -> str:
    """What kind of answer a field takes."""
    return _(_KINDS[kind])


def material_name(code: str) -> str:
    """What a paper is called; its code when it is unknown."""
    found = shelf().materials.get(code)
    return words(found.name) if found else code


@dataclass(frozen=True, slots=True)
class ParameterShown:
    """A city number with its document, and the matters whose conditions use it."""

    name: str
    label: str
    unit: str
    value: str  # "" until the city sets it
    document: str
    from_on: date | None
    used_by: tuple[str, ...]


def parameters_shown(day: date) -> list[ParameterShown]:
    """Every city number, those not yet set first."""
    used: dict[str, list[str]] = {}
    for version in shelf().versions:
        if version.holds_on(day):
            for clause in version.item.conditions:
                used.setdefault(str(clause.value).removeprefix("$"), []).append(version.code)
    rows = [
        ParameterShown(
            row.name,
            words(Text(row.label, row.label_en)),
            words(Text(row.unit, row.unit_en)),
            "" if row.value is None else plain_number(row.value),
            row.document,
            row.from_on,
            tuple(dict.fromkeys(used.get(row.name, ()))),
        )
        for row in Parameter.objects.order_by("name")
    ]
    return sorted(rows, key=lambda row: bool(row.value))
