"""Supervision: what needs doing now, with cause, owner and one action; figures that equal the rows they open."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from tests import cast
from tests.cases.conftest import NOW
from tests.cases.taking import account, taken
from yimen.access.models import Seat
from yimen.access.scope import LAST
from yimen.cases import actions
from yimen.cases.actions import figures
from yimen.cases.models import Case, FollowUp, Tally
from yimen.cases.queries.exceptions import exceptions
from yimen.cases.queries.figures import Period
from yimen.cases.queries.figures import figures as sums_of
from yimen.cases.queries.slices import accept_by, slice_condition
from yimen.cases.queries.tree import Branch, place_of, tree
from yimen.cases.rules.figures import SMALL, hide_levels, hide_small, median_of
from yimen.cases.views.figures import period_of
from yimen.cases.views.supervise import _offices
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.clock import LOCAL
from yimen.core.errors import NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.orgs.actions import count_spots
from yimen.orgs.models import Absence, Skill
from yimen.trail.models import Entry

MONTH = Period(cast.MONDAY.date().replace(day=1), NOW.date())
THERE = ((cast.COMMUNITY, "window"), (cast.SIBLING, "sibling"), (cast.NEXT_COMMUNITY, "nextdoor"))


def told(actor: str, at: str = "") -> dict[tuple[str, str], list[str]]:
    """Kind and cause → the numbers or refs of the exceptions."""
    found: dict[tuple[str, str], list[str]] = {}
    someone = cast.actor(actor)
    for row in exceptions(someone, at or someone.reach, at=NOW):
        found.setdefault((row.kind, row.cause), []).append(row.ref)
    return found


@pytest.mark.django_db
class TestWhatNeedsDoingNow:
    def test_each_exception_stands_under_its_cause(self, street: dict[str, Case]) -> None:
        found = told("head")
        call_back = FollowUp.objects.get(case=street["bad"])
        assert found == {
            ("late", "us"): [street["late"].number],
            ("late", "street"): [street["up"].number],
            ("today", "us"): [street["today"].number],
            ("unaccepted", "nobody"): [street["unaccepted"].number],
            ("extension", "answer"): [street["asked"].number],
            ("rating", "answer"): [call_back.ref],
        }

    def test_who_was_asked_first_answers_until_somebody_accepts(self, street: dict[str, Case]) -> None:
        rows = exceptions(cast.actor("head"), cast.COMMUNITY, at=NOW)
        row = next(row for row in rows if row.kind == "unaccepted")
        assert (row.owner, row.is_accepted) == ("陆建明", False)
        fresh = NOW - timedelta(hours=20)
        assert accept_by(NOW) == NOW - timedelta(days=1)
        Case.objects.filter(pk=street["unaccepted"].pk).update(accepted_at=fresh)
        assert ("unaccepted", "nobody") not in told("head")

    def test_a_weekend_is_no_working_day_to_accept_on(self) -> None:
        monday = datetime(2026, 11, 23, 10, 0, tzinfo=LOCAL)
        assert accept_by(monday) == datetime(2026, 11, 20, 10, 0, tzinfo=LOCAL)
        assert accept_by(monday - timedelta(days=1)) == datetime(2026, 11, 20, 0, 0, tzinfo=LOCAL)

    def test_nobody_sees_a_call_back_about_himself(self, street: dict[str, Case]) -> None:
        FollowUp.objects.update(about=account("head"))
        assert ("rating", "answer") not in told("head")
        assert ("rating", "answer") in told("street")
        assert ("rating", "answer") in told("street", cast.COMMUNITY)
        assert ("rating", "answer") not in told("street", cast.SIBLING)

    def test_a_restricted_matter_is_not_told_to_those_who_do_not_work_on_it(self, street: dict[str, Case]) -> None:
        Case.objects.filter(pk=street["late"].pk).update(is_restricted=True)
        assert ("late", "us") not in told("head")

    def test_the_sums_of_the_district_are_the_cases_of_its_streets(self, street: dict[str, Case]) -> None:
        streets = place_of(cast.actor("district"), cast.DISTRICT).children
        sums = exceptions(cast.actor("district"), cast.DISTRICT, at=NOW, children=streets)
        late = [(row.cause, row.code, row.cases) for row in sums if row.kind == "late"]
        assert sorted(late) == [("street", cast.STREET, 1), ("us", cast.STREET, 1)]
        assert not any(row.resident or row.ref for row in sums)
        Case.objects.filter(pk=street["late"].pk).update(is_restricted=True)
        figures.fold(SYSTEM, at=NOW)
        assert exceptions(cast.actor("district"), cast.DISTRICT, at=NOW, children=streets) == sums

    @pytest.mark.parametrize("username", ["district", "city"])
    def test_what_was_counted_before_is_what_would_be_counted_now(self, street: dict[str, Case], username: str) -> None:
        someone = cast.actor(username)
        sums = exceptions(someone, someone.reach, at=NOW, children=place_of(someone, someone.reach).children)
        whole = {(row.kind, row.cause): row.total for row in exceptions(someone, someone.reach, at=NOW)}
        assert {(row.kind, row.cause): row.total for row in sums} == whole
        assert len(whole) == 6

    def test_a_sum_names_the_office_that_has_to_move(self, street: dict[str, Case]) -> None:
        FollowUp.objects.create(
            kind="rating",
            case=street["done"],
            division_code=cast.DISTRICT,
            community_code=street["bad"].division_code,
            number="TS-1",
            opened_at=NOW,
            due_on=NOW.date(),
        )
        someone = cast.actor("district")
        sums = exceptions(someone, cast.DISTRICT, at=NOW, children=place_of(someone, cast.DISTRICT).children)
        offices = {(row.kind, row.cause): _offices(row) for row in sums if row.code == cast.STREET}
        names = {role: orgs.role_name(role) for role in (Role.HEAD, Role.STREET, Role.DISTRICT)}
        assert offices["late", "us"] == offices["late", "street"] == names[Role.STREET]
        desk = Role.HEAD if FollowUp.objects.get(case=street["bad"]).division_code == cast.COMMUNITY else Role.STREET
        assert offices["rating", "answer"] == f"{names[desk]}、{names[Role.DISTRICT]}"

    def test_a_case_that_is_closed_leaves_the_sums_with_the_next_count(self, street: dict[str, Case]) -> None:
        late = street["late"]
        actions.decide(cast.actor("window"), number=late.number, outcome="done", text="已办好", at=NOW)
        counted = dict(Tally.objects.filter(division_code=cast.DISTRICT, kind="late").values_list("cause", "cases"))
        assert counted == {"us": 1, "street": 1}
        figures.fold(SYSTEM, at=NOW)
        counted = dict(Tally.objects.filter(division_code=cast.DISTRICT, kind="late").values_list("cause", "cases"))
        assert counted == {"street": 1}

    @pytest.mark.parametrize("username", ["siblinghead", "nextstreet", "otherdistrict"])
    def test_others_are_not_told(self, street: dict[str, Case], username: str) -> None:
        assert not any(kind in ("late", "unaccepted", "rating") for kind, _cause in told(username))
        with pytest.raises(NotFound):
            exceptions(cast.actor(username), cast.COMMUNITY, at=NOW)


@pytest.mark.django_db
class TestWeakSpots:
    def test_a_post_falls_bare_when_the_second_side_leaves_too(self) -> None:
        bare = orgs.bare_posts(cast.COMMUNITY, at=NOW)
        assert bare == []
        for username, hours in (("window", 2), ("window2", 5)):
            Absence.objects.create(
                account=account(username),
                division_code=cast.COMMUNITY,
                from_at=NOW + timedelta(hours=hours),
                to_at=NOW + timedelta(hours=9),
                reason="leave",
            )
        bare = orgs.bare_posts(cast.COMMUNITY, at=NOW)
        assert [(spot.post, spot.from_at) for spot in bare] == [
            ("LD", NOW + timedelta(hours=5)),
            ("MZ", NOW + timedelta(hours=5)),
        ]
        assert orgs.bare_posts(cast.COMMUNITY, at=NOW + timedelta(hours=9)) == []

    def test_it_agrees_with_the_board_of_the_station(self) -> None:
        for code in (cast.STREET, cast.NEXT_STREET, cast.CITY):
            board = {(gap.division_code, gap.post, gap.from_at) for gap in orgs.uncovered_posts(code, at=NOW)}
            bare = orgs.bare_posts(code, at=NOW)
            assert {(spot.division_code, spot.post, spot.from_at) for spot in bare} == board

    def test_a_matter_that_one_person_alone_can_do_is_told_with_the_name(self) -> None:
        for username, item in (("window", "MZ-01"), ("window", "MZ-02"), ("window2", "MZ-02")):
            Skill.objects.create(account=account(username), item_code=item, grade="alone", since_on=cast.SINCE)
        lone = orgs.lone_skills(cast.COMMUNITY, at=NOW)
        assert [(spot.name, spot.matters) for spot in lone] == [("沈晓岚", 1)]

    def test_a_colleague_to_come_can_do_nothing_yet(self) -> None:
        Skill.objects.create(account=account("window"), item_code="MZ-01", grade="alone", since_on=cast.SINCE)
        Skill.objects.create(account=account("window2"), item_code="MZ-01", grade="alone", since_on=cast.SINCE)
        Seat.objects.filter(account=account("window2")).update(from_on=NOW.date() + timedelta(days=3))
        count_spots(SYSTEM, at=NOW)
        assert orgs.counted_spots(cast.COMMUNITY, 12)[cast.COMMUNITY][1] == 1
        assert [spot.matters for spot in orgs.lone_skills(cast.COMMUNITY, at=NOW)] == [1]

    def test_the_city_reads_what_was_last_counted(self) -> None:
        count_spots(SYSTEM, at=NOW)
        before = orgs.counted_spots(cast.CITY, 12)
        assert cast.COMMUNITY not in before
        Absence.objects.create(
            account=account("window"), division_code=cast.COMMUNITY, from_at=NOW, to_at=None, reason="sick"
        )
        Absence.objects.create(
            account=account("window2"), division_code=cast.COMMUNITY, from_at=NOW, to_at=None, reason="sick"
        )
        for item in ("MZ-01", "MZ-02"):
            Skill.objects.create(account=account("window"), item_code=item, grade="alone", since_on=cast.SINCE)
        assert orgs.counted_spots(cast.CITY, 12) == before
        assert count_spots(SYSTEM, at=NOW) == 1
        bare = len(orgs.bare_posts(cast.COMMUNITY, at=NOW))
        assert bare > 0
        assert orgs.counted_spots(cast.CITY, 12) == before | {cast.COMMUNITY: (bare, 1)}
        assert orgs.counted_spots(cast.COMMUNITY, 12) == {cast.COMMUNITY: (bare, 1)}
        assert orgs.counted_spots(cast.DISTRICT, 9)[cast.STREET][1] == 1
        assert count_spots(SYSTEM, at=NOW) == 0
        Skill.objects.all().delete()
        Absence.objects.all().delete()
        assert count_spots(SYSTEM, at=NOW) == 1
        assert orgs.counted_spots(cast.CITY, 12) == before


def count_of(actor: Actor, href: str) -> int:
    """How many cases the list behind a link holds."""
    wanted = {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}
    days = {name: datetime.fromisoformat(wanted[name]).date() for name in ("from", "to") if name in wanted}
    sql, values = slice_condition(
        wanted["figure"],
        from_on=days.get("from"),
        to_on=days.get("to"),
        waiting=wanted.get("waiting", ""),
        at=NOW,
    )
    values |= {"code": wanted["division"], "low": actor.reach, "high": actor.reach + LAST}
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from cases_case c where starts_with(c.division_code, %(code)s)"
            f" and c.division_code >= %(low)s and c.division_code < %(high)s and {sql}",
            values,
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
@pytest.mark.usefixtures("at_now")
class TestThePage:
    @pytest.mark.parametrize("username", ["head", "street", "district", "city"])
    @pytest.mark.parametrize("period", ["month", "last", "year"])
    def test_every_figure_opens_to_as_many_rows_as_it_says(
        self, street: dict[str, Case], username: str, period: str
    ) -> None:
        answer = cast.client_for(username).get("/supervise", {"period": period})
        assert answer.status_code == 200
        links = re.findall(r'href="(/cases\?[^"]+)"[^>]*>\s*(?:[^<0-9]*?)([\d,]+)', answer.content.decode())
        assert len(links) > 12
        for href, words in links:
            assert count_of(cast.actor(username), unescape(href)) == int(words.replace(",", "")), href

    def test_the_list_behind_a_figure_shows_those_rows_and_no_others(self, street: dict[str, Case]) -> None:
        Case.objects.filter(pk=street["late"].pk).update(is_restricted=True)
        client = cast.client_for("street")
        client.cookies["language"] = "en"
        answer = client.get("/cases", {"figure": "late", "division": cast.COMMUNITY}).content.decode()
        assert set(re.findall(r"LX26-\d{4}-\d{6}", answer)) == {street["up"].number}
        assert "1 restricted matter is counted" in answer
        period = {"from": MONTH.from_on.isoformat(), "to": MONTH.to_on.isoformat()}
        answer = client.get("/cases", {"figure": "closed_late", "division": cast.COMMUNITY, **period}).content.decode()
        assert set(re.findall(r"LX26-\d{4}-\d{6}", answer)) == {street["bad"].number}
        assert client.get("/cases", {"figure": "nonsense"}).status_code == 404
        assert client.get("/cases", {"figure": "closed", "from": "31 May"}).status_code == 422

    def test_a_restricted_case_that_nobody_has_accepted_is_counted_as_not_listed(self, street: dict[str, Case]) -> None:
        Case.objects.filter(pk=street["unaccepted"].pk).update(is_restricted=True)
        client = cast.client_for("street")
        client.cookies["language"] = "en"
        answer = client.get("/cases", {"figure": "open", "division": cast.COMMUNITY}).content.decode()
        assert street["unaccepted"].number not in answer
        assert "1 restricted matter is counted" in answer

    @pytest.mark.parametrize("username", ["head", "street", "district", "city"])
    def test_it_asks_little_of_the_database(self, street: dict[str, Case], username: str) -> None:
        client = cast.client_for(username)
        client.get("/supervise")  # names are kept from now on
        with CaptureQueriesContext(connection) as asked:
            client.get("/supervise")
        assert len(asked) <= 6

    @pytest.mark.parametrize("username", ["district", "city"])
    def test_far_away_no_resident_is_named(self, street: dict[str, Case], username: str) -> None:
        client = cast.client_for(username)
        for code in ("", cast.STREET, cast.COMMUNITY):
            assert "李慧珍" not in client.get("/supervise", {"at": code}).content.decode()
        assert "李慧珍" in cast.client_for("head").get("/supervise").content.decode()

    @pytest.mark.parametrize(
        ("username", "at", "status"),
        [
            ("city", cast.COMMUNITY, 200),
            ("district", cast.STREET, 200),
            ("street", cast.SIBLING, 200),
            ("street", cast.NEXT_STREET, 404),
            ("street", cast.DISTRICT, 404),
            ("head", cast.SIBLING, 404),
            ("city", "320213999", 404),
            ("city", "320213025999", 404),
            ("city", "32021", 404),
            ("city", "x", 404),
            ("window", "", 403),
            ("dept", "", 403),
        ],
    )
    def test_the_way_down_ends_at_the_reach(self, matters: None, username: str, at: str, status: int) -> None:
        assert cast.client_for(username).get("/supervise", {"at": at}).status_code == status

    def test_what_residents_are_owed_comes_first(self, street: dict[str, Case]) -> None:
        text = cast.client_for("head").get("/supervise").content.decode()
        assert text.index(street["late"].number) < text.index(street["unaccepted"].number) < text.index("figure=taken")

    @pytest.mark.parametrize(("month", "status"), [("2026-10", 200), ("2026-13", 422), ("x", 422)])
    def test_any_month_can_be_chosen(self, matters: None, month: str, status: int) -> None:
        assert cast.client_for("head").get("/supervise", {"month": month}).status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("at_now")
class TestUrging:
    def test_one_click_reminds_and_the_second_is_told_when(self, street: dict[str, Case]) -> None:
        client, number = cast.client_for("street"), street["late"].number
        answer = client.post("/supervise/urge", {"at": cast.COMMUNITY, "number": number})
        assert answer.headers["Location"] == f"/supervise?at={cast.COMMUNITY}&urged=1"
        entry = Entry.objects.get(verb="case.urge", subject_id=str(street["late"].id))
        assert (entry.actor_name, entry.changes) == ("周敏", {"to": "us"})
        again = client.post("/supervise/urge", {"at": cast.COMMUNITY, "number": number})
        assert again.status_code == 422
        assert number in again.content.decode()
        assert Entry.objects.filter(verb="case.urge").count() == 1

    def test_all_at_once_says_first_how_many(self, street: dict[str, Case]) -> None:
        others = [taken(promised=1, at=cast.MONDAY) for _n in range(3)]
        actions.urge(cast.actor("head"), number=others[0].number, at=NOW - timedelta(hours=1))
        client = cast.client_for("street")
        asked = {"at": cast.STREET, "kind": "late", "cause": "us"}
        client.cookies["language"] = "en"
        look = client.get("/supervise/urge", asked).content.decode()
        assert "3 cases will be urged." in look
        assert "1 was urged within a day already" in look
        assert Entry.objects.filter(verb="case.urge").count() == 1
        done = client.post("/supervise/urge", asked)
        assert done.headers["Location"].endswith("&urged=3")
        assert Entry.objects.filter(verb="case.urge").count() == 4
        assert "0 cases will be urged." in client.get("/supervise/urge", asked).content.decode()

    def test_nobody_reminds_out_of_reach(self, street: dict[str, Case]) -> None:
        client = cast.client_for("nextstreet")
        asked = {"at": cast.STREET, "kind": "late", "cause": "us"}
        assert client.get("/supervise/urge", asked).status_code == 404
        number = {"at": cast.NEXT_STREET, "number": street["late"].number}
        assert client.post("/supervise/urge", number).status_code == 404
        assert client.post("/supervise/urge", {**asked, "at": cast.NEXT_STREET, "kind": "rating"}).status_code == 404


@pytest.mark.django_db
class TestLevelByLevel:
    @pytest.mark.parametrize("at", [cast.CITY, cast.DISTRICT, cast.STREET, cast.COMMUNITY])
    def test_each_parent_equals_its_children(self, street: dict[str, Case], at: str) -> None:
        actor = cast.actor("city")
        place = place_of(actor, at)
        found = sums_of(actor, at, place.codes, MONTH, at=NOW)
        rows = tree(place, found.of)
        parents: list[int] = []
        checked = 0
        for index, row in enumerate(rows):
            below = list(children_of(rows, index))
            if not below:
                continue
            parents.append(row.depth)
            assert row.communities == sum(one.communities for one in below)
            for name in row.counts:
                assert row.counts[name] == sum(one.counts[name] for one in below), (row.code, name)
                checked += row.counts[name]
        assert len(parents) == len(place.way) - (not place.children)
        assert checked > 10

    def test_the_figures_of_a_division_out_of_reach_are_not_told(self, street: dict[str, Case]) -> None:
        with pytest.raises(NotFound):
            sums_of(cast.actor("street"), cast.STREET, [cast.NEXT_STREET], MONTH, at=NOW)


def children_of(rows: list[Branch], index: int) -> Iterator[Branch]:
    """The lines right under a line, as a reader of the table finds them: one step further in, until it ends."""
    depth = rows[index].depth
    for row in rows[index + 1 :]:
        if row.depth <= depth:
            return
        if row.depth == depth + 1:
            yield row


def whole_story(city: Sequence[Sequence[int]]) -> dict[tuple[int, ...], int | None]:
    """What a reader of every page sees: the whole (), each district (at,), each of its streets (at, of)."""
    sums = [sum(district) for district in city]
    whole = sum(sums)
    seen: dict[tuple[int, ...], int | None] = {(): hide_levels(whole, [])}
    for at, parts in enumerate(city):
        seen[at,] = hide_levels(whole, [(sums, at)])
        seen |= {(at, of): hide_levels(whole, [(sums, at), (parts, of)]) for of in range(len(parts))}
    return seen


def fitting(seen: Mapping[tuple[int, ...], int | None], whole: int) -> Iterator[tuple[int, int, int, int]]:
    """Every two districts of two streets each that would add up to what was seen."""
    for first in range(whole + 1):
        for a in range(first + 1):
            for c in range(whole - first + 1):
                cells = (a, first - a, c, whole - first - c)
                sums: list[tuple[tuple[int, ...], int]] = [((0,), first), ((1,), whole - first)]
                parts = [((0, 0), cells[0]), ((0, 1), cells[1]), ((1, 0), cells[2]), ((1, 1), cells[3])]
                if all(seen[key] in (None, value) for key, value in [*sums, *parts]):
                    yield cells


class TestSmallCells:
    @given(some.lists(some.integers(0, 60), min_size=1, max_size=9))
    def test_no_small_number_is_shown(self, cells: list[int]) -> None:
        shown = hide_small(cells)
        assert all(count is None or count == 0 or count >= SMALL for count in shown)
        assert all(seen in (None, count) for count, seen in zip(cells, shown, strict=True))

    @given(some.lists(some.integers(0, 30), min_size=2, max_size=9).filter(lambda cells: sum(cells) >= SMALL))
    def test_each_number_that_is_not_shown_may_be_small_or_not(self, cells: list[int]) -> None:
        shown = hide_small(cells)
        hidden = [count for count, seen in zip(cells, shown, strict=True) if seen is None]
        least = 0 if len(hidden) == len(cells) else 1  # where all are hidden, nothing says that they are not 0
        if hidden:
            assert len(hidden) > 1
            assert sum(hidden) - least * (len(hidden) - 1) >= SMALL

    @given(some.tuples(*[some.integers(0, 7)] * 4))
    def test_no_small_number_is_found_by_taking_one_level_from_another(self, cells: tuple[int, int, int, int]) -> None:
        seen, whole = whole_story((cells[:2], cells[2:])), sum(cells)
        if seen[()] is None:
            assert set(seen.values()) == {None}
            return
        possible = list(fitting(seen, whole))
        for place in range(4):
            values = {each[place] for each in possible}
            assert len(values) > 1 or cells[place] == 0 or cells[place] >= SMALL

    @pytest.mark.django_db
    @pytest.mark.parametrize(("who", "status"), [("street", 200), ("district", 404), ("city", 404)])
    def test_far_away_the_few_rows_behind_a_mark_are_not_listed(self, who: str, status: int) -> None:
        assert cast.client_for(who).get(f"/cases?figure=rated_1&division={cast.COMMUNITY}").status_code == status

    def test_nothing_is_no_secret_and_large_numbers_are_shown(self) -> None:
        assert hide_small([0, 0, 12, 5, 90]) == [0, 0, 12, 5, 90]
        assert hide_small([3, 8, 12, 20, 90]) == [None, None, 12, 20, 90]
        assert hide_small([1, 4, 12, 20, 90]) == [None, None, None, 20, 90]
        assert hide_small([1, 2, 0, 20, 90]) == [None, None, 0, None, 90]
        assert hide_small([3, 2, 0]) == [None, None, None]

    def test_under_a_hidden_number_nothing_is_shown(self) -> None:
        assert hide_levels(60, [([3, 7, 50], 2)]) == 50
        assert hide_levels(60, [([3, 7, 50], 1)]) is None
        assert hide_levels(60, [([3, 7, 50], 1), ([7, 0], 1)]) is None


class TestPeriodsAndMedians:
    @given(some.lists(some.integers(0, 40), min_size=1, max_size=30))
    def test_the_median_of_counts_is_that_of_the_values(self, values: list[int]) -> None:
        ordered, middle = sorted(values), len(values) // 2
        expected = ordered[middle] if len(values) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        assert median_of({value: values.count(value) for value in values}) == expected

    def test_periods_are_whole_months_or_run_until_today(self) -> None:
        today = NOW.date()
        assert period_of("", "", today) == ("month", MONTH)
        assert period_of("last", "", today)[1] == Period(
            today.replace(month=10, day=1), today.replace(month=10, day=31)
        )
        assert period_of("year", "", today)[1] == Period(today.replace(month=1, day=1), today)
        assert period_of("", "2024-02", today)[1].to_on.day == 29
        with pytest.raises(RuleBroken):
            period_of("", "2026-00", today)


def test_the_call_backs_of_an_office_above_are_told_apart_in_words(at_now: datetime, street: dict[str, Case]) -> None:
    """One answered by the district counts for the district, not for the street in which it happened; both say so."""
    FollowUp.objects.update(division_code=cast.COMMUNITY[:6])
    counted = {
        who: sum(row.cases for row in exceptions(cast.actor(who), cast.STREET, at=NOW) if row.kind == "rating")
        for who in ("street", "district")
    }
    assert counted == {"street": 0, "district": 1}
    for who in counted:
        page = cast.client_for(who).get("/supervise").content.decode()
        assert "由上级答复的计在上级" in page
