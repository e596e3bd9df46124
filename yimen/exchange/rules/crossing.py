"""What the cells of one row say about one another."""

import re
from collections.abc import MutableMapping
from datetime import date

from yimen.core.errors import N_
from yimen.core.identity import age_on, inspect
from yimen.exchange.rules.cells import Context, State, Verdict
from yimen.exchange.rules.cells.dates import agrees
from yimen.exchange.rules.cells.texts import people_in
from yimen.exchange.rules.cells.verdicts import fixable, noted, ok, refused
from yimen.exchange.rules.fields import Kind
from yimen.exchange.rules.words import half_width, pattern, plain, synonyms, words_of

Said = tuple[str, Verdict]
GROWN = 16  # years from which a phone is missed
_STALE = 2  # years an age in a roster may lag behind

_SEX = N_("The identity number says another sex. Compare both with the card.")
_BIRTH = N_("The identity number says %(date)s. Compare both with the card.")
_AGE = N_("The age does not fit the birth date (%(date)s). The birth date is taken.")
_BEFORE_BIRTH = N_("The date of death lies before the birth. Compare both with the document.")
_BACKWARDS = N_("The end lies before the beginning. Compare both with the document.")
_NO_PHONE = N_("The phone is missing. Ask for it at the next visit.")
_NO_NUMBER = N_("The identity number is missing, so the person is found by name, birth date and door only.")
_NO_NAME = N_("The name is missing. Add it, or delete the row.")
_GONE = N_("The row says that this person has died or moved away. Leave it out, or give the date of death.")
_LEFT = N_("The row says that this person moved away on %(date)s, so they are not brought in as living here.")
_NO_DOOR = N_("The row names no whole door. Add building and room, such as 3-502.")
_NOT_BROUGHT = N_("People named in one cell are not brought in: %(people)s. Give each a row or columns of their own.")
_NOT_SETTLED = N_(
    "The row says that this person does not live here permanently, but not where they are registered, so they are "
    "taken for living here. A column such as “%(word)s” says it whole."
)
_MOBILE = N_(
    "The office phone is a mobile number, and residents will see it. Leave the row or the column out if it is private."
)
_MOBILE_FORM = re.compile("1[3-9][0-9]{9}")
_NO_BUILDING = N_("The row names no building. Add its number.")
_NO_HEAD = N_("The row names neither the household's number nor its head. Add one of them.")


def cross(kind: Kind, verdicts: MutableMapping[str, Verdict], context: Context) -> list[Said]:
    """Correct cells by others of the row, in place; returns what concerns the row as a whole."""
    _head_named(kind, verdicts)
    birth = _by_number(verdicts, context.today)
    _daughter(verdicts, context.today)
    _ages(verdicts, birth, context.today)
    _periods(verdicts, birth)
    if kind in (Kind.RESIDENTS, Kind.TRAITS, Kind.STAFF):
        return list(_of_people(kind, verdicts, birth, context.today))
    return list(_of_places(kind, verdicts))


HEAD = "02"
_SON, _DAUGHTER = "20", "30"
HEADS = frozenset({HEAD, "01"})


def _head_named(kind: Kind, verdicts: MutableMapping[str, Verdict]) -> None:
    """A row without a name of its own under a head's name is the head's, unless it says to be of the family, or that
    nobody lives there."""
    name, head = verdicts.get("name"), verdicts.get("head_name")
    if kind is not Kind.RESIDENTS or name is None or head is None or not head.value or not head.raw:
        return
    if name.value or name.state is State.REFUSED or plain(name.raw) in words_of("nobody"):
        return
    relation = verdicts.get("relation")
    if relation is None or relation.value in HEADS or not (relation.raw or relation.value):
        verdicts["name"] = fixable(head.value, head.raw, "head_named")
        number = verdicts.get("head_number")
        if number and number.value and not _judged(verdicts, "id_number"):
            verdicts["id_number"] = number


def _is_gone(verdicts: MutableMapping[str, Verdict]) -> bool:
    """Whether the row says, with no date, that its person has died or moved away."""
    if _held(verdicts, "died_on"):
        return False
    remarks = [half_width(verdicts["name"].raw)] if "name" in verdicts else []
    marks = [found[1] for text in remarks if (found := pattern("remark").search(text))]
    marks += [verdicts[name].raw for name in ("note", "residence_kind", "dwelling_state") if name in verdicts]
    return any(pattern("gone").fullmatch(half_width(mark).strip()) for mark in marks)


def _left_on(verdicts: MutableMapping[str, Verdict], today: date) -> date | None:
    """When the person of the row moved away and did not come back; None for those who live here, or will leave. The
    date itself is not taken over, so its form needs no decision."""
    left, since = _date(verdicts.get("left_on")), _date(verdicts.get("from_on"))
    if left:
        verdicts["left_on"] = ok(left.isoformat(), verdicts["left_on"].raw)
    return left if left and left <= today and (since is None or since <= left) else None


