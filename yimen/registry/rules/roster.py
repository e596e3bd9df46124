"""What a roster says of a person against what is on record: new, changed, the same, or refused with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from yimen.core.errors import N_
from yimen.core.names import normalise_name, readings
from yimen.registry.rules.fields import FIELDS
from yimen.registry.rules.numbers import forms_of

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
DOOR, TRAIT = "door", "trait:"
HEADS = ("01", "02")  # GB/T 4761: oneself, head of household
HEAD, OTHER = "02", "80"

REASONS: Mapping[str, str] = {
    "elsewhere": N_("%(station)s serves this person. That station imports them, or takes them in here first."),
    "protected": N_("This record is not open to rosters. Ask the station head to correct it by hand."),
    "several": N_("Several people of this name and birth date are on record. Add the identity number to the row."),
    "nobody": N_("Nobody on record fits this row. Add the identity number, or import the residents first."),
    "nobody_of_number": N_(
        "Nobody on record has this identity number. Check it against the card, or import the residents first."
    ),
    "no_door": N_("The row names no door, so nobody new can be added. Add the door, such as 3-502."),
    "door_unknown": N_("There is no such door in this community. Import the dwellings first, or correct the door."),
    "door_several": N_("Several doors fit. Write the compound and the unit too, such as 3-2-502."),
    "no_identity": N_("The row has neither an identity number nor a birth date. Add one of them."),
    "no_birth": N_("Neither the number nor the row says the birth date. Add it."),
    "no_sex": N_("Neither the number nor the row says the sex. Add it."),
    "no_name": N_("The row has no name. Add it as on the document."),
    "needs_proof": N_("Only a document changes this. Choose “document seen” for the roster, or correct it by hand."),
    "other_name": N_(
        "On record this number belongs to somebody of quite another name. Compare both with the document."
    ),
    "changed_since": N_("Somebody changed this record after the preview. Import the file again to see how it stands."),
    "clash": N_("The database holds something that contradicts this row. Look the person up, then correct by hand."),
    "twice": N_("The same number stands in row %(row)s of the file. Leave only one of the two."),
    "dead": N_("This person is on record as died. Correct the record by hand if that is wrong."),
    "lives_before": N_("The move-in date is before the present residence began. Correct the date."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One row of a roster about one person, clean: values as `rules.fields` keeps them, "" and absent = not said.

    `dwelling` is where they live as far as the row says, `traits` map a kind to its value as JSON keeps it,
    False to end it, `traits_from` to the day from which a trait that is new has held.
    `perhaps` holds several when the door fits all of them: whoever lives at one of them is meant to.
    `birth_on` and `sex` are what the number or the row says. `evidence` is stated, seen or matched.
    """

    line: int
    division_code: str
    values: Mapping[str, str]
    evidence: str
    dwelling: UUID | None = None
    perhaps: frozenset[UUID] = frozenset()  # several dwellings that the door may be
    door: str = ""
    dwelling_code: str = ""
    relation: str = ""
    residence_type: str = ""
    residence_kind: str = "living"
    from_on: date | None = None
    traits: Mapping[str, object] = field(default_factory=dict)
    traits_from: Mapping[str, date] = field(default_factory=dict)
    only_traits: bool = False

    @property
    def number(self) -> str:
        """The identity number, "" without one."""
        return self.values.get("id_number", "")


@dataclass(slots=True, kw_only=True)
class Standing:
    """One person as the register has them."""

    id: UUID
    ref: str
    division_code: str
    values: dict[str, str]
    is_protected: bool
    version: int
    provenance: dict[str, Any]
    source: str
    dwelling: UUID | None
    door: str
    living_since: date | None
    traits: dict[str, tuple[UUID, object]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that the roster says otherwise; `name` is a field, "door", or "trait:<kind>"."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of a row. `reason` is a key of REASONS; `alike` names records that may be the same person."""

    verdict: str
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    person: Standing | None = None
    alike: tuple[str, ...] = ()

    def refused(self, reason: str, **params: str) -> "Judged":
        """The same, refused."""
        return replace(self, verdict=REFUSED, reason=reason, params=params)


def refuse(reason: str, **params: str) -> Judged:
    """Refused before anything was compared."""
    return Judged(REFUSED, reason=reason, params=params)


def judge_known(said: Said, person: Standing) -> Judged:
    """A row about somebody on record."""
    if _is_other(said.values.get("name", ""), person):
        return Judged(REFUSED, reason="other_name", person=person)
    found = differences(said, person)
    judged = Judged(CHANGED if found else SAME, tuple(found), person=person)
    proof = [one for one in found if one.name in FIELDS and FIELDS[one.name].needs_proof]
    if said.evidence == "stated" and any(one.old for one in proof):
        return judged.refused("needs_proof")
    if said.perhaps and person.dwelling not in said.perhaps:
        return judged.refused("door_several")
    if person.values.get("died_on") and any(one.name == DOOR for one in found):
        return judged.refused("dead")
    moves = any(one.name == DOOR for one in found)
    if moves and said.from_on and person.living_since and said.from_on < person.living_since:
        return judged.refused("lives_before")
    return judged


def _is_other(name: str, person: Standing) -> bool:
    """Whether a name shares no character and no syllable with those on record: then the number is likelier to be of
    another row than the name to be new. Who truly took another name is corrected by hand."""
    known = [person.values[field] for field in ("name", "former_name") if person.values.get(field)]
    return bool(name and known) and not any(_parts(name) & _parts(one) for one in known)


def _parts(name: str) -> set[str]:
    return {*normalise_name(name).lower(), *(syllable for one in readings(name) for syllable in one)} - {" ", "·"}


def judge_new(said: Said, alike: Sequence[str] = ()) -> Judged:
    """A row about somebody who is not on record."""
    if said.only_traits:
        return refuse("nobody_of_number" if said.number else "nobody")
    for name, reason in (("name", "no_name"), ("birth_on", "no_birth"), ("sex", "no_sex")):
        if not said.values.get(name):
            return refuse("no_identity" if name == "birth_on" and not said.number else reason)
    if said.dwelling is None:
        return refuse("door_several" if said.perhaps else "no_door")
    return Judged(NEW, alike=tuple(alike))


def differences(said: Said, person: Standing) -> list[Difference]:
    """Every value the row says otherwise; what it does not say is left alone."""
    found = []
    if not said.only_traits:
        for name, new in said.values.items():
            old = person.values.get(name, "")
            if new and new != old and not _says_no_more(name, old, new):
                found.append(Difference(name, old, new))
        if said.dwelling is not None and said.dwelling != person.dwelling:
            found.append(Difference(DOOR, person.door, said.door))
    for kind, value in said.traits.items():
        old_value = person.traits[kind][1] if kind in person.traits else None
        if value != old_value and not (value is False and old_value is None):
            found.append(Difference(TRAIT + kind, as_said(old_value), as_said(value)))
    return found


def _says_no_more(name: str, old: str, new: str) -> bool:
    """An unknown sex, and a number of fifteen digits against the same one of eighteen, are no news."""
    if name == "sex":
        return new not in ("1", "2")
    return name == "id_number" and len(new) < len(old) and new in forms_of(old)


def as_said(value: object) -> str:
    """A trait's value in a line; "" for none."""
    if value is None:
        return ""
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
