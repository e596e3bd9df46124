"""Counts kept by day equal a direct count over the cases, whatever happened to them, at every level."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from tests import cast
from tests.cases.taking import account, taken
from yimen.cases import actions
from yimen.cases.actions import figures
from yimen.cases.models import Case, CaseMaterial, Daily, Touched
from yimen.cases.queries.slices import SLICES, slice_condition
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.clock import local
from yimen.core.errors import YimenError

pytestmark = pytest.mark.django_db

FIRST = cast.MONDAY
COUNTED = [name for name in figures.COUNTS if name not in ("hand_overs", "asked", "spared")]
PLACES = (cast.CITY, cast.DISTRICT, cast.STREET, cast.COMMUNITY, cast.SIBLING, cast.OTHER_DISTRICT)


def direct(figure: str, code: str, first: date, last: date) -> int:
    """How many cases the slice of a figure holds under a division."""
    where, values = slice_condition(figure, from_on=first, to_on=last, at=FIRST)
    sql = f"select count(*) from cases_case c where starts_with(c.division_code, %(code)s) and {where}"
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "code": code})
        return int(cursor.fetchone()[0])


def summed(figure: str, code: str, first: date, last: date) -> int:
    """The same from the daily counts."""
    rows = Daily.objects.filter(division_code=code, day__gte=first, day__lte=last)
    return sum(rows.values_list(figure, flat=True))


def resident(case: Case) -> Actor:
    return Actor(role=Role.RESIDENT, reach=case.division_code, name="resident")


def in_time(case: Case, at: datetime) -> bool:
    return case.due_at is None or at < case.due_at


def random_life(dice: random.Random, cases: list[Case], at: datetime) -> None:
    """One random thing happens; what the rules refuse does not."""
    if not cases or dice.random() < 0.35:  # about one in three things is a new case
        place = dice.choice([(cast.COMMUNITY, "window"), (cast.SIBLING, "sibling"), (cast.OTHER_COMMUNITY, "faraway")])
        cases.append(
            taken(community=place[0], owner=place[1], first_asked=place[1], at=at, promised=dice.choice([1, 7]))
        )
        return
    case = Case.objects.select_related("owner").get(pk=dice.choice(cases).pk)
    assert case.owner is not None
    worker, number = cast.actor(case.owner.username), case.number
    deeds: list[Callable[[], object]] = [
        lambda: actions.decide(worker, number=number, outcome="done", text="已办好", at=at),
        lambda: actions.decide(worker, number=number, outcome="approved", text="同意", at=at),
        lambda: actions.withdraw(worker, number=number, reason="不办了", at=at),
        lambda: in_time(case, at) and actions.pause(worker, number=number, reason="缺材料", gaps=["HK"], at=at),
        lambda: actions.material(worker, number=number, code="HK", state="kept", at=at),
        lambda: actions.resume(worker, number=number, at=at),
        lambda: actions.reopen(resident(case), number=number, reason="没办好", at=at),
        lambda: actions.rate(resident(case), number=number, level=dice.randint(1, 5), at=at),
        lambda: actions.offer(worker, number=number, to_ref=account("window2").ref, reason="外出", at=at),
        lambda: actions.answer_offer(cast.actor("window2"), number=number, accept=True, at=at),
        lambda: actions.ask_extension(worker, number=number, days=2, reason="等鉴定", at=at),
        lambda: actions.answer_extension(cast.actor("street"), number=number, grant=True, at=at),
    ]
    try:
        dice.choice(deeds)()
    except YimenError:
        return


@pytest.mark.usefixtures("matters")
@pytest.mark.parametrize("seed", range(4))
def test_folded_counts_equal_the_cases_after_anything_happened(seed: int) -> None:
    dice, cases, at = random.Random(seed), list[Case](), FIRST
    for step in range(90):
        at += timedelta(hours=dice.choice([0, 1, 5, 20, 30]))
        random_life(dice, cases, at)
        if step % 30 == 29:
            figures.fold(SYSTEM, at=at)
    figures.fold(SYSTEM, at=at)
    days = [local(FIRST).date() + timedelta(days=n) for n in range((at - FIRST).days + 2)]
    for figure in COUNTED:
        for code in PLACES:
            first, last = sorted(dice.choices(days, k=2))
            for span in ((days[0], days[-1]), (first, last), (first, first)):
                assert summed(figure, code, *span) == direct(figure, code, *span), (figure, code, span)
    assert summed("hand_overs", cast.CITY, days[0], days[-1]) == sum(
        Case.objects.filter(closed_at__isnull=False).values_list("hand_overs", flat=True)
    )
    assert direct("closed", cast.CITY, days[0], days[-1]) > 3  # it was not an idle year
    kept = snapshot()
    figures.rebuild(SYSTEM, at=at)
    assert snapshot() == kept


def snapshot() -> list[tuple[object, ...]]:
    """Everything in the counts, days on which nothing is left apart."""
    rows = Daily.objects.order_by("division_code", "day").values_list(
        "division_code", "day", *figures.COUNTS, "elapsed"
    )
    return [row for row in rows if any(row[2:-1])]


@pytest.mark.usefixtures("matters")
class TestCounts:
    def test_each_level_is_the_sum_of_the_level_below(self) -> None:
        for place, owner in ((cast.COMMUNITY, "window"), (cast.SIBLING, "sibling"), (cast.OTHER_COMMUNITY, "faraway")):
            for hours in (0, 30):
                case = taken(community=place, owner=owner, first_asked=owner, at=FIRST + timedelta(hours=hours))
            actions.decide(
                cast.actor(owner), number=case.number, outcome="done", text="已办好", at=FIRST + timedelta(hours=50)
            )
        figures.fold(SYSTEM, at=FIRST)
        for length, child in figures.LEVELS:
            for figure in (*figures.COUNTS, "elapsed"):
                above, below = totals(length, figure), totals(child, figure)
                parents: dict[str, int] = {}
                for code, count in below.items():
                    parents[code[:length]] = parents.get(code[:length], 0) + count
                assert above == parents, (length, figure)

    def test_papers_on_file_are_counted_and_those_handed_in_are_not(self) -> None:
        case = taken(missing=("HK",))
        for code, state, basis, at in (
            ("A1", "kept", "kept civil 2026-01-01", FIRST),
            ("A2", "shared", "shared police 2026-11-01", FIRST),
            ("A3", "kept", "handed_in desk 2026-11-16", FIRST),
            ("A4", "waived", "", FIRST),
            ("A5", "kept", "kept desk 2026-11-17", FIRST + timedelta(days=1)),
        ):
            CaseMaterial.objects.create(case=case, material_code=code, state=state, basis=basis, at=at)
        figures.fold(SYSTEM, at=FIRST)
        row = Daily.objects.get(division_code=cast.STREET, day=FIRST.date())
        assert (row.spared, row.spared_cases, row.asked) == (
            2,
            1,
            4,
        )  # asked: the identity card, the missing one, A3 and A5

    def test_only_touched_days_are_counted_again_and_the_marks_are_taken_away(self) -> None:
        case = taken()
        assert figures.fold(SYSTEM, at=FIRST) == 1
        assert Touched.objects.count() == 0
        assert figures.fold(SYSTEM, at=FIRST) == 0
        Case.objects.filter(pk=case.pk).update(warned="soon")  # a warning changes no figure
        assert Touched.objects.count() == 0

    def test_every_count_but_sums_has_rows_to_open(self) -> None:
        assert set(COUNTED) <= set(SLICES)


def totals(length: int, figure: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for code, value in Daily.objects.values_list("division_code", figure):
        if len(code) == length:
            found[code] = found.get(code, 0) + (sum(value) if isinstance(value, list) else value)
    return found
