"""Rosters as they come: titles, help and signatures around rows of which a known part is spoiled."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from yimen.exchange.messy.entries import MAKERS, community_codes
from yimen.exchange.messy.faults import FAULTS, Fault, plant
from yimen.exchange.messy.people import Entry, People, words
from yimen.exchange.rules.words import headers, plain, synonyms

KINDS = ("residents", "traits", "households", "dwellings", "buildings", "staff", "linked")
_SHARE = 4  # every fourth row is spoiled
_NAMES = 6  # of the words for a column, the most usual


@dataclass(frozen=True)
class Formula:
    """A cell that is computed; `value` is what was computed last."""

    text: str
    value: int


@dataclass
class MessySheet:
    """Cells by row, from 0; merged blocks with both ends; the entries by row as the spreadsheet counts, from 1."""

    name: str
    rows: list[list[object]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    hidden: bool = False
    has_tail: bool = False


def make(kind: str, rows: int, seed: int, *, typed: bool = True, communities: Sequence[str] = ()) -> list[MessySheet]:
    """A messy workbook; the same for the same seed. `typed`: cells may be numbers, dates and formulas. `communities`:
    where its people live, by name; without any, in the one of the demonstration's head."""
    random = Random(f"{kind}-{seed}")  # noqa: S311 - made up again from its seed
    people = People(random, communities)
    if kind == "linked":
        return _linked(random, people, rows, typed)
    entries = _entries(random, people, kind, rows, typed)
    if kind == "residents":
        entries = _with_repeats(random, entries, community_codes(people.communities))
    made = [_sheet(random, kind, entries, people.communities[0], typed)]
    if typed:
        made.append(_hidden(random))
        random.shuffle(made)
    return made


def _linked(random: Random, people: People, rows: int, typed: bool) -> list[MessySheet]:
    """Buildings, owners, and rooms that name both."""
    owners = _entries(random, people, "owners", rows, typed)
    rooms = [MAKERS["rooms"](people) for _ in owners]
    for one, other in zip(rooms, owners, strict=True):
        one.cells["owner_key"] = other.cells["owner_key"]
    _spoil(random, rooms, "rooms", typed)
    numbers = sorted({each.truth["door"].split("-")[0] for each in rooms}, key=int)
    buildings = [Entry({"building": number, "floors": 33}, {"building": number}) for number in numbers]
    kinds = (("buildings", buildings), ("owners", owners), ("rooms", rooms))
    return [_sheet(random, kind, entries, people.communities[0], typed) for kind, entries in kinds]


def _entries(random: Random, people: People, kind: str, rows: int, typed: bool) -> list[Entry]:
    entries = [MAKERS[kind](people) for _ in range(rows)]
    _spoil(random, entries, kind, typed)
    return entries


