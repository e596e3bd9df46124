"""Traits: which kinds there are and what value each may have. Site names the catalogue's attributes as their source."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from yimen.core.errors import N_, RuleBroken
from yimen.core.masking import mask_account, mask_phone, mask_words

# Worked out from what the register holds, so never set by hand.
DERIVED = frozenset(
    {
        "age",
        "sex",
        "hukou_local",
        "resident_of_community",
        "residence_months",
        "is_deceased",
        "lives_alone_or_empty_nest",
    }
)


_IN_WORDS = ("text", "phone")


@dataclass(frozen=True, slots=True)
class TraitKind:
    """One attribute: its name in both languages, its type (bool, int, decimal, money, code, date, text), its holder.

    `is_restricted` traits are shown only to those who work on them, never as a tag on a list.
    """

    code: str
    zh: str
    en: str
    type: str
    holder: str
    is_restricted: bool = False

    def within(self, language: str) -> str:
        """The name in a language such as "zh-hans" or "en"."""
        return self.zh if language.startswith("zh") else self.en


_kinds: dict[str, TraitKind] = {}
_source: Callable[[], Iterable[TraitKind]] = tuple


def kinds_from(source: Callable[[], Iterable[TraitKind]]) -> None:
    """Say where the kinds come from; they are read at the first question."""
    global _source
    _source = source
    _kinds.clear()


def known_kinds() -> dict[str, TraitKind]:
    """Every kind by its code, in the source's order."""
    if not _kinds:
        _kinds.update((kind.code, kind) for kind in _source())
    return _kinds


def trait_label(code: str, language: str) -> str:
    """The name of a kind; an unknown code as it stands."""
    kind = known_kinds().get(code)
    return kind.within(language) if kind else code


def is_sealed(code: str) -> bool:
    """Whether values of this kind are words or numbers of people, which are never kept as they are."""
    kind = known_kinds().get(code)
    return kind is not None and kind.type in _IN_WORDS


def masked_trait(code: str, value: object) -> object:
    """The value as pages show it: a phone by its ends, a bank account by its last four digits."""
    kind = known_kinds().get(code)
    if not isinstance(value, str) or kind is None or kind.type not in _IN_WORDS:
        return value
    return mask_phone(value) if kind.type == "phone" else mask_words(_tail_only(code, value))


def _tail_only(code: str, text: str) -> str:
    """An account for payments is known here by its last four digits, however it was typed."""
    return mask_account(text) if code == "bank_card" else text


def read_trait(code: str, text: str) -> object:
    """A typed value as JSON keeps it; RuleBroken when the kind is unknown, derived, or the value of another type."""
    kind = known_kinds().get(code)
    if kind is None:
        raise RuleBroken(N_("This trait is not in the list. Choose one from it."), field="kind")
    if code in DERIVED:
        raise RuleBroken(
            N_("This is worked out from birth date, address and household. Correct those instead."), field="kind"
        )
    value = _READERS[kind.type](_tail_only(code, text.strip()))
    if value is None:
        raise RuleBroken(N_("This value does not fit the trait. Check it and type it again."), field="value")
    return value


def _bool(text: str) -> bool | None:
    return {"": True, "1": True, "true": True, "0": False, "false": False}.get(text.lower())


def _int(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _decimal(text: str) -> str | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return str(found) if found.is_finite() and abs(found) < 10**9 else None


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _text(text: str) -> str | None:
    return text if 0 < len(text) <= 100 else None


_READERS = {
    "bool": _bool,
    "int": _int,
    "decimal": _decimal,
    "money": _decimal,
    "date": _date,
    "code": _text,
    "text": _text,
    "phone": _text,
}
