"""Guesses columns from their headers and from what stands in them, and the kind of a table from its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from yimen.exchange.rules.cells.texts import people_in
from yimen.exchange.rules.cells.tidy import said, tidy
from yimen.exchange.rules.fields import TRAIT, Kind
from yimen.exchange.rules.labels import REST, is_of_another, meaning
from yimen.exchange.rules.likeness import better_list, fits, likeness_of
from yimen.exchange.rules.owning import of_owners
from yimen.exchange.rules.sheets import Cell
from yimen.exchange.rules.table import Column, Table
from yimen.exchange.rules.words import pattern, plain, synonyms, titles

Why = Literal["remembered", "header", "content"]
SAMPLE = 60  # rows looked at


@dataclass(frozen=True, slots=True)
class Guess:
    """A column's field, how sure (0 to 1) and why."""

    field: str
    certainty: float
    why: Why


def kind_and_guesses(table: Table) -> tuple[Kind | None, dict[int, Guess], str]:
    """The kind of a table (None: nothing the register keeps), its columns, and the trait its title names."""
    samples = _samples(table)
    guesses = {column.index: guess for column in table.columns if (guess := _guess(column, samples[column.index]))}
    for index, name in of_owners(table.columns, {index: guess.field for index, guess in guesses.items()}).items():
        guesses[index] = replace(guesses[index], field=name)
    _fill_from_content(guesses, table.columns, samples)
    _several_in_cells(guesses, table.columns, samples)
    guesses = _each_once(guesses)
    _number_of_certificates(guesses, table.columns, samples)
    _rooms_of_buildings(guesses, samples)
    trait = _implied(table, {guess.field for guess in guesses.values()})
    kind = _kind({guess.field for guess in guesses.values()}, table, guesses, trait)
    if kind is Kind.STAFF:
        _phone_of_the_office(guesses, table.columns, samples)
    return kind, _in_the_words_of(kind, guesses, trait), trait


def _samples(table: Table) -> dict[int, list[Cell]]:
    rows = list(islice(table.rows(), SAMPLE))
    return {
        column.index: [cell for row in rows if (cell := row.cell(column.index)).value is not None]
        for column in table.columns
    }


def _guess(column: Column, cells: Sequence[Cell]) -> Guess | None:
    """What the header says, unless what stands below says something else."""
    found = meaning(column.label, column.above)
    if found is None:
        return None
    likeness = likeness_of(cells)
    if likeness and found.field in _CONFUSED.get(likeness, ()):
        return Guess(likeness, 0.8, "content")
    if other := better_list(found.field, cells):
        return Guess(other, 0.8, "content")
    if found.certainty < 0.9 and cells and not fits(found.field, cells, likeness):
        return None
    return Guess(found.field, round(found.certainty, 3), "header")


def people_left(table: Table, guesses: Mapping[int, Guess]) -> list[str]:
    """The headers of columns that name people and are not understood; those of officers and guardians are."""
    samples = _samples(table)
    return [
        column.above + column.label
        for column in table.columns
        if column.index not in guesses
        and likeness_of(samples[column.index]) in ("name", "id_number")
        and (not is_of_another(column.label) or pattern("kin").search(column.label))
    ]


# A column that looks like the first is not any of the others, whatever its header says.
_CONFUSED: Mapping[str, frozenset[str]] = {
    "id_number": frozenset({"phone", "phone_2", "name", "sequence", "ignored", "birth_on", "document_kind", "address"}),
    "phone": frozenset({"id_number", "name", "sequence", "address", "trait:emergency_contact", "trait:employer"}),
    "name": frozenset({"sequence", "id_number", "phone"}),
}


_INSTEAD = {"door": ("room", "address"), "name": ("owner_name", "head_name")}  # with one of these, no guess


