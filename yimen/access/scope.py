"""The only gate for reads: rows whose division code starts with the actor's reach."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from yimen.core.actor import Actor, Role

M = TypeVar("M", bound=Model)

LAST = "~"  # sorts after every digit in collation "C"


def bounds(actor: Actor) -> tuple[str, str]:
    """The half-open range of division codes in reach, for raw SQL: `code >= low and code < high`."""
    return actor.reach, actor.reach + LAST


def in_reach(actor: Actor, field: str = "division_code") -> Q:
    """The reach as a filter. The system reaches everything."""
    if actor.role is Role.SYSTEM:
        return Q()
    low, high = bounds(actor)
    return Q(**{f"{field}__gte": low, f"{field}__lt": high})


def visible_to(actor: Actor, rows: "QuerySet[M, Any]", field: str = "division_code") -> "QuerySet[M, Any]":
    """The rows of a table that this actor may know of."""
    return rows.filter(in_reach(actor, field))
