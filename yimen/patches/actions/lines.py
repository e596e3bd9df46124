"""The officers of a division that comes into force, and the changes of officer that were named by hand for a day to
come: such a change is kept, or written over only by who says so."""

from collections.abc import Collection, Sequence
from datetime import date
from itertools import pairwise
from uuid import UUID

from django.db.models import Q

from yimen.core.errors import N_, RuleBroken
from yimen.patches.models import Officer, Patch
from yimen.patches.queries.coming import Coming
from yimen.patches.rules.what_if import Officers

Line = tuple[UUID, str]  # a patch and a side
OTHER = {"A": "B", "B": "A"}


def runs_on(day: date) -> Q:
    """Rows that hold on a day."""
    return Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day))


def officers_on(division_code: str, day: date) -> Officers:
    """Officer and deputy of every patch on a day."""
    found: Officers = {}
    rows = Officer.objects.filter(runs_on(day), division_code=division_code)
    for number, side, account in rows.values_list("patch__number", "side", "account_id"):
        found.setdefault(number, {})[side] = account
    return found


def as_it_comes(officers: Officers, today: Officers, coming: Sequence[Coming], from_on: date) -> Officers:
    """The officers of a proposal, with those changes in them that come before its day where it names who it is
    today."""
    found = {number: dict(sides) for number, sides in officers.items()}
    for one in coming:  # by day: the last one before counts
        sides = found.get(one.number, {})
        was_named = one.side in sides and sides[one.side] == today.get(one.number, {}).get(one.side)
        is_free = found.get(one.number, {}).get(OTHER[one.side]) != one.account_id
        if one.from_on <= from_on and was_named and is_free:
            sides[one.side] = one.account_id
            today = {**today, one.number: {**today.get(one.number, {}), one.side: one.account_id}}
    return found


def refuse_overwriting(
    officers: Officers, on_day: Officers, coming: Sequence[Coming], replacing: Collection[str], from_on: date
) -> None:
    """A change that comes on the day of a proposal or later is written over only where it is ticked."""
    for one in coming:
        if one.from_on < from_on or one.ref in replacing or one.number not in officers:
            continue
        sides = officers[one.number]
        is_same = sides.get(one.side) in (on_day.get(one.number, {}).get(one.side), one.account_id)
        if not is_same or sides.get(OTHER[one.side]) == one.account_id:
            raise RuleBroken(
                N_(
                    "From %(day)s %(name)s takes over patch %(number)s; this proposal names others, so that change "
                    "would be lost. Tick it to replace it, or choose others in the proposal."
                ),
                field="replacing",
                day=one.from_on.isoformat(),
                name=one.name,
                number=one.number,
            )


def write_officers(
    division_code: str,
    officers: Officers,
    patches: dict[int, Patch],
    from_on: date,
    gone: Collection[UUID],
) -> None:
    """Name the officers of a division from a day on. Where somebody holds a side already, what is to come after them
    stays too, but for the rows that are `gone`."""
    Officer.objects.filter(id__in=gone).delete()
    lines: dict[Line, list[Officer]] = {}
    rows = Officer.objects.filter(Q(to_on=None) | Q(to_on__gt=from_on), division_code=division_code)
    for row in rows.order_by("from_on"):
        lines.setdefault((row.patch_id, row.side), []).append(row)
    wanted = {
        (patches[number].id, side): account for number, sides in officers.items() for side, account in sides.items()
    }
    for line, own in lines.items():
        if own[0].from_on <= from_on and own[0].account_id == wanted.get(line):
            del wanted[line]
            _join(own, is_open=bool(gone))
        else:
            _end(own, from_on)
    Officer.objects.bulk_create(
        Officer(division_code=division_code, patch_id=patch, side=side, account_id=account, from_on=from_on)
        for (patch, side), account in sorted(wanted.items())
    )


def _join(rows: Sequence[Officer], *, is_open: bool) -> None:
    """Each goes on until the next, where something between them is gone; the last for ever."""
    for row, after in pairwise(rows):
        _until(row, after.from_on)
    if is_open:
        _until(rows[-1], None)


def _end(rows: Sequence[Officer], from_on: date) -> None:
    for row in rows:
        if row.from_on >= from_on:
            row.delete()
        else:
            _until(row, from_on)


def _until(row: Officer, day: date | None) -> None:
    if row.to_on != day:
        row.to_on = day
        row.save(update_fields=["to_on"])
