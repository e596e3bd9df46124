"""Remove records that a roster brought, where nothing depends on them."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.db.models import PROTECT, ManyToOneRel, Model, Q


def holders(model: type[Model], ids: Collection[UUID]) -> Iterator[tuple[type[Model], str, Any]]:
    """The rows that hold some records, by model and column; upper rooms hang on them unseen.

    What only follows from the register by a rule (`FOLLOWS` of its model) holds nothing: it goes with the record.
    """
    for other, column in _relations(model):
        rows = other._default_manager.filter(**{f"{column}__in": list(ids)})
        yield other, column, rows.exclude(follows) if (follows := _follows(other)) else rows


def remove(model: type[Model], ids: Collection[UUID]) -> set[UUID]:
    """Remove the records on which nothing hangs, and what follows from them; returns those that stay."""
    stay: set[UUID] = set()
    for _other, column, rows in holders(model, ids):
        stay |= set(rows.values_list(column, flat=True))
    gone = set(ids) - stay
    remove_following(model, gone)
    model._default_manager.filter(pk__in=gone).delete()
    return stay


def remove_following(model: type[Model], ids: Collection[UUID]) -> None:
    """Remove what follows by a rule from records that are about to go."""
    for other, column in _relations(model):
        if follows := _follows(other):
            # in one statement: a change that was put back goes together with what put it back
            other._default_manager.filter(follows, **{f"{column}__in": list(ids)})._raw_delete("default")


def _relations(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            other = relation.related_model
            if not isinstance(other, str):
                yield other, relation.field.attname


def _follows(model: type[Model]) -> Q | None:
    found: Q | None = getattr(model, "FOLLOWS", None)
    return found
