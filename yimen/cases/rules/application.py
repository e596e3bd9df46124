"""What a worker takes in during one visit: several matters of one resident, asked once over all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from yimen.catalogue.rules import COMMITMENT, ChecklistLine, Field, FieldError, Item, MaterialState
from yimen.core.errors import N_, RuleBroken

DRAFT_LASTS = timedelta(days=7)  # [proposed]
NOTICE_LASTS = timedelta(days=30)  # after a once-only notice, time to gather the papers [proposed]
UNDO_LASTS = timedelta(hours=24)  # a draft thrown away can be brought back [proposed]
MOST_MATTERS = 12  # of one visit: more is a mistake

SELF = "self"
OTHER = "other"
UNCHANGED = "none"
WHO_COMES = "who_comes"  # the shared question that the choice of who came answers by itself
WHY_NOT = {  # why a proposal does not apply: the chips beside it
    "has": N_("has it already"),
    "unwilling": N_("does not want it"),
    "wrong": N_("the record is wrong"),
    "later": N_("another time"),
}


class Brought(StrEnum):
    """What the worker says of one paper."""

    HANDED_IN = "in"
    DECLARED = "declared"  # the resident signs a commitment instead
    SEEN = "seen"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One visit as filled in so far. Plain values only, so that a draft can keep it sealed.

    `by` is "self", a household member's ref, or "other". `fields` are typed form values by `asked_fields` names,
    `papers` what came of each paper (`Brought`), `again` the matters taken although one of their kind is open,
    `dismissed` the proposals that do not apply, each with the reason (`WHY_NOT`, "" for none given).
    """

    matters: tuple[str, ...] = ()
    asked: bool = False
    by: str = SELF
    proxy_name: str = ""
    proxy_relation: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    changed: str = UNCHANGED
    new_value: str = ""
    dismissed: Mapping[str, str] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    noticed_at: str = ""

    @property
    def is_proxy(self) -> bool:
        """Whether somebody else came for the resident."""
        return self.by != SELF

    @property
    def outdated(self) -> str:
        """The fact on file that no longer holds, "" when nothing has changed."""
        return {"phone": "phone", "address": "address", "bank": "bank_card"}.get(self.changed, "")

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def application_of(plain: Mapping[str, Any]) -> Application:
    """The application again; what an older version kept and this one does not know is left out."""
    known = {each.name for each in fields(Application)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in plain.items() if key in known
    }
    if isinstance(values.get("dismissed"), tuple):  # until reasons were kept
        values["dismissed"] = dict.fromkeys(values["dismissed"], "")
    return Application(**values)


@dataclass(frozen=True, slots=True)
class AskedField:
    """One form field, asked once for all matters that want it. `name` is its name on the page."""

    name: str
    field: Field
    items: tuple[str, ...]


def asked_fields(items: Iterable[Item]) -> list[AskedField]:
    """The fields of several matters, each once: two matters share one when key, words, type and choices agree."""
    asked: dict[str, AskedField] = {}
    for item in items:
        for each in item.form:
            name = each.key
            known = asked.get(name)
            if known and not _same(known.field, each):
                name = f"{item.code}.{each.key}"
                known = asked.get(name)
            if known is None:
                asked[name] = AskedField(name, each, (item.code,))
            else:
                stricter = each if each.required else known.field
                asked[name] = AskedField(name, stricter, (*known.items, item.code))
    return list(asked.values())


def _same(one: Field, other: Field) -> bool:
    return (one.label, one.type, one.fact, one.options) == (other.label, other.type, other.fact, other.options)


def submitted(item: Item, asked: Iterable[AskedField], typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed for one matter, under the keys of its own form."""
    return {
        each.field.key: typed[each.name] for each in asked if item.code in each.items and typed.get(each.name, "") != ""
    }


@dataclass(frozen=True, slots=True)
class Paper:
    """What becomes of one paper of one case: its state, why (`reason source date`), and whether a copy is now kept."""

    code: str
    state: MaterialState
    basis: str
    keep: str = ""  # "desk" a copy was handed in, "seen" its original was looked at, "" nothing new


def paper_of(line: ChecklistLine, brought: str, *, on: date) -> Paper:
    """The paper of a checklist line after what the worker said of it.

    An original that nobody has looked at is missing, like a paper nobody has handed in or committed to in writing.
    """
    code, kept = line.material.code, line.material.reusable
    if brought == Brought.HANDED_IN and (
        line.state in (MaterialState.MISSING, MaterialState.LOOK) or may_declare(line)
    ):
        return Paper(code, MaterialState.KEPT, f"handed_in desk {on.isoformat()}", "desk" if kept else "")
    if line.state is MaterialState.LOOK:
        if brought == Brought.SEEN:
            return Paper(code, MaterialState.LOOK, f"seen desk {on.isoformat()}", "seen" if kept else "")
        return Paper(code, MaterialState.MISSING, f"unseen desk {on.isoformat()}")
    if may_declare(line):
        if brought == Brought.DECLARED:
            return Paper(code, MaterialState.PROMISED, f"promised desk {on.isoformat()}")
        return Paper(code, MaterialState.MISSING, f"missing - {on.isoformat()}")
    return Paper(code, line.state, basis_of(line, on=on))


def may_declare(line: ChecklistLine) -> bool:
    """Whether the resident may choose to sign a commitment instead of bringing the paper (告知承诺). The choice is
    theirs: until it is made the paper is missing. The commitment itself is no such paper."""
    return line.state is MaterialState.PROMISED and line.material.code != COMMITMENT


def basis_of(line: ChecklistLine, *, on: date) -> str:
    """Why a paper is in its state, in codes that `queries.papers.basis_words` puts into words."""
    reason = "expired" if line.state is MaterialState.MISSING and line.on else str(line.state)
    if line.state is MaterialState.SHARED and not line.source:
        reason = "made_here"
    return f"{reason} {line.source or '-'} {(line.on or on).isoformat()}"


_BY_HEAD = {
    "1": "spouse",
    "2": "son",
    "3": "daughter",
    "4": "grandchild",
    "5": "parent",
    "6": "grandparent",
    "7": "sibling",
}


def kinship(own: str, other: str) -> str:
    """What another member of the household is to the resident, from both relations to the head (GB/T 4761).

    "family" where the two codes do not say.
    """
    head = ("01", "02")
    if own in head:
        return _BY_HEAD.get(other[:1], "family")
    if own[:1] == "1":
        return "spouse" if other in head else {"2": "son", "3": "daughter"}.get(other[:1], "family")
    if own[:1] in ("2", "3"):
        if other in head or other[:1] == "1":
            return "parent"
        return "sibling" if other[:1] in ("2", "3") else "family"
    if own[:1] == "5" and other in head:
        return "child"
    return "family"


def is_about_the_dead(item: Item) -> bool:
    """Whether a matter is taken for somebody who has died, in the name of those they left."""
    return any("deceased" in clause.attribute and clause.value is True for clause in item.conditions)


class Unfinished(RuleBroken):
    """A form that is not complete: every field and its sentence at once, so that the worker mends all of them."""

    def __init__(self, problems: list[FieldError]) -> None:
        super().__init__(problems[0].message, field=problems[0].field)
        self.problems = problems