def _spoil(random: Random, entries: Sequence[Entry], kind: str, typed: bool) -> None:
    """Every fault that fits once, then at random, until the share is reached."""
    fitting = [fault for fault in FAULTS if fault.field in entries[0].cells and (typed or not fault.typed)]
    fitting = [fault for fault in fitting if _applies(fault, kind)]
    places = list(range(len(entries)))
    random.shuffle(places)
    wanted = max(len(entries) // _SHARE, min(len(fitting), len(entries)))
    for turn, place in enumerate(places[:wanted]):
        start = turn if turn < len(fitting) else random.randrange(len(fitting))
        for step in range(len(fitting)):
            if plant(random, entries[place], fitting[(start + step) % len(fitting)]):
                break


def _applies(fault: Fault, kind: str) -> bool:
    if kind == "households" and fault.field == "phone":
        return fault.state != "noted"
    if kind == "staff":
        return fault.name not in ("number is missing", "phone is missing")
    return True


def _with_repeats(random: Random, entries: list[Entry], codes: Mapping[str, str]) -> list[Entry]:
    """The same person twice in one place, in two communities, and one number for two people."""
    sound = [entry for entry in entries if not entry.faults]
    random.shuffle(sound)
    for turn in range(min(len(sound) // 4, max(1, len(entries) // 50))):
        first, second, third, fourth = sound[turn * 4 : turn * 4 + 4]
        again = deepcopy(first)
        again.faults.append(("the same row again", "", "noted"))
        moved = deepcopy(second)
        other = random.choice([name for name in codes if name != second.cells["community"]])
        moved.cells["community"], moved.truth["community"] = other, codes[other]
        for entry in (second, moved):
            entry.faults.append(("in two communities", "", "refused"))
        for name in ("id_number", "sex", "birth_on"):
            fourth.cells[name], fourth.truth[name] = third.cells[name], third.truth[name]
        if fourth.truth["name"] == third.truth["name"]:
            fourth.cells["name"] = fourth.truth["name"] = third.truth["name"] + words()["given"][0]
        for entry in (third, fourth):
            entry.faults.append(("one number for two people", "id_number", "refused"))
        entries = [*entries, again, moved]
    return entries


def _sheet(random: Random, kind: str, entries: Sequence[Entry], community: str, typed: bool) -> MessySheet:
    fields = list(entries[0].cells)
    random.shuffle(fields)
    grouped = {"compound", "door"} <= set(fields) and random.random() < 0.4
    if grouped:
        fields = [name for name in fields if name not in ("compound", "door")]
        at = random.randrange(1, len(fields))
        fields[at:at] = ["compound", "door"]
    columns = ["sequence", *fields, *(["age"] if "birth_on" in fields and typed else []), "note"]
    labels = [_label(random, name) for name in columns]
    sheet = MessySheet(words()["what"][kind], [])
    _titles(random, sheet, kind, community, len(columns))
    _header(sheet, columns, labels, grouped=grouped)
    _data(random, sheet, columns, labels, entries, grouped=grouped)
    _foot(random, sheet)
    _help(random, sheet, len(columns))
    sheet.has_tail = typed and random.random() < 0.7
    return sheet


def _label(random: Random, name: str) -> str:
    if name in words()["aside"]:
        return str(words()["aside"][name])
    known = [word for word in synonyms(name)[:_NAMES] if headers().get(plain(word), ("",))[0] == name]
    return random.choice(known) + random.choice(["", "", "", "*"])


def _titles(random: Random, sheet: MessySheet, kind: str, community: str, width: int) -> None:
    stock = words()
    said = {"street": stock["street"], "community": community, "what": stock["what"][kind]}
    wanted = random.randrange(1, 4) if kind == "traits" else random.randrange(4)
    for turn in range(wanted):
        text = random.choice(stock["titles"]) if not turn else random.choice(stock["notes"])
        sheet.merges.append((len(sheet.rows), 0, len(sheet.rows), width - 1))
        sheet.rows.append([text.format(**said)])


def _header(sheet: MessySheet, columns: Sequence[str], labels: Sequence[str], *, grouped: bool) -> None:
    if not grouped:
        sheet.rows.append([*labels])
        return
    at, top = columns.index("compound"), len(sheet.rows)
    upper: list[object] = [*labels]
    upper[at], upper[at + 1] = words()["group"], None
    lower: list[object] = [None] * len(columns)
    lower[at], lower[at + 1] = labels[at], labels[at + 1]
    sheet.merges.append((top, at, top, at + 1))
    sheet.rows += [upper, lower]


def _data(
    random: Random,
    sheet: MessySheet,
    columns: Sequence[str],
    labels: Sequence[str],
    entries: Sequence[Entry],
    *,
    grouped: bool,
) -> None:
    for turn, entry in enumerate(entries, 1):
        if random.random() < 0.02:
            sheet.rows.append([])
        if turn > 1 and not grouped and random.random() < 0.01:
            sheet.rows.append([*labels])
        sheet.rows.append([_cell(entry, name, turn) for name in columns])
        sheet.entries[len(sheet.rows)] = entry


def _cell(entry: Entry, name: str, turn: int) -> object:
    if name == "sequence":
        return turn
    if name == "age":
        year = int(entry.truth["birth_on"][:4])
        return Formula(f"=2026-{year}", 2026 - year)
    return entry.cells.get(name)


def _foot(random: Random, sheet: MessySheet) -> None:
    for text in random.sample(words()["foot"], random.randrange(len(words()["foot"]) + 1)):
        sheet.rows.append([text, None, None])


def _help(random: Random, sheet: MessySheet, width: int) -> None:
    """Explanations to the right of the table, beginning beside the header or the first row of data."""
    if random.random() < 0.5:
        return
    first = min(sheet.entries) - random.randrange(2)
    for turn, line in enumerate(words()["help"][: len(sheet.rows) - first]):
        row = sheet.rows[first - 1 + turn]
        row.extend([None] * (width + 2 - len(row)))
        row.extend(line)


def _hidden(random: Random) -> MessySheet:
    """A sheet that must not be taken for the roster."""
    name = random.choice(words()["hidden"])
    labels = [synonyms(field)[0] for field in ("name", "id_number", "phone")]
    rows: list[list[object]] = [[*labels], [random.choice(words()["relations"]), "1" * 18, "1" * 11]]
    return MessySheet(name, rows, hidden=True)


def key_of(sheets: Sequence[MessySheet], kind: str, seed: int, communities: Sequence[str] = ()) -> Mapping[str, Any]:
    """The answers, as they are kept beside the roster."""
    return {
        "kind": kind,
        "seed": seed,
        "communities": community_codes(communities),
        "hidden": [sheet.name for sheet in sheets if sheet.hidden],
        "sheets": {
            sheet.name: {
                str(number): {"truth": entry.truth, "faults": entry.faults} for number, entry in sheet.entries.items()
            }
            for sheet in sheets
            if not sheet.hidden
        },
    }
