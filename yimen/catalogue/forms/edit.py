"""What a city office typed about a matter, as changes of it; every fault named beside its field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict

from yimen.catalogue.forms.rows import conditions_typed, form_typed, read_conditions, read_form
from yimen.catalogue.rules import DecisionLevel, Handling, Item, Text, limits_ok, narrow, read_defaults
from yimen.catalogue.rules.shapes import Guide, Return
from yimen.core.errors import N_, RuleBroken

MOST_DAYS = 999
MOST_TEXT = 4000
MOST_NAME = 80
PAPER_WAYS = ("bring", "look", "declare")  # the paper itself, its original shown, or a declaration instead

_NO_NUMBER = N_("Write a whole number of working days, 0 to 999.")
_UNEVEN = N_("Chinese and English must have the same number of lines. Line %(number)s has no partner.")
_PAIR = N_("Write each line as: reason | what mends it.")
_TOO_LONG = N_("The promise is longer than the legal limit of %(legal)s working days. Shorten it.")
_NEEDS_DECISION = N_(
    "Nothing enters the catalogue without a decision. Give the number of the document that decided it."
)
_NO_DAY = N_("This is not a date of the calendar; write it as 2011-05-31.")
_NO_NAME = N_("A matter has a name in both languages.")
_NOT_LISTED = N_("Choose one from the list.")
_NO_AMOUNT = N_("Write a number with at most two decimals, such as 1150 or 18.50.")


@dataclass
class Edited:
    """The typed matter: what changed, under which decision and from when, and what is wrong with it."""

    item: Item
    changes: dict[str, Any] = field(default_factory=dict)
    decision_no: str = ""
    from_on: date | None = None
    errors: list[RuleBroken] = field(default_factory=list)


def typed_of(item: Item) -> dict[str, str]:
    """The fields of the form as they stand, texts line by line."""
    guide = item.guide
    typed = {
        "legal_days": "" if item.legal_days is None else str(item.legal_days),
        "promised_days": str(item.promised_days),
        "post": item.post,
        "department": item.department,
        "level": str(item.decision_level),
    }
    for name, texts in (("who", guide.who), ("steps", guide.steps), ("guidance", item.guidance)):
        typed |= {f"{name}_zh": "\n".join(one.zh for one in texts), f"{name}_en": "\n".join(one.en for one in texts)}
    for name, text in (("name", item.name), ("cost", guide.cost), ("where", guide.where)):
        typed |= {f"{name}_zh": text.zh, f"{name}_en": text.en}
    typed["returns_zh"] = "\n".join(f"{one.reason.zh} | {one.repair.zh}" for one in guide.returns)
    typed["returns_en"] = "\n".join(f"{one.reason.en} | {one.repair.en}" for one in guide.returns)
    return typed | conditions_typed(item.conditions) | form_typed(item.form)


def ways_of(item: Item) -> dict[str, str]:
    """How each paper of a matter is wanted; papers it does not want are left out."""
    return {
        code: "look" if code in item.look_only else "declare" if code in item.declare_instead else "bring"
        for code in item.materials
    }


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that a matter may name."""

    papers: Collection[str]
    posts: Collection[str]
    departments: Collection[str]
    parameters: Mapping[str, object]


def read_edit(post: QueryDict, item: Item, known: Known) -> Edited:
    """The posted form against the matter it was made from."""
    reader = _Reader(post)
    ways = {code: way for code in known.papers if (way := post.get(f"paper-{code}", "")) in PAPER_WAYS}
    # A paper that only a question adds may be look-only or declared as well: what the form does not show stays.
    hidden_look = tuple(code for code in item.look_only if code not in item.materials)
    hidden_declare = tuple(code for code in item.declare_instead if code not in item.materials)
    wanted = tuple(code for code in (*item.materials, *ways) if code in ways)
    materials = tuple(dict.fromkeys(wanted))
    guide = replace(
        item.guide,
        who=reader.texts("who", item.guide.who),
        steps=reader.texts("steps", item.guide.steps),
        returns=reader.returns(item.guide),
        cost=reader.text("cost"),
        where=reader.text("where"),
    )
    promised = reader.days("promised_days") or 0
    defaults = read_defaults()
    kinds = {fact.code: fact.type for fact in defaults.attributes.values()}
    fresh = replace(
        item,
        name=reader.name(item.name),
        post=reader.one_of("post", known.posts, item.post),
        department=reader.one_of("department", known.departments, item.department),
        decision_level=DecisionLevel(reader.one_of("level", list(DecisionLevel), item.decision_level)),
        conditions=tuple(read_conditions(reader.typed, kinds, known.parameters, reader.errors.append)),
        form=read_form(reader.typed, item.form, frozenset({*defaults.facts, *kinds}), reader.errors.append),
        legal_days=reader.days("legal_days", optional=True),
        promised_days=promised,
        handling=Handling.PROMISED if promised else Handling.IMMEDIATE,
        materials=materials,
        look_only=_same(item.look_only, (*(c for c in materials if ways[c] == "look"), *hidden_look)),
        declare_instead=_same(item.declare_instead, (*(c for c in materials if ways[c] == "declare"), *hidden_declare)),
        guide=guide,
        guidance=reader.texts("guidance", item.guidance),
    )
    if not reader.errors and not limits_ok(fresh.legal_days, fresh.promised_days):
        reader.errors.append(RuleBroken(_TOO_LONG, field="promised_days", legal=fresh.legal_days))
    changes = {name: getattr(fresh, name) for name in _EDITED if getattr(fresh, name) != getattr(item, name)}
    return Edited(fresh, changes, reader.decision(), reader.day("from_on"), reader.errors)


