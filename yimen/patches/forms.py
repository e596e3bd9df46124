"""Read what the forms of patches send."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from yimen.core.errors import N_, RuleBroken
from yimen.core.web import text

MOST_STAIRWELLS = 2000


def read_number(request: HttpRequest, name: str) -> int:
    """A whole number of up to nine digits."""
    value = text(request, name, limit=9, required=True)
    if not value.isascii() or not value.isdigit():
        raise RuleBroken(N_("This is not a number. Choose one of the list."), field=name)
    return int(value)


def read_stairwells(request: HttpRequest, name: str) -> list[UUID]:
    """The ticked stairwells; what is none is left out."""
    found = []
    sent = request.POST.getlist(name) if request.method == "POST" else request.GET.getlist(name)
    for value in sent[:MOST_STAIRWELLS]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def written_ticks(ticked: Collection[UUID], every: Collection[UUID]) -> str:
    """Ticked stairwells as part of an address: one bit for each in the order of their ids, so that it stays short
    however many are ticked, and stairwells of later days come after."""
    mask = sum(1 << place for place, one in enumerate(sorted(every)) if one in ticked)
    return f"{mask:x}"


def read_ticks(request: HttpRequest, every: Collection[UUID]) -> set[UUID]:
    """The ticked stairwells: of a form that was sent by id, of an address by `written_ticks`."""
    if request.method == "POST":
        return set(read_stairwells(request, "stairwell"))
    try:
        mask = int(request.GET.get("ticks", "0")[: MOST_STAIRWELLS // 4], 16)
    except ValueError:
        return set()
    return {one for place, one in enumerate(sorted(every)) if mask >> place & 1}


def read_day(request: HttpRequest, name: str) -> date:
    """A day that must be given."""
    try:
        return date.fromisoformat(text(request, name, limit=10, required=True))
    except ValueError:
        raise RuleBroken(N_("This is not a date. Write it like 2026-11-23."), field=name) from None
