"""From plain mappings (YAML or JSON) to the shapes. Also reads back what `dataclasses.asdict` wrote."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from yimen.catalogue.rules.kinds import (
    AccessKind,
    Applicant,
    DecisionLevel,
    FieldType,
    Handling,
    Initiation,
    ItemStatus,
    LimitSource,
    ResultType,
)
from yimen.catalogue.rules.shapes import (
    Clause,
    Field,
    Guide,
    Item,
    Option,
    Question,
    QuestionAnswer,
    Result,
    Return,
    Suggest,
    Text,
)

Plain = Mapping[str, Any]
T = TypeVar("T")
_NO_TEXT = Text("", "")


@dataclass(frozen=True)
class Library:
    """Words and fields that many matters share, named once in `shared.yaml` and referred to by key."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    questions: Mapping[str, Question] = field(default_factory=dict)
    steps: Mapping[str, Text] = field(default_factory=dict)
    returns: Mapping[str, Return] = field(default_factory=dict)
    cost: Text = _NO_TEXT
    where: Text = _NO_TEXT


EMPTY = Library()


def text_of(plain: Plain) -> Text:
    """{zh, en}."""
    return Text(zh=plain["zh"], en=plain["en"])


def _text_or_none(plain: Plain | None) -> Text | None:
    return text_of(plain) if plain else None


def _label(plain: Plain) -> Text:
    """The data files write zh and en beside the key; `asdict` nests them under "label"."""
    return text_of(plain.get("label", plain))


def clause_of(plain: Any) -> Clause:
    """[attribute, operator, value], or the mapping of the same."""
    if isinstance(plain, Mapping):
        attribute, operator, value = plain["attribute"], plain["operator"], plain["value"]
    else:
        attribute, operator, value = plain
    return Clause(attribute, operator, tuple(value) if isinstance(value, list) else value)


def field_of(plain: Plain) -> Field:
    """A form field."""
    return Field(
        key=plain["key"],
        label=_label(plain),
        type=FieldType(plain["type"]),
        required=plain.get("required", False),
        fact=plain.get("fact", ""),
        options=tuple(Option(o["key"], o["zh"], o["en"]) for o in plain.get("options", ())),
        hint=_text_or_none(plain.get("hint")),
    )


def _form_field(entry: Any, shared: Mapping[str, Field]) -> Field:
    """A shared field by its key, a shared field as {use, required}, or a field of the matter's own."""
    if isinstance(entry, str):
        return shared[entry]
    if "use" in entry:
        return replace(shared[entry["use"]], required=entry["required"])
    return field_of(entry)


def question_of(plain: Plain) -> Question:
    """A question of "what to bring"."""
    answers = tuple(
        QuestionAnswer(
            key=a["key"],
            label=_label(a),
            adds=tuple(a.get("adds", ())),
            waives=tuple(a.get("waives", ())),
            value=a.get("value"),
        )
        for a in plain["answers"]
    )
    return Question(key=plain["key"], label=_label(plain), answers=answers, fact=plain.get("fact", ""))


def return_of(plain: Plain) -> Return:
    """A reason for return and its repair."""
    return Return(reason=text_of(plain.get("reason", plain)), repair=text_of(plain["repair"]))


def suggest_of(plain: Plain) -> Suggest:
    """A suggestion rule."""
    return Suggest(
        all=tuple(clause_of(clause) for clause in plain["all"]),
        reason=text_of(plain.get("reason", plain)),
        rank=plain.get("rank", 2),
        again_after_months=plain.get("again_after_months"),
    )


def guide_of(plain: Plain, library: Library = EMPTY) -> Guide:
    """The public page of a matter; cost and place are the shared ones unless the matter says otherwise."""
    return Guide(
        who=tuple(text_of(line) for line in plain["who"]),
        steps=_each(plain["steps"], library.steps, text_of),
        returns=_each(plain["returns"], library.returns, return_of),
        cost=text_of(plain["cost"]) if "cost" in plain else library.cost,
        where=text_of(plain["where"]) if "where" in plain else library.where,
    )


def _each(plain: Iterable[Any], shared: Mapping[str, T], read: Callable[[Plain], T]) -> tuple[T, ...]:
    """Each entry, or the shared one it names."""
    return tuple(shared[entry] if isinstance(entry, str) else read(entry) for entry in plain)


def result_of(plain: Plain) -> Result:
    """What a matter ends in."""
    return Result(ResultType(plain["type"]), text_of(plain.get("name", plain)))


def item_of(plain: Plain, library: Library = EMPTY) -> Item:
    """A matter, from a data file or from `asdict`."""
    suggest = plain.get("suggest")
    return Item(
        code=plain["code"],
        name=text_of(plain.get("name", plain)),
        category=plain["category"],
        post=plain["post"],
        department=plain["department"],
        applicant=Applicant(plain["applicant"]),
        decision_level=DecisionLevel(plain["decision_level"]),
        initiation=Initiation(plain["initiation"]),
        materials=tuple(plain["materials"]),
        legal_days=plain["legal_days"],
        promised_days=plain["promised_days"],
        limit_source=LimitSource(plain["limit_source"]),
        handling=Handling(plain["handling"]),
        result=result_of(plain["result"]),
        reads=tuple(plain["reads"]),
        writes=tuple(plain["writes"]),
        conditions=tuple(clause_of(clause) for clause in plain["conditions"]),
        proxy=plain["proxy"],
        access=AccessKind(plain["access"]),
        status=ItemStatus(plain["status"]),
        form=tuple(_form_field(entry, library.fields) for entry in plain["form"]),
        guide=guide_of(plain["guide"], library),
        public_notice_days=plain.get("public_notice_days", 0),
        ask=_each(plain.get("ask", ()), library.questions, question_of),
        declare_instead=tuple(plain.get("declare_instead", ())),
        look_only=tuple(plain.get("look_only", ())),
        suggest=suggest_of(suggest) if suggest else None,
        guidance=tuple(text_of(line) for line in plain.get("guidance", ())),
        calendar_note=_text_or_none(plain.get("calendar_note")),
        judgement=_text_or_none(plain.get("judgement")),
        note=_text_or_none(plain.get("note")),
    )
