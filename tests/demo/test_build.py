"""The made-up community in a database."""

import itertools
from uuid import UUID

import pytest
from django.db import connection

from tests.demo.conftest import PASSWORD, SAID, SEED, Stood, silent
from yimen.access import queries as access
from yimen.access.actions import sign_in
from yimen.cases.actions.numbering import next_decision_number
from yimen.cases.models import Case, Daily
from yimen.core.actor import SYSTEM, Actor, Role
from yimen.core.errors import RuleBroken
from yimen.demo import works
from yimen.demo.bare import strip
from yimen.demo.build import OtherWorks, build, is_built
from yimen.demo.community import Community
from yimen.demo.reference import NOW, REFERENCE, moment
from yimen.demo.staff import CAST, UNUSABLE
from yimen.demo.towns import HOME
from yimen.exchange.models import Import
from yimen.orgs import queries as orgs
from yimen.patches import queries as patches
from yimen.patches.queries.ground import stairwell_rows
from yimen.patches.rules.ground import ground_of, pieces
from yimen.registry.models import Residence, Resident
from yimen.trail.models import Entry
from yimen.visits.actions.finding_vulnerable import find_in_community
from yimen.visits.models import Visit
from yimen.visits.queries.boxes import boxes, groups

pytestmark = pytest.mark.django_db

MORNING = moment(REFERENCE, 10, 0)


