"""The number residents may call above the stations: a city's hotline, a street's phone for supervision."""

import re
from datetime import datetime

from django.db import transaction

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs.models import Division
from yimen.trail.record import record

_PHONE = re.compile(r"\+?[0-9][0-9 -]{2,18}")


@transaction.atomic
def set_phone(actor: Actor, *, phone: str, at: datetime) -> None:
    """Set the number of the actor's own division; "" takes it off boards, cards and pages."""
    require(actor, "division.set_phone")
    if phone and not _PHONE.fullmatch(phone):
        raise RuleBroken(
            N_("Write a phone number with digits, spaces and hyphens, such as 0510-12345678."), field="phone"
        )
    division = Division.objects.select_for_update().filter(pk=actor.reach).first()
    if division is None:
        raise NotFound()
    if division.phone == phone:
        return
    division.phone = phone
    division.save(update_fields=["phone"])
    record(
        actor,
        "division.set_phone",
        subject=("division", division.code),
        division_code=division.code,
        at=at,
        changes={"phone": phone},
    )
