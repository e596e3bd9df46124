"""What upper rooms know of doors and officers. They fill these lists at start-up (`yimen.site.subscriptions`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Load:
    """What lies on the stairwells of a community, counted by stairwell: vulnerable households, visits that are due this
    month and not done, other open work. A stairwell without any is absent."""

    vulnerable: Mapping[UUID, int] = field(default_factory=dict)
    visits: Mapping[UUID, int] = field(default_factory=dict)
    work: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Open work in a patch that lies with somebody who leaves it, in the reader's language."""

    account_id: UUID
    title: str
    count: int
    href: str = ""


LoadSource = Callable[[str, datetime], Load]  # the code of a community
HandOverSource = Callable[[UUID, Sequence[UUID], datetime], list[HandOver]]  # patch, the accounts that leave it

load_sources: list[LoadSource] = []
hand_over_sources: list[HandOverSource] = []


def load_of(division_code: str, at: datetime) -> Load:
    """The sum over all sources."""
    sums: tuple[dict[UUID, int], dict[UUID, int], dict[UUID, int]] = ({}, {}, {})
    for source in load_sources:
        told = source(division_code, at)
        for sum_, part in zip(sums, (told.vulnerable, told.visits, told.work), strict=True):
            for stairwell, count in part.items():
                sum_[stairwell] = sum_.get(stairwell, 0) + count
    return Load(*sums)


def hand_overs(patch_id: UUID, leaving: Sequence[UUID], at: datetime) -> list[HandOver]:
    """Everything in a patch that is still open with those who leave it."""
    return [one for source in hand_over_sources for one in source(patch_id, leaving, at)] if leaving else []
