"""What the catalogue says on a date. Read whole and kept in the process: 88 matters change a few times a year."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from yimen.catalogue.models import Category as CategoryRow
from yimen.catalogue.models import Item as ItemRow
from yimen.catalogue.models import ItemVersion, Parameter
from yimen.catalogue.models import Material as MaterialRow
from yimen.catalogue.rules import Category, Item, Material, Text, item_of
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.names import initials

_LOOK_AGAIN = 5.0  # seconds after which another process's publication is noticed


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one matter: `item` is what it says from `from_on` until `to_on` (exclusive)."""

    id: UUID
    number: int
    decision_no: str
    from_on: date
    to_on: date | None
    item: Item

    @property
    def code(self) -> str:
        return self.item.code

    def holds_on(self, day: date) -> bool:
        """Whether this version is in force on a day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The whole catalogue as of one reading."""

    stamp: tuple[object, ...]
    versions: tuple[Version, ...]
    by_id: Mapping[UUID, Version]
    categories: Mapping[str, Category]
    materials: Mapping[str, Material]
    parameters: Mapping[str, object]
    letters: Mapping[str, str]  # matter code → pinyin initials of its name
    names: Mapping[UUID, tuple[str, ...]]  # version → code, name, initials, English name, to be found by


_shelf: Shelf | None = None
_living: tuple[Shelf, date, dict[str, Version]] | None = None  # the last answer of `live`
_looked_at = 0.0


def shelf() -> Shelf:
    """The catalogue, read again when its stamp has changed."""
    global _shelf, _looked_at
    if _shelf is not None and time.monotonic() - _looked_at < _LOOK_AGAIN:
        return _shelf
    stamp = _stamp()
    if _shelf is None or _shelf.stamp != stamp:
        _shelf = _read(stamp)
    _looked_at = time.monotonic()
    return _shelf


def forget() -> None:
    """Read again at the next question: called by the actions that change the catalogue."""
    global _shelf
    _shelf = None


def _stamp() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), max(id::text), count(to_on), (select string_agg(name || value::text, ',' order by name) "
            "from catalogue_parameter), (select count(*) from catalogue_material) from catalogue_itemversion"
        )
        return tuple(cursor.fetchone())


def _read(stamp: tuple[object, ...]) -> Shelf:
    order = {row.code: (row.category_id, row.position) for row in ItemRow.objects.all()}
    versions = tuple(
        sorted(
            (
                Version(row.id, row.number, row.decision_no, row.from_on, row.to_on, item_of(row.content))
                for row in ItemVersion.objects.all()
            ),
            key=lambda version: (*order[version.code], version.number),
        )
    )
    letters = {version.code: initials(version.item.name.zh) for version in versions}
    return Shelf(
        stamp,
        versions,
        MappingProxyType({version.id: version for version in versions}),
        {
            row.code: Category(row.code, Text(row.name, row.name_en), row.post)
            for row in CategoryRow.objects.order_by("position")
        },
        {row.code: _material(row) for row in MaterialRow.objects.order_by("code")},
        {row.name: row.value for row in Parameter.objects.all() if row.value is not None},
        letters,
        {version.id: _names(version, letters[version.code]) for version in versions},
    )


def _names(version: Version, letters: str) -> tuple[str, ...]:
    return version.code.lower(), version.item.name.zh.lower(), letters, version.item.name.en.lower()


def _material(row: MaterialRow) -> Material:
    return Material(
        row.code,
        Text(row.name, row.name_en),
        Text(row.counts, row.counts_en),
        row.is_reusable,
        row.holder,
        row.valid_months,
        row.is_made_here,
    )


def live(day: date) -> dict[str, Version]:
    """The versions in force on a day, by matter code, in the order of the catalogue."""
    global _living
    whole = shelf()
    if _living is None or _living[0] is not whole or _living[1] != day:
        _living = (whole, day, {version.code: version for version in whole.versions if version.holds_on(day)})
    return dict(_living[2])


def version_on(code: str, day: date) -> Version:
    """The version of a matter in force on a day; a sentence when it is unknown, not yet in force, or over."""
    of_code = [version for version in shelf().versions if version.code == code]
    if not of_code:
        raise NotFound(N_("No matter has this code. Choose one from the catalogue."))
    for version in of_code:
        if version.holds_on(day):
            return version
    first = min(version.from_on for version in of_code)
    if day < first:
        raise RuleBroken(
            N_("This matter comes into force on %(day)s. Take it from that day on."),
            field="matter",
            day=first.isoformat(),
        )
    raise RuleBroken(N_("This matter is closed. Choose its successor in the catalogue."), field="matter")


def version(version_id: UUID) -> Version:
    """A version by its id, in force or not."""
    found = shelf().by_id.get(version_id)
    if found is None:
        forget()
        found = shelf().by_id.get(version_id)
    if found is None:
        raise NotFound()
    return found


def history(code: str) -> list[Version]:
    """Every version of a matter, newest first."""
    return [version for version in reversed(shelf().versions) if version.code == code]


def words(text: Text) -> str:
    """A text in the reader's language."""
    return text.within(get_language() or "zh-hans")


def paper_words(code: str) -> str:
    """A material in the reader's language; an unknown code as it stands."""
    material = shelf().materials.get(code)
    return words(material.name) if material else code


def find_matters(text: str, day: date, limit: int = 8) -> list[Version]:
    """Matters whose code, name or pinyin initials hold the text: those that begin with it first."""
    wanted = text.strip().lower()
    if not wanted:
        return []
    names = shelf().names
    ranked = [
        (rank, position, found)
        for position, found in enumerate(live(day).values())
        if (rank := _rank(wanted, names[found.id])) is not None
    ]
    return [found for _rank_, _position, found in sorted(ranked, key=lambda row: row[:2])[:limit]]


def _rank(wanted: str, names: tuple[str, ...]) -> int | None:
    held = [name for name in names if wanted in name]
    if not held:
        return None
    return 0 if any(name.startswith(wanted) for name in held) else 1