_EDITED = (
    *("name", "post", "department", "decision_level", "conditions", "form"),
    *("legal_days", "promised_days", "handling", "materials", "look_only", "declare_instead", "guide"),
    "guidance",
)


def _same(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    """The order of before when the two hold the same, so that nothing seems changed."""
    return before if set(before) == set(after) else after


class _Reader:
    """Reads one field after another and keeps what is wrong."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        self.errors: list[RuleBroken] = []

    def typed(self, name: str) -> str:
        """What was typed, trimmed; "" for nothing."""
        return self.post.get(name, "").replace("\x00", "").strip()[:MOST_TEXT]

    def days(self, name: str, *, optional: bool = False) -> int | None:
        typed = narrow(self.typed(name))
        if optional and not typed:
            return None
        if typed.isascii() and typed.isdigit() and int(typed) <= MOST_DAYS:
            return int(typed)
        self.errors.append(RuleBroken(_NO_NUMBER, field=name))
        return None

    def decision(self) -> str:
        typed = self.typed("decision_no")[:60]
        if not typed:
            self.errors.append(RuleBroken(_NEEDS_DECISION, field="decision_no"))
        return typed

    def day(self, name: str) -> date | None:
        try:
            return date.fromisoformat(narrow(self.typed(name)))
        except ValueError:
            self.errors.append(RuleBroken(_NO_DAY, field=name))
            return None

    def name(self, before: Text) -> Text:
        made = Text(self.typed("name_zh")[:MOST_NAME], self.typed("name_en")[:MOST_NAME])
        if made.zh and made.en:
            return made
        self.errors.append(RuleBroken(_NO_NAME, field="name_en" if made.zh else "name_zh"))
        return before

    def one_of(self, name: str, known: Collection[str], before: str) -> str:
        typed = self.typed(name)
        if typed in known:
            return typed
        self.errors.append(RuleBroken(_NOT_LISTED, field=name))
        return before

    def text(self, name: str) -> Text:
        return Text(self.typed(f"{name}_zh"), self.typed(f"{name}_en"))

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self.typed(name).splitlines() if line.strip()]

    def texts(self, name: str, before: tuple[Text, ...]) -> tuple[Text, ...]:
        chinese, english = self._lines(f"{name}_zh"), self._lines(f"{name}_en")
        if len(chinese) != len(english):
            odd = min(len(chinese), len(english)) + 1
            self.errors.append(RuleBroken(_UNEVEN, field=f"{name}_zh", number=odd))
            return before
        return tuple(Text(zh, en) for zh, en in zip(chinese, english, strict=True))

    def returns(self, guide: Guide) -> tuple[Return, ...]:
        lines = self.texts("returns", ())
        pairs = []
        for line in lines:
            chinese, english = (tuple(part.strip() for part in said.split("|")) for said in (line.zh, line.en))
            if len(chinese) != 2 or len(english) != 2:
                self.errors.append(RuleBroken(_PAIR, field="returns_zh"))
                return guide.returns
            pairs.append(Return(Text(chinese[0], english[0]), Text(chinese[1], english[1])))
        return tuple(pairs)


def read_amount(typed: str) -> Decimal:
    """A city number."""
    try:
        amount = Decimal(typed.strip())
    except InvalidOperation:
        raise RuleBroken(_NO_AMOUNT, field="value") from None
    places = amount.as_tuple().exponent
    if not amount.is_finite() or not 0 <= amount < 10**9 or not isinstance(places, int) or places < -2:
        raise RuleBroken(_NO_AMOUNT, field="value")
    return amount
