"""Conditions and form fields of a matter as rows of a table: a row that is emptied goes, spare rows at the end add."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext

from yimen.catalogue.rules import Clause, Field, FieldType, Text
from yimen.catalogue.rules.shapes import Option
from yimen.core.errors import N_, RuleBroken

SPARE_ROWS = 2
MOST_ROWS = 60
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "between", "in")
_MOST_LABEL = 60

_UNKNOWN_FACT = N_("Choose the fact from the list.")
_UNKNOWN_OPERATOR = N_("Choose how the fact is compared.")
_NO_VALUE = N_("Write what the fact is compared with.")
_YES_OR_NO = N_("This fact is yes or no: write one of the two.")
_NO_NUMBER = N_("This fact is a number: write digits only, such as 60, or a city number such as $dibao_line.")
_NO_DAY = N_("This fact is a date: write it as 2011-05-31.")
_NO_PARAMETER = N_("No city number is called %(name)s. Take one from the page of city numbers.")
_NO_RANGE = N_("Write two numbers with a hyphen between them, such as 60-79, the smaller first.")
_BOTH_LABELS = N_("Write the label in both languages.")
_UNKNOWN_KIND = N_("Choose the kind of answer from the list.")
_NO_OPTIONS = N_("Write each answer of the list as: key = Chinese = English; and separate answers by a semicolon.")
_SAME_KEY = N_("Two fields ask for the same fact. Leave one of them out.")

_WORDS = {True: N_("yes"), False: N_("no")}
_YES, _NO = frozenset({"yes", "true", "是", "有"}), frozenset({"no", "false", "否", "无"})

Wrong = Callable[[RuleBroken], None]
Typed = Callable[[str], str]


def conditions_typed(conditions: Sequence[Clause]) -> dict[str, str]:
    """The inputs of the conditions as they stand: cond-0-fact, cond-0-is, cond-0-value, cond-1-fact …"""
    typed: dict[str, str] = {}
    for number, clause in enumerate(conditions):
        value = _plain(clause.value, "-" if clause.operator == "between" else ", ")
        typed |= {f"cond-{number}-fact": clause.attribute, f"cond-{number}-is": clause.operator}
        typed[f"cond-{number}-value"] = value
    return typed


def _plain(value: object, joint: str) -> str:
    if isinstance(value, bool):
        return gettext(_WORDS[value])
    if isinstance(value, list | tuple):
        return joint.join(_plain(part, joint) for part in value)
    return str(value)


def read_conditions(
    typed: Typed, kinds: Mapping[str, str], parameters: Mapping[str, object], wrong: Wrong
) -> Iterator[Clause]:
    """The conditions that were typed. `kinds` is the type of each fact: bool, int, money, date, code, text."""
    for number in range(MOST_ROWS):
        row = f"cond-{number}"
        fact, operator, value = (typed(f"{row}-{part}") for part in ("fact", "is", "value"))
        if not fact and not value:
            continue
        if fact not in kinds:
            wrong(RuleBroken(_UNKNOWN_FACT, field=f"{row}-fact"))
        elif operator not in OPERATORS:
            wrong(RuleBroken(_UNKNOWN_OPERATOR, field=f"{row}-is"))
        else:
            try:
                yield Clause(fact, operator, _value(value, operator, kinds[fact], parameters))
            except RuleBroken as error:
                wrong(RuleBroken(error.message, field=f"{row}-value", **error.params))


def _value(typed: str, operator: str, kind: str, parameters: Mapping[str, object]) -> object:
    if not typed:
        raise RuleBroken(_NO_VALUE)
    if operator == "in":
        parts = typed.replace("，", ",").replace("、", ",").split(",")
        return tuple(_one(part.strip(), kind, parameters) for part in parts if part.strip())
    if operator == "between":
        low, hyphen, high = typed.partition("-")
        if not hyphen:
            raise RuleBroken(_NO_RANGE)
        least, most = _one(low.strip(), kind, parameters), _one(high.strip(), kind, parameters)
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            raise RuleBroken(_NO_RANGE)
        return least, most
    return _one(typed, kind, parameters)


def _one(typed: str, kind: str, parameters: Mapping[str, object]) -> object:
    if typed.startswith("$"):
        if typed[1:] not in parameters:
            raise RuleBroken(_NO_PARAMETER, name=typed)
        return typed
    if kind == "bool":
        if typed.lower() not in _YES | _NO:
            raise RuleBroken(_YES_OR_NO)
        return typed.lower() in _YES
    if kind == "date":
        try:
            return date.fromisoformat(typed).isoformat()
        except ValueError:
            raise RuleBroken(_NO_DAY) from None
    return _number(typed) if kind in ("int", "money", "decimal") else typed


def _number(typed: str) -> int | float:
    try:
        amount = Decimal(typed)
    except InvalidOperation:
        raise RuleBroken(_NO_NUMBER) from None
    if not amount.is_finite() or not 0 <= amount < 10**9:
        raise RuleBroken(_NO_NUMBER)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def form_typed(fields: Sequence[Field]) -> dict[str, str]:
    """The inputs of the form's fields as they stand: form-0-zh, form-0-en, form-0-kind, form-0-fact …"""
    typed: dict[str, str] = {}
    for number, each in enumerate(fields):
        row = f"form-{number}"
        typed |= {f"{row}-key": each.key, f"{row}-zh": each.label.zh, f"{row}-en": each.label.en}
        typed |= {f"{row}-kind": str(each.type), f"{row}-fact": each.fact, f"{row}-required": "1" * each.required}
        typed[f"{row}-options"] = "; ".join(f"{one.key} = {one.zh} = {one.en}" for one in each.options)
    return typed


