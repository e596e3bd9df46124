"""Load the default catalogue, publish a new version of a matter, set a city's numbers. Each needs a decision."""

from dataclasses import asdict, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from yimen.access.check import require
from yimen.catalogue import queries
from yimen.catalogue.models import Category, Item, ItemVersion, Material, Parameter
from yimen.catalogue.rules import Catalogue, limits_ok, read_defaults
from yimen.catalogue.rules import Item as ItemShape
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.errors import N_, Conflict, NotFound, RuleBroken
from yimen.trail.record import record

_NEEDS_DECISION = N_(
    "Nothing enters the catalogue without a decision. Give the number of the document that decided it."
)
_PROMISE_TOO_LONG = N_("The promise is longer than the legal limit of %(legal)s working days. Shorten it.")


@transaction.atomic
def load_default_catalogue(actor: Actor, *, at: datetime) -> Catalogue:
    """Fill an empty catalogue with the default 24 categories and 88 matters; a filled one is left alone."""
    require(actor, "catalogue.load")
    defaults = read_defaults()
    if Item.objects.exists():
        return defaults
    Category.objects.bulk_create(
        Category(code=row.code, name=row.name.zh, name_en=row.name.en, post=row.post, position=position)
        for position, row in enumerate(defaults.categories.values())
    )
    Material.objects.bulk_create(
        Material(
            code=row.code,
            name=row.name.zh,
            name_en=row.name.en,
            counts=row.counts.zh,
            counts_en=row.counts.en,
            is_reusable=row.reusable,
            holder=row.holder,
            valid_months=row.valid_months,
            is_made_here=row.made_here,
        )
        for row in defaults.materials.values()
    )
    Parameter.objects.bulk_create(
        Parameter(name=row.code, label=row.name.zh, label_en=row.name.en, unit=row.unit.zh, unit_en=row.unit.en)
        for row in defaults.parameters.values()
    )
    Item.objects.bulk_create(
        Item(code=row.code, category_id=row.category, position=position)
        for position, row in enumerate(defaults.items.values())
    )
    ItemVersion.objects.bulk_create(
        _version(row, 1, defaults.decision_no.zh, defaults.valid_from) for row in defaults.items.values()
    )
    record(
        actor,
        "catalogue.load",
        subject=("catalogue", "default"),
        division_code=actor.reach,
        at=at,
        note=defaults.decision_no.zh,
    )
    queries.forget()
    return defaults


def _version(item: ItemShape, number: int, decision_no: str, from_on: date) -> ItemVersion:
    return ItemVersion(
        item_id=item.code,
        number=number,
        decision_no=decision_no,
        from_on=from_on,
        name=item.name.zh,
        name_en=item.name.en,
        post=item.post,
        department=item.department,
        decision_level=item.decision_level,
        legal_days=item.legal_days,
        promised_days=item.promised_days,
        content=asdict(item),
    )


def publish(
    actor: Actor,
    *,
    code: str,
    changes: dict[str, Any],
    decision_no: str,
    from_on: date,
    based_on: int | None = None,
    at: datetime,
) -> ItemVersion:
    """A new version of a matter from a day on; open cases keep the version they were accepted under.

    `changes` replaces fields of `rules.shapes.Item`; `based_on` is the version they were made from. Refused: no
    decision number, a promise beyond the legal limit, a day before today or before the version it would replace, and
    changes made from a version that is no longer the last (Conflict).
    """
    require(actor, "catalogue.publish")
    if not decision_no.strip():
        raise RuleBroken(_NEEDS_DECISION, field="decision_no")
    if from_on < local(at).date():
        raise RuleBroken(N_("A version cannot begin in the past. Choose today or a later day."), field="from_on")
    with transaction.atomic():
        # The matter is locked, not its last version: whoever waits must then see what was published meanwhile.
        matter = Item.objects.select_for_update().filter(pk=code).first()
        last = ItemVersion.objects.filter(item=matter).order_by("-number").first() if matter else None
        if last is None:
            raise NotFound()
        _check_follows(last, from_on, based_on)
        item = replace(queries.version(last.id).item, **changes)
        if not limits_ok(item.legal_days, item.promised_days):
            raise RuleBroken(_PROMISE_TOO_LONG, field="promised_days", legal=item.legal_days)
        last.to_on = from_on
        last.save(update_fields=["to_on"])
        version = _version(item, last.number + 1, decision_no.strip(), from_on)
        version.save(force_insert=True)
        record(
            actor,
            "catalogue.publish",
            subject=("item", code),
            division_code=actor.reach,
            at=at,
            changes={"fields": sorted(changes), "version": version.number, "from": from_on.isoformat()},
            note=decision_no.strip(),
        )
    queries.forget()
    return version


def _check_follows(last: ItemVersion, from_on: date, based_on: int | None) -> None:
    """Refuse a version made from an older one than the last, or beginning no later than it."""
    if based_on is not None and based_on != last.number:
        raise Conflict(
            N_("Version %(number)s was published while you were writing. Look at it, then make your changes in it."),
            number=last.number,
        )
    if from_on <= last.from_on:
        raise RuleBroken(
            N_("Version %(number)s begins on %(day)s. Choose a later day for the next."),
            field="from_on",
            number=last.number,
            day=last.from_on.isoformat(),
        )


@transaction.atomic
def set_parameter(actor: Actor, *, name: str, value: Decimal, document: str, at: datetime) -> None:
    """Set a number that conditions use, with the document it comes from."""
    require(actor, "parameter.set")
    if not document.strip():
        raise RuleBroken(_NEEDS_DECISION, field="document")
    row = Parameter.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise NotFound()
    row.value, row.document, row.from_on = value, document.strip(), local(at).date()
    row.save(update_fields=["value", "document", "from_on"])
    record(
        actor,
        "parameter.set",
        subject=("parameter", name),
        division_code=actor.reach,
        at=at,
        changes={"to": str(value)},
        note=document.strip(),
    )
    queries.forget()
