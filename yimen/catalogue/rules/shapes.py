"""The shapes of the catalogue, frozen. `dataclasses.asdict` gives their JSON, `parse` reads it back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str

    def within(self, language: str) -> str:
        """The words for a language code such as "zh-hans" or "en"."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: a fact, an operator (== != < <= > >= between in), and a value or a parameter's $name."""

    attribute: str
    operator: str
    value: object


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a choice field."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a matter's form asks. With a `fact` it comes filled in from the registry, not asked again."""

    key: str
    label: Text
    type: FieldType
    required: bool = False
    fact: str = ""
    options: tuple[Option, ...] = ()
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """One answer and what it does to the list of papers. A fact equal to `value` gives it by itself."""

    key: str
    label: Text
    adds: tuple[str, ...] = ()
    waives: tuple[str, ...] = ()
    value: object = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of "what to bring". With a `fact` the registry may answer it."""

    key: str
    label: Text
    answers: tuple[QuestionAnswer, ...]
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """A common reason for sending an application back, and what mends it."""

    reason: Text
    repair: Text


@dataclass(frozen=True, slots=True)
class Guide:
    """The public page of a matter: who, how, what goes wrong, what it costs, where."""

    who: tuple[Text, ...]
    steps: tuple[Text, ...]
    returns: tuple[Return, ...]
    cost: Text
    where: Text


@dataclass(frozen=True, slots=True)
class Suggest:
    """When the platform may propose a matter by itself. `rank` 1 is a right not yet taken up, 3 a service.

    `reason` may name facts in braces ("{age}"). `again_after_months`: not proposed again within that time
    after the last case; None means once is enough.
    """

    all: tuple[Clause, ...]
    reason: Text
    rank: int = 2
    again_after_months: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What the matter ends in."""

    type: ResultType
    name: Text


@dataclass(frozen=True, slots=True)
class Needs:
    """The part of a matter that decides which papers are wanted."""

    code: str
    materials: tuple[str, ...]
    ask: tuple[Question, ...] = ()
    declare_instead: tuple[str, ...] = ()
    look_only: tuple[str, ...] = ()
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One matter (事项) in one version.

    Days are working days; 0 is while the resident waits; `legal_days` None is "no legal limit known".
    """

    code: str
    name: Text
    category: str
    post: str
    department: str
    applicant: Applicant
    decision_level: DecisionLevel
    initiation: Initiation
    materials: tuple[str, ...]
    legal_days: int | None
    promised_days: int
    limit_source: LimitSource
    handling: Handling
    result: Result
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    conditions: tuple[Clause, ...]
    proxy: bool
    access: AccessKind
    status: ItemStatus
    form: tuple[Field, ...]
    guide: Guide
    public_notice_days: int = 0
    ask: tuple[Question, ...] = ()
    declare_instead: tuple[str, ...] = ()
    look_only: tuple[str, ...] = ()
    suggest: Suggest | None = None
    guidance: tuple[Text, ...] = ()
    calendar_note: Text | None = None
    judgement: Text | None = None
    note: Text | None = None

    @property
    def needs(self) -> Needs:
        """What the once-only checklist has to know of this matter."""
        return Needs(self.code, self.materials, self.ask, self.declare_instead, self.look_only, self.proxy)

    @property
    def beside_the_form(self) -> tuple[Text, ...]:
        """The lines a worker reads beside the form: the judgement to make first, then the guidance."""
        return ((self.judgement,) if self.judgement else ()) + self.guidance


@dataclass(frozen=True, slots=True)
class Category:
    """One of the 24 classes."""

    code: str
    name: Text
    post: str


@dataclass(frozen=True, slots=True)
class Material:
    """One kind of paper.

    `holder` is the system that can answer instead (then no paper is asked for); `made_here` papers are filled
    in by the platform and only signed. A copy may be used again for `valid_months`, or while it is in force.
    """

    code: str
    name: Text
    counts: Text
    reusable: bool
    holder: str = ""
    valid_months: int | None = None
    made_here: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A fact that conditions may use. `holder` is a system, "manual" (asked) or "derived" (computed); `values` are what
    its codes are called."""

    code: str
    name: Text
    type: str
    holder: str
    how: Text
    values: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of the registry that a form field may be bound to. `kept` says where the registry has it."""

    code: str
    name: Text
    type: FieldType
    holder: str
    kept: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number a city must set before conditions that use it can be answered."""

    code: str
    name: Text
    unit: Text
    value: object = None


@dataclass(frozen=True, slots=True)
class System:
    """One of the six business systems."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The default catalogue as read from the data files; mappings keep the order of the files."""

    name: Text
    decision_no: Text
    valid_from: date
    systems: Mapping[str, System] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    categories: Mapping[str, Category] = field(default_factory=dict)
    items: Mapping[str, Item] = field(default_factory=dict)
