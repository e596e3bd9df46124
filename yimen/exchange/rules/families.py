"""Rows that name several people, each in columns of their own: the head, member 1, member 2 and so on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from yimen.exchange.rules.labels import REST, meaning
from yimen.exchange.rules.owning import OF_THE_OWNER
from yimen.exchange.rules.table import Column
from yimen.exchange.rules.words import codes_of, half_width, pattern, plain, synonyms, word_of

_BETWEEN = re.compile(r"[\s()\[\]{}\u3010\u3011\u3014\u3015<>\u300a\u300b:\uff1a.\u3002,\u3001_*#\-]+")
_PLACE = frozenset(
    {"community", "street", "district", "grid", "compound", "building", "unit", "room", "door", "address", "floor"}
)
# What a row of a household says of everybody in it.
SHARED = _PLACE | {
    *("household_number", "household_kind", "registered_address", "residence_kind", "agrees", "apart"),
    "residence_type",
}
_OF_A_PERSON = frozenset(
    {"name", "id_number", "relation", "phone", "phone_2", "sex", "birth_on", "age", "ethnic", "education", "marital"}
    | {"political", "employment", "former_name", "document_kind", "residence_kind", "residence_type", "from_on", "note"}
    | {"registered_address", "trait:employer", "trait:school", "trait_kind", "died_on"}
)
_TELLING = frozenset({"id_number", "birth_on"})
_HEADS = frozenset({"head_name", "head_number"})
MOST = 20  # people of one row


@dataclass(frozen=True, slots=True)
class Share:
    """The columns of one person of every row, with those that say something of all.

    `part` is how the header calls the person, `own` are the columns that speak of nobody else, `beside` those of the
    other people: a row in which they alone hold something names nobody here. `relation` is a word of the list.
    """

    part: str
    columns: tuple[Column, ...]
    own: frozenset[int]
    beside: frozenset[int] = frozenset()
    relation: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose a column is: the people's word and number, and what it holds; `who` is a kin's word or ""."""

    column: Column
    who: str
    number: str
    label: str

    @property
    def field(self) -> str:
        found = meaning(self.label)
        return found.field if found and found.certainty > 0.9 else ""


def shares_of(columns: Sequence[Column]) -> tuple[Share, ...]:
    """The columns divided by person; nothing where a row names one person only."""
    has_head = any(_is_of_head(column) for column in columns)
    groups = _groups(columns, has_head=has_head)
    taken = {one.column.index for group in groups.values() for one in group}
    base = [column for column in columns if column.index not in taken]
    names_one = has_head or any(_field(column) == "name" for column in base)
    if len(groups) + names_one < 2:
        return ()
    shared = [column for column in base if _field(column) in SHARED]
    members = [_member(key, group, shared) for key, group in list(groups.items())[:MOST]]
    rest = [column for column in base if column not in shared]
    if names_one:
        head = _head(base, rest, frozenset(taken), has_head=has_head)
        is_let = not has_head and all(pattern("tenant").fullmatch(who) for who, _number in groups)
        return (_owner(head) if is_let else head, *members)
    first = members[0]
    return (replace(first, columns=_ordered((*first.columns, *rest))), *members[1:])


def _groups(columns: Sequence[Column], *, has_head: bool) -> dict[tuple[str, str], list[_Place]]:
    """Columns by the person they belong to, in the order of the sheet; each group names its person."""
    found: dict[tuple[str, str], list[_Place]] = {}
    for one in (_place(column, has_head=has_head) for column in columns):
        if one:
            found.setdefault((one.who, one.number), []).append(one)
    found = {key: group for key, group in found.items() if _is_person(key, group)}
    return found or _repeated(columns)


def _is_person(key: tuple[str, str], group: Sequence[_Place]) -> bool:
    fields = {one.field for one in group}
    return "name" in fields and (not key[0] or bool(fields & _TELLING))


def _place(column: Column, *, has_head: bool) -> _Place | None:
    above, label = _bare(column.above), _bare(column.label)
    if above and (group := pattern("group_of_one").fullmatch(above)):
        number, who = group["first"] or group["number"] or "", _kin(group["who"])
        if number or (who and has_head):
            return _Place(column, who, number, column.label)
    if found := pattern("number_before").fullmatch(label):
        return _Place(column, _kin(found["who"]), found["number"], _known(found["who"], found["rest"]))
    if has_head and (found := pattern("kin_before").fullmatch(label)) and _is_known(found["rest"]):
        return _Place(column, found["who"], found["number"], found["rest"])
    if (found := pattern("number_behind").fullmatch(label)) and _is_known(found["rest"]):
        return _Place(column, "", found["number"], found["rest"])
    return None