def rows_of(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_a_build_killed_half_way_keeps_whole_communities(half_built: Stood, home: Community) -> None:
    assert half_built.residents == {HOME: len(home.people.residents)}
    assert not half_built.is_built


def test_what_was_begun_is_not_gone_on_with_as_another_city(half_built: Stood) -> None:
    assert works.under_way() == works.Works(SEED, "community")
    with pytest.raises(OtherWorks, match=SEED):
        build(seed="another", scale="community", password=PASSWORD, report=silent)


def test_tables_loaded_bare_get_their_keys_and_indexes_back(bare_database: None) -> None:
    shape = """
        select 'index', indexname::text, split_part(indexdef, ' WHERE ', 1) from pg_indexes
        where schemaname = 'public'
        union all
        select contype::text, conname::text, pg_get_constraintdef(oid) || convalidated from pg_constraint
        where connamespace = 'public'::regnamespace
        union all
        select 'trigger', tgname::text, tgenabled::text from pg_trigger where not tgisinternal
        union all
        select 'options', relname::text, reloptions::text from pg_class where relnamespace = 'public'::regnamespace
        order by 1, 2, 3
    """
    before = rows_of(shape)
    stages = strip()
    assert len(rows_of(shape)) < len(before) - 120
    with connection.cursor() as cursor:
        for statement in itertools.chain(*stages):
            cursor.execute(statement)
    assert rows_of(shape) == before


def test_what_is_made_is_what_is_written(built: None, home: Community) -> None:
    assert is_built()
    assert Resident.objects.filter(division_code=HOME).count() == len(home.people.residents)
    assert Residence.objects.filter(division_code=HOME).count() == len(home.people.residences)
    assert Case.objects.filter(division_code=HOME).count() == len(home.desk.cases)
    assert set(Case.objects.filter(division_code=HOME).values_list("number", "due_on", "state")) == {
        (row.number, row.due_on, row.state) for row in home.desk.cases
    }


def test_a_build_killed_among_the_visits_goes_on_there_and_repeats_nothing(
    half_lived: dict[str, int], built: None
) -> None:
    [(first, visits)] = half_lived.items()
    assert first == HOME
    assert Visit.objects.filter(division_code=HOME).count() == visits
    assert len(set(Visit.objects.values_list("division_code", flat=True))) == 2
    once = "select 1 from patches_publication group by division_code, from_on having count(*) > 1"
    assert rows_of(once) == []
    assert (
        rows_of("select count(*) from visits_contactbox where to_on is null group by stairwell_id having count(*) > 1")
        == []
    )


def test_every_stairwell_lies_in_a_patch_with_officer_and_deputy(built: None, home: Community) -> None:
    assert rows_of("select count(*) from patches_beginning where from_on = '2024-11-04'") == [(2,)]
    assert (
        rows_of("""
        select from registry_stairwell s where not exists (
          select from patches_placement l where l.stairwell_id = s.id and l.to_on is null)
    """)
        == []
    )
    assert rows_of("select patches_refuse_gaps()::text")
    assert set(
        rows_of("""
        select (select string_agg(o.side, '' order by o.side) from patches_officer o join access_account a
          on a.id = o.account_id where o.patch_id = p.id and o.to_on is null and a.left_at is null)
        from patches_patch p where p.to_on is null
    """)
    ) == {("AB",)}
    first = {(row.stairwell_id, row.patch_id) for row in home.division.placements}
    lies = rows_of(
        f"select stairwell_id, patch_id from patches_placement where division_code = '{HOME}' and "
        f"from_on = '2024-11-04'"
    )
    assert set(lies) == first
    [entry] = Entry.objects.filter(verb="plan.publish", division_code=HOME, at__lt=moment(REFERENCE, 0, 0)).order_by(
        "id"
    )[:1]
    assert (entry.subject_id, entry.changes["patches"]) == (
        str(home.division.publications[0].id),
        len(home.division.patches),
    )


def test_drawn_anew_every_patch_still_lies_in_one_piece(built: None) -> None:
    assert rows_of(f"select count(*) from patches_publication where division_code = '{HOME}'") == [(2,)]
    ground = ground_of(stairwell_rows(patches.ground_of(HOME, at=MORNING).places))
    lies = patches.division_on(HOME, on=REFERENCE)
    part = [lies[UUID(str(one.id))] for one in ground.stairwells]
    for number in set(part):
        assert len(pieces(ground.links, [place for place, its in enumerate(part) if its == number])) == 1


def test_a_second_build_is_refused(built: None) -> None:
    with pytest.raises(OtherWorks, match="already"):
        build(seed=SEED, scale="community", password=PASSWORD, report=silent)


def test_progress_never_goes_back(built: None) -> None:
    assert sorted(SAID) == SAID
    assert SAID[-1] == 1.0


def test_nothing_of_the_scaffolding_is_left(built: None) -> None:
    assert rows_of("select 1 from pg_namespace where nspname = 'works'") == []


@pytest.mark.parametrize("username", CAST)
def test_the_cast_signs_in(built: None, username: str) -> None:
    assert sign_in(username, PASSWORD, at=MORNING, address="127.0.0.1", agent="test", request_id="t")


def test_nobody_else_can_sign_in(built: None) -> None:
    others = rows_of(f"select username, password from access_account where username not in {CAST}")
    assert len(others) > 20
    assert all(str(password).startswith(UNUSABLE) for _, password in others)
    with pytest.raises(RuleBroken):
        sign_in(str(others[0][0]), "", at=MORNING, address="127.0.0.1", agent="test", request_id="t")


def test_window_stands_in_for_window2_until_half_past_four(built: None) -> None:
    account = access.account_named("window")
    assert account is not None
    actor = Actor(role=Role.WINDOW, reach=HOME, account_id=account.id, post="MZ", side="A")
    covered = {(one.name, one.post) for one in orgs.covering(actor, at=MORNING)}
    assert ("许一帆", "LD") in covered
    later = orgs.covering(actor, at=moment(REFERENCE, 16, 31))
    assert "许一帆" not in {one.name for one in later}


def test_one_post_will_have_nobody_next_week(built: None) -> None:
    gaps = [gap for gap in orgs.uncovered_posts(HOME, at=MORNING) if gap.from_at > MORNING]
    assert [gap.post for gap in gaps] == ["WJ"]


def test_new_numbers_come_after_those_made_here(built: None) -> None:
    taken = {row[0] for row in rows_of("select document_no from cases_decision")}
    assert next_decision_number(HOME, REFERENCE) not in taken
    highest = max(int(str(number)[-6:]) for (number,) in rows_of("select number from cases_case"))
    assert rows_of("select last_value from cases_number")[0][0] > highest  # type: ignore[operator]  # a number


def test_the_figures_are_counted(built: None, home: Community) -> None:
    taken = sum(Daily.objects.filter(division_code=HOME).values_list("taken", flat=True))
    assert taken == len(home.desk.cases)
    assert not rows_of("select 1 from cases_touched limit 1")


def test_the_rows_are_those_that_were_made_also_when_others_built_beside(built: None, home: Community) -> None:
    people = [
        (row.id, row.ref, row.name, row.sex, row.birth_on, row.registered_address, row.died_on)
        for row in home.people.residents
    ]
    columns = ("id", "ref", "name", "sex", "birth_on", "registered_address", "died_on")
    found = Resident.objects.filter(division_code=HOME).order_by("id").values_list(*columns)
    assert list(found) == sorted(people)
    entries = Entry.objects.filter(id__in=[row.id for row in home.desk.entries]).order_by("id")
    assert list(entries.values_list("id", "at", "verb", "subject_id", "note")) == sorted(
        (row.id, row.at, row.verb, row.subject_id, row.note) for row in home.desk.entries
    )


def test_the_trail_is_in_the_order_of_time(built: None) -> None:
    wrong = rows_of(
        "select count(*) from (select at, lag(at) over (order by id) before from trail_entry "
        "where verb like 'case.%' or verb like 'follow_up.%') t where at < before"
    )
    assert wrong == [(0,)]
    assert rows_of("select max(at) from trail_entry")[0][0] == NOW


def test_no_number_phone_or_word_of_a_resident_lies_in_the_open(built: None, home: Community) -> None:
    numbers = {row.number for row in home.people.residents if len(row.number) == 18}
    phones = {row.phone for row in home.people.residents if row.phone.startswith("154")}
    secrets = {row.secret for row in home.desk.visits}
    words = {row.text for row in home.desk.messages}
    tables = [str(name) for (name,) in rows_of("select tablename from pg_tables where schemaname = 'public'")]
    assert "registry_resident" in tables
    for table in tables:
        for (line,) in rows_of(f'select t::text from "{table}" t'):
            for word in str(line).strip("()").replace('"', ",").split(","):
                assert word not in numbers, table
                assert word not in secrets, table
                assert word not in words, table
                assert word not in phones or table in ("registry_trait", "access_account"), table


def test_every_reference_holds(built: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    dangling = rows_of("select 1 from pg_constraint where not convalidated and contype = 'f'")
    assert dangling == []


def test_the_head_has_one_roster_behind_her_and_one_before_her(built: None) -> None:
    waiting, done = Import.objects.order_by("-uploaded_at")
    assert (done.state, done.counts["changed"], done.counts["refused"], done.counts["new"]) == ("applied", 3, 1, 0)
    assert waiting.state == "ready"
    assert min(waiting.counts[tab] for tab in ("new", "same", "fixable", "refused")) > 0


def test_visits_have_found_needs_and_changes_for_the_register(built: None) -> None:
    kinds = {kind for (kind,) in rows_of("select distinct kind from visits_finding")}
    assert {"need", "phone", "moved_out", "new_tenant"} <= kinds
    assert rows_of(
        "select 1 from visits_monthly"
        " where code = '320213025001' and month = '2026-11-01' and needs between 1 and found - 1"
    )


def test_coverage_says_from_the_first_moment_what_the_must_visit_list_says(built: None) -> None:
    listed = rows_of(
        "select count(distinct dwelling_id) from visits_vulnerablehousehold"
        f" where division_code = '{HOME}' and from_on <= '2026-11-23' and (to_on is null or to_on > '2026-11-23')"
    )
    assert rows_of(f"select must from visits_monthly where code = '{HOME}' and month = '2026-11-01'") == listed
    assert rows_of("select 1 from visits_touched limit 1") == []
    assert find_in_community(SYSTEM, division_code=HOME, at=MORNING) == 0


def test_residents_have_spoken_by_every_way_and_boxes_were_emptied(built: None) -> None:
    ways = {way for (way,) in rows_of("select distinct via from visits_contact")}
    assert ways == {"box", "call", "group", "web", "desk"}
    [(still, answered, cases)] = rows_of(
        "select count(*) filter (where state = 'open'), count(*) filter (where state = 'answered'),"
        " count(*) filter (where state = 'case') from visits_contact where division_code = '320213025001'"
    )
    assert 2 <= still < answered  # type: ignore[operator]  # counts
    assert cases == 12
    assert rows_of("select 1 from visits_contact where received_at > at and at < '2026-11-23'")
    assert (
        rows_of(
            "select 1 from visits_contact where state = 'case' and case_number not in (select number from cases_case)"
        )
        == []
    )
    head = Actor(role=Role.HEAD, reach=HOME)
    standing, most = boxes(head, at=MORNING)
    assert most == 7
    assert {one.is_late for one in standing} == {True, False}
    assert all(one.emptied_at and one.by_name and one.patch for one in standing)
    assert len(groups(head)) == len(standing)