def read_form(typed: Typed, before: Sequence[Field], facts: frozenset[str], wrong: Wrong) -> tuple[Field, ...]:
    """The fields that were typed, in their order; a field whose labels are both empty is left out."""
    known = {each.key: each for each in before}
    made: dict[str, Field] = {}
    for number in range(MOST_ROWS):
        row = f"form-{number}"
        label = Text(typed(f"{row}-zh")[:_MOST_LABEL], typed(f"{row}-en")[:_MOST_LABEL])
        if not label.zh and not label.en:
            continue
        try:
            each = _field(typed, row, label, known, facts, _free_key({*known, *made}))
        except RuleBroken as error:
            wrong(error)
            continue
        if each.key in made:
            wrong(RuleBroken(_SAME_KEY, field=f"{row}-fact"))
        made[each.key] = each
    return tuple(made.values())


def _free_key(taken: set[str]) -> str:
    return next(key for number in range(1, len(taken) + 2) if (key := f"own_{number}") not in taken)


def _field(typed: Typed, row: str, label: Text, known: Mapping[str, Field], facts: frozenset[str], free: str) -> Field:
    if not (label.zh and label.en):
        raise RuleBroken(_BOTH_LABELS, field=f"{row}-zh")
    kind, fact = typed(f"{row}-kind"), typed(f"{row}-fact")
    if kind not in list(FieldType):
        raise RuleBroken(_UNKNOWN_KIND, field=f"{row}-kind")
    if fact and fact not in facts:
        raise RuleBroken(_UNKNOWN_FACT, field=f"{row}-fact")
    before = known.get(typed(f"{row}-key"))
    options = _options(typed(f"{row}-options"), row) if kind == FieldType.CHOICE else ()
    return Field(
        key=before.key if before else fact or free,
        label=label,
        type=FieldType(kind),
        required=bool(typed(f"{row}-required")),
        fact=fact,
        options=options,
        hint=before.hint if before else None,
    )


def _options(typed: str, row: str) -> tuple[Option, ...]:
    made = []
    for said in typed.replace("；", ";").split(";"):
        if not said.strip():
            continue
        parts = [part.strip() for part in said.split("=")]
        if len(parts) != 3 or not all(parts):
            raise RuleBroken(_NO_OPTIONS, field=f"{row}-options")
        made.append(Option(*parts))
    if not made:
        raise RuleBroken(_NO_OPTIONS, field=f"{row}-options")
    return tuple(made)
