"""What every body of the API has in common."""

from collections.abc import Collection, Mapping
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from yimen.core.errors import N_, RuleBroken

UNKNOWN = "unknown_field"


class Strict(Schema):
    """A body that refuses what it does not know, and says what it knows."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_known(cls, given: Any) -> Any:
        odd = [name for name in given if name not in cls.model_fields] if isinstance(given, Mapping) else []
        if odd:
            raise PydanticCustomError(UNKNOWN, "unknown", {"name": str(odd[0]), "known": ", ".join(cls.model_fields)})
        return given


def unknown(name: str, known: str) -> RuleBroken:
    """The refusal of a field that an operation does not know."""
    return RuleBroken(
        N_("The field “%(name)s” is not known here. Known fields: %(known)s."), field=name, name=name, known=known
    )


def only_known(sent: Collection[str], known: Collection[str]) -> None:
    """RuleBroken for the first field of a form that is none of those."""
    for name in sent:
        if name not in known:
            raise unknown(name[:60], ", ".join(known))
