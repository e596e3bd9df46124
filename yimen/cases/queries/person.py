"""The resident at the counter: who they are, what is known of them, what need not be brought again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.access.scope import bounds
from yimen.cases.rules.application import Application, kinship
from yimen.catalogue.rules import Holding, OnFile
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound
from yimen.registry import queries as registry

SYSTEMS = frozenset({"POP", "CIV", "LSS", "DIS", "FPL", "VOL"})  # a paper whose source is one of these needs no copy


class Told(NamedTuple):
    """Who says a value, and since when."""

    source: str
    on: date


class Relative(NamedTuple):
    """Somebody of the same household and what they are to the resident (`rules.application.kinship`)."""

    ref: str
    name: str
    kin: str


_KIN = {
    "spouse": N_("Spouse"),
    "son": N_("Son"),
    "daughter": N_("Daughter"),
    "child": N_("Child"),
    "grandchild": N_("Grandchild"),
    "parent": N_("Parent"),
    "grandparent": N_("Grandparent"),
    "sibling": N_("Brother or sister"),
    "family": N_("Family member"),
}


def kin_words(kin: str) -> str:
    """What somebody is to the resident, in the reader's language; a typed relation stays as it is."""
    return _(_KIN[kin]) if kin in _KIN else kin


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as intake needs them. Numbers are masked; `facts` by the codes of the catalogue."""

    id: UUID
    ref: str
    name: str
    sex: str
    age: int | None
    is_dead: bool
    division_code: str
    number: str
    phone: str
    facts: Mapping[str, object]
    told: Mapping[str, Told]
    household: Sequence[Relative]
    on_file: Mapping[str, OnFile]

    def proxy(self, application: Application) -> tuple[str, str]:
        """Name and relation of whoever came for the resident; empty when they came themselves."""
        if not application.is_proxy:
            return "", ""
        for each in self.household:
            if each.ref == application.by:
                return each.name, each.kin
        return application.proxy_name, application.proxy_relation

    def knows(self, fact: str, outdated: str = "") -> bool:
        """Whether the register has the value and it still holds, so that nobody is asked for it again."""
        return bool(fact) and fact != outdated and self.facts.get(fact) not in (None, "")


def person_at_counter(actor: Actor, ref: str, *, at: datetime, household: bool = True) -> Person:
    """A resident in reach; NotFound otherwise, as for a protected one, unless the station head or a named handler asks.

    The caller writes the record of the reading. Without `household` the others who live there are left
    out, for whoever does not need them.
    """
    protected = actor.role is Role.HEAD
    found = registry.known_by_ref(ref, *bounds(actor), protected=protected, handler=actor.account_id) if ref else None
    if found is None:
        raise NotFound()
    today = local(at).date()
    facts = registry.facts_of(found.id, today)
    members = facts.household if household else []
    own = next((member.relation for member in members if member.id == found.id), "")
    age = facts.get("age")
    return Person(
        id=found.id,
        ref=found.ref,
        name=found.name,
        sex=found.sex,
        age=age if isinstance(age, int) else None,
        is_dead=found.is_dead,
        division_code=found.division_code,
        number=found.id_masked,
        phone=found.phone_masked,
        facts=facts,
        told={name: Told(origin.source, origin.on) for name, origin in facts.sources.items()},
        household=[
            Relative(member.ref, member.name, kinship(own, member.relation))
            for member in members
            if member.id != found.id and not member.is_dead and (protected or not member.is_protected)
        ],
        on_file={
            paper.code: OnFile(
                paper.source,
                paper.obtained_on,
                paper.valid_until,
                Holding.SYSTEM if paper.source in SYSTEMS else Holding.COPY,
            )
            for paper in registry.materials_on_file(found.id, today)
        },
    )