def _of_people(kind: Kind, verdicts: MutableMapping[str, Verdict], birth: date | None, today: date) -> list[Said]:
    name = verdicts.get("name")
    if name is None or (not name.value and name.state is not State.REFUSED):
        parts = ("room", "door", "address") if _held(verdicts, "owner_name") else ("room", "door")
        home = kind is Kind.RESIDENTS and any(_held(verdicts, part) for part in parts)
        return [] if home and not _held(verdicts, "id_number") else [("", refused("", _NO_NAME))]
    found: list[Said] = []
    if kind is Kind.STAFF:
        office = verdicts.get("office_phone")
        return [("office_phone", noted("", "", _MOBILE))] if office and _MOBILE_FORM.fullmatch(office.value) else found
    if "members" in verdicts and (several := people_in(verdicts["members"].raw)):
        found.append(("members", noted("", "", _NOT_BROUGHT, people=str(several))))
    if kind is Kind.RESIDENTS and _is_gone(verdicts):
        return [("", refused("", _GONE))]
    if kind is Kind.RESIDENTS and (left := _left_on(verdicts, today)):
        return [("", refused("", _LEFT, date=left.isoformat()))]
    if "id_number" in verdicts and _is_empty(verdicts["id_number"]):
        found.append(("id_number", noted("", "", _NO_NUMBER)))
    says_more = any(_held(verdicts, name) for name in ("residence_kind", "agrees", "apart"))
    if "settled" in verdicts and verdicts["settled"].value == "0" and not says_more:
        found.append(("settled", noted("", verdicts["settled"].raw, _NOT_SETTLED, word=synonyms("residence_kind")[0])))
    phone = verdicts.get("phone")
    grown = birth is None or age_on(birth, today) >= GROWN
    if grown and phone is not None and _is_empty(phone) and not _held(verdicts, "phone_2"):
        found.append(("phone", noted("", "", _NO_PHONE)))
    return found


def _of_places(kind: Kind, verdicts: MutableMapping[str, Verdict]) -> list[Said]:
    if kind is Kind.BUILDINGS and not _judged(verdicts, "building" if "building" in verdicts else "compound"):
        return [("", refused("", _NO_BUILDING))]
    if kind is Kind.DWELLINGS and not any(_judged(verdicts, name) for name in ("room", "door", "address")):
        return [("", refused("", _NO_DOOR))]
    if kind is Kind.HOUSEHOLDS and not any(_judged(verdicts, name) for name in ("head_name", "household_number")):
        return [("", refused("", _NO_HEAD))]
    return []


def _held(verdicts: MutableMapping[str, Verdict], name: str) -> bool:
    return name in verdicts and bool(verdicts[name].value)


def _judged(verdicts: MutableMapping[str, Verdict], name: str) -> bool:
    """Whether the cell says something, be it wrong: a wrong cell has its own sentence."""
    return name in verdicts and (bool(verdicts[name].value) or verdicts[name].state is State.REFUSED)


def _is_empty(verdict: Verdict) -> bool:
    return not verdict.value and verdict.state is State.OK


def _by_number(verdicts: MutableMapping[str, Verdict], today: date) -> date | None:
    """The birth date, from the number where it says one; sex and birth cells are held against it."""
    number = verdicts.get("id_number")
    seen = inspect(number.value, today=today) if number and number.value else None
    if seen is None or seen.birth_on is None:
        return _date(verdicts.get("birth_on"))
    sex, birth = verdicts.get("sex"), verdicts.get("birth_on")
    if sex and sex.value in ("1", "2") and seen.sex and sex.value != seen.sex:
        verdicts["sex"] = fixable(seen.sex, sex.raw, "from_number", _SEX)
    said = seen.birth_on.isoformat()
    if birth and birth.state is State.REFUSED and agrees(birth.raw, seen.birth_on):
        verdicts["birth_on"] = ok(said, birth.raw)
    elif birth and birth.value and birth.value != said:
        verdicts["birth_on"] = fixable(said, birth.raw, "from_number", _BIRTH, date=said)
    return seen.birth_on


def _daughter(verdicts: MutableMapping[str, Verdict], today: date) -> None:
    """A word for children of either sex is a daughter where number or cell say so."""
    relation, number, sex = (verdicts.get(name) for name in ("relation", "id_number", "sex"))
    if relation is None or relation.value != _SON or not pattern("child").fullmatch(relation.raw):
        return
    said = inspect(number.value, today=today).sex if number and number.value else sex.value if sex else ""
    if said == "2":
        verdicts["relation"] = ok(_DAUGHTER, relation.raw)


def _ages(verdicts: MutableMapping[str, Verdict], birth: date | None, today: date) -> None:
    age = verdicts.get("age")
    if age and age.value and birth and not 0 <= age_on(birth, today) - int(age.value) + _STALE <= 2 * _STALE:
        verdicts["age"] = noted(age.value, age.raw, _AGE, date=birth.isoformat())


def _periods(verdicts: MutableMapping[str, Verdict], birth: date | None) -> None:
    begins = _date(verdicts.get("trait_from_on"))
    for first, last, message in ((birth, "died_on", _BEFORE_BIRTH), (begins, "trait_to_on", _BACKWARDS)):
        ends = _date(verdicts.get(last))
        if first and ends and ends < first:
            verdicts[last] = refused(verdicts[last].raw, message)


def _date(verdict: Verdict | None) -> date | None:
    return date.fromisoformat(verdict.value) if verdict and verdict.value else None
