"""The once-only checklist: each paper once over several matters; only what is missing asks for something."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from yimen.catalogue.rules.kinds import MaterialState
from yimen.catalogue.rules.shapes import Material, Needs, Question, QuestionAnswer, Text
from yimen.core.errors import N_

PROXY_MATERIAL = "PR"
COMMITMENT = "WR"

WHY = {
    "kept": N_("A copy is on file and still valid; nothing to bring."),
    "shared": N_("A connected department confirms it; nothing to bring."),
    "made_here": N_("Filled in from the register; only a signature is needed."),
    "promised": N_("A signed commitment is enough; it is checked afterwards."),
    "look": N_("Show the original; it is handed back at once and no copy is kept."),
    "waived": N_("Not needed in this situation."),
    "missing": N_("Not on file; please bring it or have it sent."),
    "expired": N_("The one on file is no longer valid; please bring a new one."),
}


class Holding(StrEnum):
    """How a paper is known."""

    COPY = "copy"  # a copy kept from an earlier matter
    SYSTEM = "system"  # a business system answered for it


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is known of one paper of this resident: from where, since when, until when (inclusive)."""

    source: str
    on: date
    valid_until: date | None = None
    holding: Holding = Holding.COPY


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One paper: its state, the matters that want it, and why it is in that state.

    `reason` is a message id without parameters. `because` holds the resident's answer that waived or
    added the paper; `source`, `on` and `valid_until` say what the state rests on.
    """

    material: Material
    state: MaterialState
    items: tuple[str, ...]
    reason: str
    source: str = ""
    on: date | None = None
    valid_until: date | None = None
    because: Text | None = None


def checklist(
    matters: Iterable[Needs],
    materials: Mapping[str, Material],
    on_file: Mapping[str, OnFile],
    answers: Mapping[str, str],
    *,
    proxy: bool = False,
    on: date,
    connected: Collection[str] | None = None,
) -> list[ChecklistLine]:
    """The checklist of one visit on a day, what is missing first.

    `answers` maps question keys to answer keys (merge in `answered`). `connected` are the systems that can be
    asked today; None means all. A paper that one of the matters still wants is wanted.
    """
    wants: dict[str, _Want] = {}
    for matter in matters:
        _collect(matter, answers, proxy, wants)
    lines = [_line(materials[code], want, on_file.get(code), on, connected) for code, want in wants.items()]
    return sorted(lines, key=lambda line: _ORDER.index(line.state))


_ORDER = (
    MaterialState.MISSING,
    MaterialState.LOOK,
    MaterialState.PROMISED,
    MaterialState.KEPT,
    MaterialState.SHARED,
    MaterialState.WAIVED,
)


def answered(questions: Iterable[Question], facts: Mapping[str, object]) -> dict[str, str]:
    """The answers the registry gives by itself, so that nobody is asked what is on record."""
    found = {}
    for question in questions:
        fact = facts.get(question.fact) if question.fact else None
        for answer in question.answers:
            if fact is not None and answer.value is not None and answer.value == fact:
                found[question.key] = answer.key
                break
    return found


class _Want:
    """What the matters of one visit together want of one paper."""

    def __init__(self) -> None:
        self.items: list[str] = []
        self.waived_by: list[str] = []
        self.because: Text | None = None
        self.look = False
        self.declared = True  # until a matter insists on the paper itself

    @property
    def waived(self) -> bool:
        return bool(self.items) and set(self.items) <= set(self.waived_by)


def _collect(matter: Needs, answers: Mapping[str, str], proxy: bool, wants: dict[str, _Want]) -> None:
    chosen = _chosen(matter.ask, answers)
    added = {code: answer.label for answer in chosen for code in answer.adds}
    waived = {code: answer.label for answer in chosen for code in answer.waives if code not in added}
    wanted = [*matter.materials, *added]
    if proxy and matter.proxy:
        wanted.append(PROXY_MATERIAL)
    for code in dict.fromkeys(wanted):
        want = wants.setdefault(code, _Want())
        want.items.append(matter.code)
        if code in waived:
            want.waived_by.append(matter.code)
            want.because = want.because or waived[code]
            continue
        want.because = added.get(code, want.because)
        want.look = want.look or code in matter.look_only
        want.declared = want.declared and code in matter.declare_instead


def _chosen(questions: Iterable[Question], answers: Mapping[str, str]) -> list[QuestionAnswer]:
    return [answer for question in questions for answer in question.answers if answers.get(question.key) == answer.key]


def _line(
    material: Material, want: _Want, known: OnFile | None, on: date, connected: Collection[str] | None
) -> ChecklistLine:
    items = tuple(want.items)
    if want.waived:
        return ChecklistLine(material, MaterialState.WAIVED, items, WHY["waived"], because=want.because)
    if want.look:
        return ChecklistLine(material, MaterialState.LOOK, items, WHY["look"], because=want.because)
    found = _from_file(material, known, on)
    if known and found:
        until = _valid_until(material, known)
        return ChecklistLine(material, found, items, WHY[found], known.source, known.on, until)
    state, why, source = _without_file(material, want, known, connected)
    if known and state is MaterialState.MISSING:
        until = _valid_until(material, known)
        return ChecklistLine(material, state, items, WHY["expired"], known.source, known.on, until)
    return ChecklistLine(material, state, items, why, source, because=want.because)


def _from_file(material: Material, known: OnFile | None, on: date) -> MaterialState | None:
    if known is None:
        return None
    until = _valid_until(material, known)
    if until is not None and until < on:
        return None
    if known.holding is Holding.SYSTEM:
        return MaterialState.SHARED
    return MaterialState.KEPT if material.reusable else None


def _without_file(
    material: Material, want: _Want, known: OnFile | None, connected: Collection[str] | None
) -> tuple[MaterialState, str, str]:
    if material.code == COMMITMENT or want.declared:
        return MaterialState.PROMISED, WHY["promised"], ""
    if material.made_here:
        return MaterialState.SHARED, WHY["made_here"], ""
    told_expired = known is not None and known.holding is Holding.SYSTEM
    if material.holder and not told_expired and (connected is None or material.holder in connected):
        return MaterialState.SHARED, WHY["shared"], material.holder
    return MaterialState.MISSING, WHY["missing"], ""


def _valid_until(material: Material, known: OnFile) -> date | None:
    """The last day the paper may be used: its own or its age limit, whichever is first; None is no end."""
    ends = [known.valid_until] if known.valid_until else []
    if material.valid_months is not None:
        ends.append(_months_after(known.on, material.valid_months))
    return min(ends, default=None)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for candidate in range(day.day, 27, -1):
        try:
            return date(year, month + 1, candidate)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
