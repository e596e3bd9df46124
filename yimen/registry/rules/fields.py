"""What is known of a resident: how each value is named, checked, and by whom it may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from yimen.core.codes import code_label, code_list
from yimen.core.errors import N_, RuleBroken
from yimen.core.identity import OLDEST_YEARS, age_on

Kind = Literal["text", "date", "code", "number", "phone"]
MOST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a resident. `codes` names its code list; `needs_proof`: only a document that was seen changes it."""

    name: str
    label: str
    kind: Kind
    codes: str = ""
    needs_proof: bool = False
    most: int = MOST_TEXT


_ALL = (
    Field("name", N_("Name"), "text", needs_proof=True, most=50),
    Field("id_number", N_("Identity number"), "number", needs_proof=True),
    Field("sex", N_("Sex"), "code", "sex_gbt2261_1", needs_proof=True),
    Field("birth_on", N_("Born"), "date", needs_proof=True),
    Field("phone", N_("Phone"), "phone"),
    Field("former_name", N_("Former name"), "text", most=50),
    Field("ethnic", N_("Ethnic group"), "code", "ethnic_gbt3304"),
    Field("marital", N_("Marital status"), "code", "marital_gbt2261_2"),
    Field("education", N_("Education"), "code", "education_gbt4658"),
    Field("political", N_("Political affiliation"), "code", "political_gbt4762"),
    Field("employment", N_("Employment"), "code", "employment_status_gbt2261_4"),
    Field("registered_address", N_("Registered address"), "text"),
    Field("registered_division", N_("Registered division code"), "text", most=12),
    Field("died_on", N_("Died"), "date", needs_proof=True),
)
FIELDS: Mapping[str, Field] = {field.name: field for field in _ALL}

EVIDENCE = {
    "stated": N_("Stated by the resident"),
    "seen": N_("Document seen"),
    "matched": N_("Matched with the department"),
}
SOURCES = {
    "desk": N_("Counter"),
    "seen": N_("Seen at the counter"),
    "visit": N_("Home visit"),
    "resident": N_("The resident"),
    "import": N_("Import"),
    "POP": N_("Population"),
    "CIV": N_("Civil affairs"),
    "LSS": N_("Labour and social security"),
    "DIS": N_("Disabled persons"),
    "FPL": N_("Family services"),
    "VOL": N_("Volunteers"),
}


def read_value(field: Field, text: str, *, today: date) -> str | date | None:
    """A typed value in the form it is kept in; RuleBroken with the field's name when it cannot be right.

    Numbers and phones are read by `rules.numbers`, since they decide more than themselves.
    """
    if field.kind == "date":
        return _date(field, text, today)
    if field.kind == "code" and text and text not in code_list(field.codes):
        raise RuleBroken(N_("This value is not in the list. Choose one from it."), field=field.name)
    if len(text) > field.most:
        raise RuleBroken(
            N_("The text is too long. Keep it under %(limit)s characters."), field=field.name, limit=field.most
        )
    if field.name == "name" and not text:
        raise RuleBroken(N_("A resident needs a name. Type it as on the document."), field=field.name)
    if field.name == "registered_division" and not (text == "" or (text.isascii() and text.isdigit())):
        raise RuleBroken(N_("A division code has digits only. Type up to twelve."), field=field.name)
    return text


def _date(field: Field, text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(
            N_("%(text)s is not a real date. Write it such as 2026-11-23."), field=field.name, text=text[:20]
        ) from None
    if found > today:
        raise RuleBroken(N_("This date lies in the future. Compare it with the document."), field=field.name)
    if age_on(found, today) > OLDEST_YEARS:
        raise RuleBroken(N_("This date is more than 150 years ago. Compare it with the document."), field=field.name)
    return found


def as_text(value: object) -> str:
    """A kept value as it is written down in a change: ISO dates, "" for nothing."""
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def in_words(field: Field, value: str, language: str) -> str:
    """A written value as people read it."""
    return code_label(field.codes, value, language) if field.codes else value
