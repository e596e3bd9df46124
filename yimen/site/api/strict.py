"""What every body of the API has in common."""

from ninja import Schema
from pydantic import ConfigDict


class Strict(Schema):
    """A body that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")
