"""The rule for must-visit households: which one holds on a day, and all its versions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yimen.access.check import require
from yimen.core.actor import Actor
from yimen.visits.models import VulnerableRule
from yimen.visits.rules.vulnerable import DEFAULT, GROUPS, Limits

CITY_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Version:
    """The rule from a day on. `from_on` None: the default that comes with the product, until a city sets its own."""

    from_on: date | None
    limits: Limits
    document: str
    by_name: str
    at: datetime | None


_SHIPPED = Version(None, DEFAULT, "", "", None)


def rule_on(division_code: str, day: date) -> Version:
    """The version that holds in a division on a day."""
    rows = VulnerableRule.objects.filter(division_code=division_code[:CITY_DIGITS], from_on__lte=day)
    row = rows.order_by("-from_on").first()
    return _version(row) if row is not None else _SHIPPED


def versions(actor: Actor) -> list[Version]:
    """All versions of the actor's city, the newest first, the shipped one last."""
    require(actor, "rule.read")
    rows = VulnerableRule.objects.filter(division_code=actor.reach[:CITY_DIGITS]).order_by("-from_on")
    return [*map(_version, rows), _SHIPPED]


def _version(row: VulnerableRule) -> Version:
    kept: dict[str, Any] = row.groups
    limits = {key: kept[key] for key in GROUPS if key in kept}
    return Version(row.from_on, limits, row.document, row.by_name, row.at)