def _known(who: str, rest: str) -> str:
    """The label without its number: with the people's word where that is usual, so that owners stay owners."""
    if not rest:
        return synonyms("name")[0]
    return who + rest if _is_known(who + rest) else rest


def _is_known(label: str) -> bool:
    found = meaning(label)
    return found is not None and found.certainty > 0.9 and found.field in _OF_A_PERSON


def _kin(who: str) -> str:
    """The word for kin or tenants in what stands over or before a column, "" for mere members."""
    found = pattern("kin").search(who) or pattern("tenant").search(who)
    return found[0] if found else ""


def _bare(text: str) -> str:
    return _BETWEEN.sub("", half_width(text)).lower()


def _repeated(columns: Sequence[Column]) -> dict[tuple[str, str], list[_Place]]:
    """The same labels again and again behind those that stand once: name, number, name, number."""
    words = [(column.above, plain(column.label)) for column in columns]
    names = [place for place, column in enumerate(columns) if _field(column) == "name"]
    starts = [place for place in names if words[place] == words[names[-1]]]
    widths = {after - before for before, after in pairwise(starts)}
    if len(widths) != 1:
        return {}
    width = widths.pop()
    if width < 2:
        return {}
    for back in range(min(width, starts[0] + 1)):
        blocks = [words[start - back : start - back + width] for start in starts]
        if all(block == blocks[0] and len(block) == width for block in blocks):
            return {
                ("", str(order)): [
                    _Place(column, "", str(order), column.label)
                    for column in columns[start - back : start - back + width]
                ]
                for order, start in enumerate(starts, 1)
            }
    return {}


def _member(key: tuple[str, str], group: Sequence[_Place], shared: Sequence[Column]) -> Share:
    held = {one.field for one in group}
    mine = [Column(one.column.index, one.label) for one in group]
    ours = [column for column in shared if _field(column) not in held]
    who, number = key
    is_kin = pattern("kin").fullmatch(who) and plain(who) in codes_of("kinship_gbt4761") and "relation" not in held
    part = f"{who or word_of('member')}{number}"
    own = frozenset(column.index for column in mine)
    return Share(part, _ordered((*ours, *mine)), own, relation=who if is_kin else "")


def _head(base: Sequence[Column], rest: Sequence[Column], beside: frozenset[int], *, has_head: bool) -> Share:
    columns = tuple(map(as_person, base)) if has_head and not any(_field(one) == "name" for one in base) else base
    own = frozenset(column.index for column in rest if _field(column) in _HEADS | {"name", "id_number"})
    told = any(_field(column) == "relation" for column in base)
    return Share(
        word_of("head") if has_head else next(column.label for column in base if _field(column) == "name"),
        tuple(columns),
        own,
        beside,
        "" if told else word_of("head"),
    )


def as_person(column: Column) -> Column:
    """A column of the head under the label it would have in a roster of people."""
    for text in (column.above + column.label, column.label):
        found = pattern("head_before").fullmatch(_bare(text))
        if found and not found["rest"]:
            return Column(column.index, synonyms("name")[0])
        if found and _is_known(found["rest"]):
            return Column(column.index, found["rest"])
    return column


def _owner(share: Share) -> Share:
    """Who lets a dwelling to the others, and does not live there."""
    columns = [
        Column(column.index, synonyms(OF_THE_OWNER[_field(column)])[0]) if _field(column) in OF_THE_OWNER else column
        for column in share.columns
    ]
    return replace(share, columns=tuple(columns), relation="")


def is_head(label: str) -> bool:
    """Whether a column of names is that of the heads of households."""
    found = meaning(label)
    return found is not None and found.field == "head_name"


def _is_of_head(column: Column) -> bool:
    return _field(column) == "head_name"


def _field(column: Column) -> str:
    found = meaning(column.label, column.above)
    return found.field if found and found.field not in REST else ""


def _ordered(columns: Sequence[Column]) -> tuple[Column, ...]:
    return tuple(sorted(columns, key=lambda column: column.index))
