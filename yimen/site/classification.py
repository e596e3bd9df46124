"""What each column holds of a person, in one reviewed file: `classification.csv`, a line for each field of each table.

class      public, internal, personal or sensitive (PIPL art. 28; GB/T 35273 annex B)
kept       plain, sealed (SM4-GCM) or hashed (found by, never read)
shown      full; masked (in parts, whole only by a reveal on record); station, above, named (who may read it, below);
           never (leaves the server in no form)
until      how long a personal or sensitive value is kept: a name from UNTIL

A field of JSON has a line for each key, or `*` for all of them. The check below refuses to start with a field that has
no line, so nobody adds a column without saying what it is.
"""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.db import models

from yimen.core.errors import N_
from yimen.registry.rules.traits import known_kinds

FILE = Path(__file__).with_name("classification.csv")

CLASSES = {
    "public": N_("public"),
    "internal": N_("internal"),
    "personal": N_("personal"),
    "sensitive": N_("sensitive personal"),
}
KEPT = {"plain": N_("as it is"), "sealed": N_("enciphered"), "hashed": N_("as a hash only")}
SHOWN = {
    "full": N_("to who may open the record"),
    "masked": N_("in part; whole only with a reason on record"),
    "station": N_("to the person's own station"),
    "above": N_("to the level above the handler"),
    "named": N_("to the named handlers"),
    "never": N_("to nobody"),
}
# Ours [proposed], to be confirmed by the city's archives; what the product carries out by itself says so.
UNTIL = {
    "served": N_("while the community serves the person, and 5 years after"),
    "case": N_("10 years after the case is closed"),
    "trail": N_("at least 6 months, 3 years for what was given out; the product never removes it"),
    "post": N_("while the person works here, and 3 years after"),
    "draft": N_("until the draft expires, then removed by itself"),
    "roster": N_("7 days after the roster was applied or left lying, then removed by itself"),
    "session": N_("8 hours, then void by itself"),
    "token": N_("90 days, then void by itself"),
    "hours": N_("72 hours"),
    "minutes": N_("15 minutes, then removed by itself"),
    "approval": N_("3 years after it was answered"),
}
OF_A_PERSON = ("personal", "sensitive")


class Line(NamedTuple):
    """One field, or one key of a field of JSON."""

    model: str
    field: str
    key: str
    class_: str
    kept: str
    shown: str
    until: str

    @property
    def name(self) -> str:
        """Such as "registry.Trait.value[is_dibao]"."""
        return f"{self.model}.{self.field}" + (f"[{self.key}]" if self.key else "")


@cache
def lines() -> Sequence[Line]:
    """The whole file, in its order."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return tuple(Line(*row) for row in rows)


def our_models() -> list[type[models.Model]]:
    """The tables of our rooms, those between two others included."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if model.__module__.startswith("yimen.")]


def every_field_is_classified(app_configs: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """An error for each field without a line, each line without a field, and each line that says nothing sound."""
    said = lines()
    return [
        *_missing(our_models(), said),
        *_left_over(our_models(), said),
        *(error for line in said for error in _faults(line)),
    ]


def _columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.local_fields if not isinstance(field, models.CompositePrimaryKey)]


def _keys_of(model: str, field: str) -> set[str]:
    """The keys that a field of JSON is known to have; any other field of JSON may say `*`."""
    return set(known_kinds()) if (model, field) == ("registry.Trait", "value") else set()


def _missing(known: Sequence[type[models.Model]], said: Sequence[Line]) -> Iterator[CheckMessage]:
    keys: dict[tuple[str, str], set[str]] = {}
    for line in said:
        keys.setdefault((line.model, line.field), set()).add(line.key)
    for model in known:
        label = model._meta.label
        for field in _columns(model):
            given = keys.get((label, field.name), set())
            if not isinstance(field, models.JSONField):
                wanted = {""}
            else:
                wanted = _keys_of(label, field.name) or (given - {""}) or {"*"}
            for key in sorted(wanted - given):
                yield _error(f"{label}.{field.name}{f'[{key}]' if key else ''} is not classified.", label, field.name)


def _left_over(known: Sequence[type[models.Model]], said: Sequence[Line]) -> Iterator[CheckMessage]:
    there = {(model._meta.label, field.name): field for model in known for field in _columns(model)}
    seen: set[str] = set()
    for line in said:
        field = there.get((line.model, line.field))
        wanted = _keys_of(line.model, line.field)
        if field is None or (wanted and line.key not in wanted):
            yield _error(f"{line.name} is classified but does not exist. Take the line out.", line.model, line.field)
        elif line.kept == "sealed" and not isinstance(field, (models.BinaryField, models.JSONField)):
            yield _error(f"{line.name} cannot be sealed: its column holds no bytes.", line.model, line.field)
        elif line.name in seen:
            yield _error(f"{line.name} is classified twice. Keep one line.", line.model, line.field)
        seen.add(line.name)


def _faults(line: Line) -> Iterator[CheckMessage]:
    for word, allowed in ((line.class_, CLASSES), (line.kept, KEPT), (line.shown, SHOWN)):
        if word not in allowed:
            yield _error(f"{line.name}: {word!r} is none of {', '.join(allowed)}.", line.model, line.field)
    if line.class_ in OF_A_PERSON and line.until not in UNTIL:
        yield _error(f"{line.name} is {line.class_} and does not say how long it is kept.", line.model, line.field)
    if line.class_ in ("public", "internal") and (line.until or line.kept == "sealed"):
        yield _error(f"{line.name} is {line.class_}: then it is kept plain and for good.", line.model, line.field)


def _error(words: str, model: str, field: str) -> Error:
    hint = f"A line of {FILE.name} reads: {model},{field},,personal,plain,full,served. Its words: classification.py."
    return Error(words, hint=hint, id="yimen.E001")