def _several_in_cells(
    guesses: dict[int, Guess], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> None:
    """Columns whose cells name families, beside that of the person of the row: several people in many cells, or
    members of whom nothing but the name is said, where the head's number is."""
    held = {guess.field for guess in guesses.values()}
    is_of_head = {"head_name", "head_number"} <= held and not held & _OF_A_PERSON
    named = {index for index, guess in guesses.items() if guess.field in ("name", "head_name", "owner_name")}
    for column in columns:
        is_alone = not named - {column.index}
        is_of_family = column.index not in guesses and pattern("of_family").search(plain(column.label)) is not None
        if is_alone or not (is_of_family or column.index in named):
            continue
        cells, is_named = samples[column.index], column.index in named
        is_told_of = is_named and is_of_head and pattern("of_member").search(plain(column.label))
        if is_told_of or sum(people_in(said(cell)) > 1 for cell in cells) * 5 > len(cells):
            guesses[column.index] = Guess("members", 0.8, "content")
            named.discard(column.index)


def _number_of_certificates(
    guesses: dict[int, Guess], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> None:
    """Disability certificates, which begin with the identity number, where no other column gives it."""
    if any(guess.field in ("id_number", "head_number") for guess in guesses.values()):
        return
    for column in columns:
        texts = [tidy(said(cell)).replace(" ", "") for cell in samples[column.index]]
        whole = sum(pattern("disability_number").fullmatch(text) is not None for text in texts)
        if pattern("disability_label").search(plain(column.label)) and texts and whole * 2 > len(texts):
            guesses[column.index] = Guess("id_number", 0.8, "content")
            return


def _rooms_of_buildings(guesses: dict[int, Guess], samples: Mapping[int, Sequence[Cell]]) -> None:
    """Beside a column of buildings, what is called a door may hold only rooms; without one, what is called a room may
    hold whole doors."""
    held = {guess.field for guess in guesses.values()}
    for index, guess in guesses.items():
        if guess.field not in ("door", "room"):
            continue
        has_doors = likeness_of(samples[index]) == "door"
        if guess.field == "door" and "building" in held and "room" not in held and not has_doors:
            guesses[index] = Guess("room", guess.certainty, guess.why)
        elif guess.field == "room" and not held & {"building", "unit", "door"} and has_doors:
            guesses[index] = Guess("door", guess.certainty, guess.why)


def _phone_of_the_office(
    guesses: dict[int, Guess], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> None:
    """Landlines of colleagues, where no column is said to hold the office's: likely, and a person should look."""
    if any(guess.field == "office_phone" for guess in guesses.values()):
        return
    for column in columns:
        guess = guesses.get(column.index)
        if guess is None or guess.field not in ("phone", "phone_2") or pattern("of_home").search(column.label):
            continue
        texts = [tidy(said(cell)) for cell in samples[column.index]]
        if texts and sum(text.startswith("0") for text in texts) * 2 > len(texts):
            guesses[column.index] = Guess("office_phone", 0.7, "content")
            return


def _fill_from_content(
    guesses: dict[int, Guess], columns: Sequence[Column], samples: Mapping[int, Sequence[Cell]]
) -> None:
    """Columns whose header says nothing, by what stands in them; only what no other column is yet."""
    taken = {guess.field for guess in guesses.values()}
    for column in columns:
        if column.index in guesses or is_of_another(column.above + column.label):
            continue
        likeness = likeness_of(samples[column.index])
        if likeness and not taken & {likeness, *_INSTEAD.get(likeness, ())}:
            guesses[column.index] = Guess(likeness, 0.6, "content")
            taken.add(likeness)


def _each_once(guesses: Mapping[int, Guess]) -> dict[int, Guess]:
    """Every field by its surest column; a second phone is the second phone."""
    kept: dict[int, Guess] = {}
    taken: set[str] = set()
    for index, guess in sorted(guesses.items(), key=lambda one: (-one[1].certainty, one[0])):
        name = guess.field
        if name in taken and name == "phone":
            name = "phone_2"
        if name in REST or name not in taken:
            kept[index] = Guess(name, guess.certainty, guess.why)
            taken.add(name)
    return dict(sorted(kept.items()))


def _implied(table: Table, held: set[str]) -> str:
    """The one trait that title or sheet name give to everybody; none where they name several groups and each row its
    own, as in "低保、残疾人员名单"."""
    said_above, found = plain(table.name + table.title), list[str]()
    words = [(word, kind) for kind, words in titles().items() for word in words]
    for word, kind in sorted(words, key=lambda one: -len(one[0])):  # a longer word hides what stands within it
        if word in said_above:
            said_above = said_above.replace(word, " ")
            found.append(kind)
    if not found or ("trait_kind" in held and len(set(found)) > 1):
        return ""
    return found[0]


_DOOR = frozenset({"building", "room", "door"})
_OF_A_PERSON = frozenset(
    {"id_number", "sex", "birth_on", "age", "relation", "ethnic", "education", "marital", "political"}
)
_PORTRAIT = frozenset({"ethnic", "education", "marital", "political", "employment", "former_name"})
_OF_A_HOME = frozenset({"relation", "household_number", "from_on", "residence_kind", "owner_kind"})
_OF_STAFF = frozenset({"staff_number", "duty", "department", "post", "hired_on", "side"})
_MINOR = frozenset(
    f"{TRAIT}{kind}" for kind in ("employer", "bank_card", "emergency_contact", "emergency_phone", "school")
)


def _kind(held: set[str], table: Table, guesses: Mapping[int, Guess], trait: str) -> Kind | None:
    has_number = bool(held & {"id_number", "head_number"})
    person = "name" in held or ("head_name" in held and has_number and (bool(trait) or "members" in held))
    if "name" in held and not trait and _is_staff(held, table, _named(table, guesses)):
        return Kind.STAFF
    if person:
        return _kind_of_people(held, table, guesses, trait)
    if held & {"head_name", "household_number"}:
        return Kind.HOUSEHOLDS
    if held & {"room", "door"} or {"address", "area"} <= held or {"address", "owner_name"} <= held:
        return Kind.DWELLINGS if held & _OF_A_DWELLING or _strangers(table, guesses) < _FEW else None
    return Kind.BUILDINGS if "building" in held or {"compound", "floors"} <= held else None


_OF_A_DWELLING = frozenset(
    {"area", "inner_area", "floor", "layout", "rented", "dwelling_use", "dwelling_state", "owner_name", "owner_key"}
)
_FEW = 4  # columns of other books that a list of doors may have


def _strangers(table: Table, guesses: Mapping[int, Guess]) -> int:
    """How many columns hold nothing the register keeps: fees, meters, cars."""
    return sum(column.index not in guesses or guesses[column.index].field == "ignored" for column in table.columns)


def _named(table: Table, guesses: Mapping[int, Guess]) -> str:
    """The label of the column that holds the name, behind the group it stands in."""
    held = {index for index, guess in guesses.items() if guess.field == "name"}
    return next((column.above + column.label for column in table.columns if column.index in held), "")


def _is_staff(held: set[str], table: Table, named: str) -> bool:
    if held & (_DOOR | _OF_A_HOME):
        return "staff_number" in held and not held & _OF_A_HOME
    if pattern("staff_title").search(named):
        return True
    marks = len(held & _OF_STAFF)
    return (
        marks > 1
        or (marks > 0 and not any(name.startswith(TRAIT) and name not in _MINOR for name in held))
        or (marks > 0 and pattern("staff_title").search(table.name + table.title) is not None)
    )


def _kind_of_people(held: set[str], table: Table, guesses: Mapping[int, Guess], trait: str) -> Kind:
    if _is_of_dwellings(held, _named(table, guesses)) and not trait:
        return Kind.DWELLINGS
    traits = {name for name in held if name.startswith(TRAIT)} - _MINOR
    is_portrait = len(held & _PORTRAIT) > 1
    if not held & (_OF_A_HOME | _DOOR) and not is_portrait and (traits or "trait_kind" in held):
        return Kind.RESIDENTS if not trait and _lists_everybody(table, held, guesses) else Kind.TRAITS
    if trait and not held & (_OF_A_HOME - {"relation"}):
        return Kind.TRAITS
    return Kind.RESIDENTS


def _is_of_dwellings(held: set[str], named: str) -> bool:
    """Whether a table with names lists dwellings with their owners: nobody could be found by what it says of them."""
    if not held & (_DOOR | {"address"}) or held & _TELLING or any(name.startswith(TRAIT) for name in held - _MINOR):
        return False
    is_owner, facts = "owner_name" in held or pattern("owner").search(named) is not None, len(held & _FACTS)
    if is_owner and (facts or ("owner_name" not in held and held & _DOOR and not held & _OF_A_PERSON)):
        return True
    return facts > 1 and plain(named) == plain(synonyms("name")[0]) and not held & (_OF_A_PERSON | _PORTRAIT)


_TELLING = frozenset({"id_number", "head_number", "birth_on", "relation", "household_number", "residence_kind"})
_FACTS = frozenset({"area", "inner_area", "layout", "rented", "dwelling_use", "dwelling_state"})  # of a dwelling


def _lists_everybody(table: Table, held: set[str], guesses: Mapping[int, Guess]) -> bool:
    """Whether a roster with addresses and traits lists residents, most of whom have no trait."""
    if "address" not in held:
        return False
    columns = [index for index, guess in guesses.items() if guess.field.startswith(("trait_kind", TRAIT))]
    rows = list(islice(table.rows(), SAMPLE))
    empty = sum(all(row.cell(index).value is None for index in columns) for row in rows)
    return empty * 2 > len(rows)


# The same column has another name in another kind of roster.
_WORDS: Mapping[Kind, Mapping[str, str]] = {
    Kind.DWELLINGS: {
        "name": "owner_name",
        "phone": "owner_phone",
        "head_name": "owner_name",
        "id_number": "owner_number",
    },
    Kind.HOUSEHOLDS: {"id_number": "head_number", "name": "head_name"},
    Kind.TRAITS: {"from_on": "trait_from_on"},
}


def _in_the_words_of(kind: Kind | None, guesses: Mapping[int, Guess], trait: str) -> dict[int, Guess]:
    held = {guess.field for guess in guesses.values()}
    words = dict(_WORDS.get(kind, {})) if kind else {}
    words |= {} if kind is Kind.STAFF else {"office_phone": "phone_2"}
    if kind in (Kind.TRAITS, Kind.RESIDENTS) and "name" not in held:
        words |= {"head_name": "name"} if kind is Kind.TRAITS else {"head_name": "name", "head_number": "id_number"}
    renamed = {}
    for index, guess in guesses.items():
        name = words.get(guess.field, guess.field)
        if name == guess.field or name not in held:
            renamed[index] = Guess(name, guess.certainty, guess.why)
            held.add(name)
    return renamed
