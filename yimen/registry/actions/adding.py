"""Add a resident, once."""

from datetime import date, datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.ids import new_id
from yimen.core.names import normalise_name, search_keys, sort_key
from yimen.registry.actions.correcting import raise_life_or_number
from yimen.registry.actions.finding import check_origin, dwelling_in_reach, refuse_second_record
from yimen.registry.actions.settling import settle
from yimen.registry.models import Resident
from yimen.registry.rules import sealed
from yimen.registry.rules.fields import FIELDS, read_value
from yimen.registry.rules.numbers import DOCUMENT_CODES, read_number, read_phone
from yimen.trail.record import record


@transaction.atomic
def add_resident(
    actor: Actor,
    *,
    name: str,
    dwelling_ref: str,
    at: datetime,
    number: str = "",
    sex: str = "",
    birth_on: str = "",
    phone: str = "",
    from_on: date | None = None,
    is_registered_here: bool = False,
    relation: str = "",
    residence_type: str = "",
    registered_address: str = "",
    source: str = "desk",
    evidence: str = "seen",
    as_of: date | None = None,
) -> Resident:
    """A new record of somebody who lives at a door in reach. Sex and birth date come from the number. `as_of`: when
    the source said so, today at the counter. RuleBroken for a number that is wrong or already on record (naming whose,
    masked), without a number for a missing birth date or sex, and for a door out of reach.
    """
    require(actor, "resident.add")
    check_origin(source, evidence)
    today, as_of = local(at).date(), as_of or local(at).date()
    dwelling = dwelling_in_reach(actor, dwelling_ref)
    resident = _insert(
        _identity(actor, number, sex, birth_on, today),
        division_code=dwelling.division_code,
        name=normalise_name(str(read_value(FIELDS["name"], name.strip(), today=today))),
        phone=read_phone(phone),
        registered_division=dwelling.division_code if is_registered_here else "",
        registered_address=dwelling.address if is_registered_here else registered_address.strip()[:200],
        origin=(source, as_of, evidence),
        at=at,
    )
    settle(
        resident,
        dwelling,
        on=from_on or today,
        at=at,
        with_registration=is_registered_here,
        relation=relation,
        residence_type=residence_type,
        source=source,
        as_of=as_of,
    )
    record(actor, "resident.add", subject=("resident", resident.id), division_code=resident.division_code, at=at)
    return resident


def _insert(
    identity: tuple[str, str, str, date | None],
    *,
    division_code: str,
    name: str,
    phone: str,
    registered_division: str,
    registered_address: str,
    origin: tuple[str, date, str],
    at: datetime,
) -> Resident:
    """The row with its sealed cells. RuleBroken when somebody else was first with the number."""
    row_id, (number, document, sex, birth) = new_id(), identity
    source, said_on, evidence = origin
    id_number, id_hash, id_tail4, id_tail6 = sealed.number_cells(number, community=division_code, row=row_id)
    cells = sealed.phone_cells(phone, community=division_code, row=row_id)
    said = [source, said_on.isoformat(), evidence]
    resident = Resident(
        id=row_id,
        division_code=division_code,
        name=name,
        sort_key=sort_key(name),
        name_keys=search_keys(name),
        sex=sex,
        birth_on=birth,
        document_kind=document,
        id_number=id_number,
        id_hash=id_hash,
        id_tail4=id_tail4,
        id_tail6=id_tail6,
        phone=cells.phone,
        phone_hash=cells.phone_hash,
        phone_tail4=cells.phone_tail4,
        registered_division=registered_division,
        registered_address=registered_address,
        source=source,
        as_of_on=said_on,
        provenance=dict.fromkeys(("name", "id_number", "birth_on", "sex"), said),
        created_at=at,
    )
    try:
        with transaction.atomic():
            resident.save(force_insert=True)
    except IntegrityError as error:
        raise_life_or_number(error)
    return resident


def _identity(actor: Actor, number: str, sex: str, birth_on: str, today: date) -> tuple[str, str, str, date | None]:
    """Number, document code, sex and birth date, from the number where it says them."""
    typed_birth = read_value(FIELDS["birth_on"], birth_on.strip(), today=today)
    birth = typed_birth if isinstance(typed_birth, date) else None
    plain, document = "", "111"
    if number.strip():
        seen = read_number(number, today=today, made_up=settings.MADE_UP_NUMBERS)
        plain, document = seen.number, DOCUMENT_CODES[seen.kind]
        refuse_second_record(actor, plain)
        if seen.birth_on and birth and birth != seen.birth_on:
            raise RuleBroken(
                N_("The identity number says %(date)s. Leave the birth date empty, or correct the number."),
                field="birth_on",
                date=seen.birth_on.isoformat(),
            )
        birth, sex = seen.birth_on or birth, seen.sex or sex
    if birth is None:
        raise RuleBroken(_NO_BIRTH if plain else _NEITHER, field="birth_on")
    if sex not in ("1", "2"):
        raise RuleBroken(_NO_SEX if plain else _NEITHER_SEX, field="sex")
    return plain, document, sex, birth


_NO_BIRTH = N_("Type the birth date: this number does not say it.")
_NEITHER = N_("Neither an identity number nor a birth date is there. Type one of them.")
_NO_SEX = N_("Choose the sex: this number does not say it.")
_NEITHER_SEX = N_("Choose the sex: without an identity number nothing says it.")
