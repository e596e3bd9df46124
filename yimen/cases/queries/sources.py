"""What upper rooms add to the workbench. They fill this list at start-up (`yimen.site.subscriptions`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yimen.core.actor import Actor


@dataclass(frozen=True, slots=True)
class Block:
    """A section for the right column of the workbench: a template of the room that offers it, and its values."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


BlockSource = Callable[[Actor, datetime], Block | None]

block_sources: list[BlockSource] = []


def blocks_for(actor: Actor, at: datetime) -> list[Block]:
    """The sections that other rooms have for this person now."""
    return [block for source in block_sources if (block := source(actor, at)) is not None]
