"""Rosters from the upload to the undo, on the real database."""

import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.cast import COMMUNITY, NEXT_COMMUNITY, SIBLING, actor
from tests.exchange.bringing import (
    HEADER,
    accepted,
    applied,
    name,
    number,
    people,
    previewed,
    shown,
    workbook,
    worked,
)
from tests.registry.town import AT, Town, build_town
from yimen.access.models import Account
from yimen.core.errors import NotFound, RuleBroken
from yimen.exchange import actions, queries
from yimen.exchange.actions import applying, staging
from yimen.exchange.models import StagedRow
from yimen.exchange.rules.subjects import subject_of
from yimen.orgs import queries as orgs
from yimen.registry.models import Building, Change, Dwelling, Household, Residence, Resident, Trait
from yimen.registry.queries.roster import Doors


def test_a_roster_is_previewed_applied_and_the_second_time_changes_nothing(town: Town) -> None:
    old = town.people["张国富"]
    rows = [*people(3), f"张国富,{old.number},15499998888,3-2-502", f"王秀英,{town.people['王秀英'].number},,"]
    made = previewed(*rows)
    assert (made.state, made.problem) == ("ready", {})
    assert made.counts == {"new": 3, "changed": 1, "same": 1, "fixable": 0, "refused": 0}
    assert not Change.objects.exists()
    made = applied(made)
    assert made.state == "applied"
    assert made.counts == {"new": 3, "changed": 1, "same": 1, "fixable": 0, "refused": 0}
    again = applied(previewed(*rows))
    assert again.counts == {"new": 0, "changed": 0, "same": 5, "fixable": 0, "refused": 0}
    assert Change.objects.count() == 1


def test_a_refused_row_is_called_by_its_person_wherever_the_columns_stand(town: Town) -> None:
    people_ = previewed(
        f"3号楼,2,502,{name(1)},{number(1)[:-1]}", f"3号楼,2,502,,{number(2)}", header="楼栋,单元,室号,姓名,身份证号"
    )
    assert [row.who for row in shown(people_, "refused")] == [name(1), "3-2-502"]
    doors = previewed(f"{name(1)},3号楼,2,,90", f"{name(2)},99幢,2,502,90", header="房主,楼栋,单元,室号,面积")
    assert [row.who for row in shown(doors, "refused")] == ["3-2"]
    columns = [{"field": "compound"}, {"field": "owner_name"}, {"field": "building"}]
    assert subject_of("buildings", columns, ["广瑞一村", name(1), "3号楼"]) == ("广瑞一村 3", False)


def test_a_number_that_stands_in_the_cell_of_a_name_is_masked(town: Town) -> None:
    made = previewed(f"{name(1)}{number(1)}、{name(2)},,,3-1-502", header=HEADER)
    (row,) = shown(made, "refused")
    assert number(1) not in row.who + "".join(cell.old for cell in row.cells)


def test_an_empty_home_and_a_row_that_stands_twice_change_nothing_and_are_not_refused(town: Town) -> None:
    made = previewed("空置,,,3-1-502", *people(1), *people(1))
    assert made.counts == {"new": 1, "changed": 0, "same": 2, "fixable": 0, "refused": 0}
    assert any("3" in note for row in shown(made, "same") for note in row.notes)


def test_rows_of_whole_families_are_counted_by_person_and_the_page_says_so(town: Town) -> None:
    header = "门牌号,户主姓名,户主身份证号,成员1姓名,成员1身份证号,成员1关系,成员2姓名,成员2身份证号,成员2关系"
    made = previewed(
        f"3-1-502,{name(1)},{number(1)},{name(2)},{number(2)},妻,{name(3)},{number(3)},子",
        f"3-2-502,{name(4)},{number(4)},{name(5)},{number(6)[:-1]}?,妻,,,",
        header=header,
    )
    assert made.counts == {"new": 4, "changed": 0, "same": 0, "fixable": 0, "refused": 1}
    ((_message, params),) = made.plan["notes"]
    assert params == {"sheet": "名册", "rows": "2", "people": "5"}
    assert [table["sheet"] for table in made.plan["tables"]] == ["名册 户主", "名册 成员1", "名册 成员2"]
    made = applied(made)
    household = Household.objects.get(head__name=name(1))
    assert set(household.members.values_list("resident__name", "relation")) == {
        *((name(1), "02"), (name(2), "12"), (name(3), "20"))
    }
    again = previewed(f"3-1-502,{name(1)},{number(1)},{name(2)},{number(2)},妻,{name(3)},{number(3)},子", header=header)
    assert again.counts["same"] == 3


def test_next_doors_people_and_communities_are_refused_with_a_sentence(town: Town) -> None:
    theirs, there = town.people["章高峰"], orgs.division_name(NEXT_COMMUNITY)
    rows = [f"章高峰,{theirs.number},15499998888,3-1-502,", f"{name(1)},{number(1)},,3-1-502,{there}"]
    made = previewed(*rows, header=HEADER + ",社区")
    assert made.counts["refused"] == 2
    assert there in shown(made, "refused")[0].why
    assert applied(made).counts["refused"] == 2
    assert not Change.objects.exists()


def test_a_street_brings_in_several_communities_by_their_names(town: Town) -> None:
    names = {code: orgs.division(code) for code in (COMMUNITY, SIBLING)}
    rows = [
        f"{name(order)},{number(order)},,3-1-502,{names[code].short_name}"  # type: ignore[union-attr]  # the orders have both
        for order, code in enumerate((COMMUNITY, SIBLING))
    ]
    made = applied(previewed(*rows, who="street", header=HEADER + ",社区"), "street")
    assert made.counts["new"] == 2
    assert set(Resident.objects.filter(source="import").values_list("division_code", flat=True)) == {COMMUNITY, SIBLING}


def test_an_import_is_known_in_its_own_reach_line_and_area_only(town: Town) -> None:
    made = previewed(*people(1))
    assert queries.import_page(actor("street"), made.ref).ref == made.ref
    for stranger in ("siblinghead", "nextstreet", "dept", "sysadmin"):
        with pytest.raises(NotFound):
            queries.import_page(actor(stranger), made.ref)
        assert queries.imports(actor(stranger)) == ([], "")


def test_a_fix_for_all_similar_rows_makes_them_what_they_would_be(town: Town) -> None:
    rows = [f"{name(order)},{number(order)},１５４０００１０００{order},3-1-502" for order in range(3)]
    made = previewed(*rows)
    assert made.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 3, "refused": 0}
    ((field, fix, _label, _words, count),) = queries.groups(queries.import_page(actor("head"), made.ref))
    assert (field, count) == ("phone", 3)
    place = StagedRow.objects.order_by("place")[0].place
    actions.decide_row(actor("head"), ref=made.ref, place=place, accept=False, at=AT)
    made = actions.decide_fix(actor("head"), ref=made.ref, field=field, fix=fix, accept=True, at=AT)
    assert made.counts == {"new": 2, "changed": 0, "same": 0, "fixable": 0, "refused": 1}
    applied(made)
    assert Resident.objects.filter(source="import").count() == 2


def test_what_nobody_decided_on_is_refused_when_it_is_applied(town: Town) -> None:
    made = applied(previewed(*people(1), f"{name(5)},{number(5)},１５４００００００００,3-1-502"))
    assert made.counts == {"new": 1, "changed": 0, "same": 0, "fixable": 0, "refused": 1}
    assert StagedRow.objects.get(verdict="refused").reasons == [":undecided"]


def test_personal_values_stand_sealed_and_appear_in_no_record(town: Town) -> None:
    made = applied(previewed(*people(2)))
    with connection.cursor() as cursor:
        for table in ("exchange_import", "exchange_stagedrow", "exchange_filepart", "trail_entry"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            (text,) = cursor.fetchone()
            assert number(1) not in text
            assert "15400010001" not in text
    assert made.counts["new"] == 2


def test_a_file_of_another_kind_or_without_a_table_is_refused_as_a_whole(town: Town) -> None:
    with pytest.raises(RuleBroken, match="xlsx"):
        actions.upload(actor("head"), chunks=[b"x"], name="roster.pdf", at=AT)
    with pytest.raises(RuleBroken, match="empty"):
        actions.upload(actor("head"), chunks=[], name="roster.csv", at=AT)
    made = previewed("1,2", header="a,b")
    assert made.state == "refused"
    assert made.problem["message"]


def test_columns_that_were_confirmed_are_remembered_under_the_header(town: Town) -> None:
    made = previewed(*people(1))
    kinds, columns = {0: "residents"}, {(0, 2): ""}
    actions.choose_columns(actor("head"), ref=made.ref, kinds=kinds, columns=columns, at=AT)
    assert worked(made).state == "ready"
    again = previewed(*people(1))
    assert [column["field"] for column in again.plan["tables"][0]["columns"]] == [
        "name",
        "id_number",
        "ignored",
        "door",
    ]


def test_columns_under_groups_are_remembered_with_their_group(town: Town) -> None:
    header = "户主信息,户主信息,个人信息,个人信息,\n姓名,身份证号,姓名,身份证号,门牌号"
    row = f"{name(2)},{number(2)},{name(1)},{number(1)},3-1-502"
    made = previewed(row, header=header)
    actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={}, at=AT)
    before = [column["field"] for column in worked(made).plan["tables"][0]["columns"]]
    assert before == ["head_name", "head_number", "name", "id_number", "door"]
    again = previewed(row, header=header)
    assert [column["field"] for column in again.plan["tables"][0]["columns"]] == before
    assert again.counts["new"] == 1


def test_a_building_that_is_not_on_record_comes_with_its_residents(town: Town) -> None:
    """Three of its doors speak for it; one alone may be a slip, and a door that a known building lacks is one."""
    doors = ("77-1-101", "77-1-102", "77-2-101", "77-2-101", "88-1-101", "3-1-999")
    made = previewed(*(f"{name(at)},{number(at)},1540001{at:04},{door}" for at, door in enumerate(doors)))
    assert made.counts == {"new": 0, "changed": 0, "same": 0, "fixable": 5, "refused": 1}
    assert StagedRow.objects.filter(reasons__contains=[":door_unknown"]).count() == 1
    accepted(made)
    made = applied(made)
    assert StagedRow.objects.filter(reasons__contains=[":door_unknown"]).count() == 2
    assert made.counts == {"new": 4, "changed": 0, "same": 0, "fixable": 0, "refused": 2}
    homes = Residence.objects.filter(resident__source="import").values_list("dwelling__door", flat=True)
    assert sorted(homes) == sorted(doors[:4])
    again = previewed(*(f"{name(at)},{number(at)},1540001{at:04},{door}" for at, door in enumerate(doors)))
    assert again.counts == {"new": 0, "changed": 0, "same": 4, "fixable": 1, "refused": 1}
    actions.decide_fix(actor("head"), ref=again.ref, field="door", fix="lone_door", accept=True, at=AT)
    assert applied(again).counts["new"] == 1
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 0
    assert not Dwelling.objects.filter(door__startswith="77-").exists()


@pytest.mark.parametrize("code", [NEXT_COMMUNITY, "999"])
def test_a_station_brings_in_no_roster_for_another_community(town: Town, code: str) -> None:
    with pytest.raises(RuleBroken, match="not in the list"):
        previewed(f"{name(1)},{number(1)},,3-1-502", community=code)
    assert previewed(f"{name(1)},{number(1)},,3-1-502", community=COMMUNITY).community == COMMUNITY


def test_a_file_of_only_a_header_is_refused_with_a_sentence(town: Town) -> None:
    made = previewed()
    assert (made.state, made.problem["message"].split(".")[0]) == (
        "refused",
        "The file has a header, but no row below it",
    )


def test_places_that_are_not_on_record_are_told_and_decided_apart(town: Town) -> None:
    header = f"{HEADER},建筑面积"
    doors = ("77-1-101", "77-1-102", "77-2-101", "77-2-101", "88-1-101", "3-1-502")
    rows = [f"{name(at)},{number(at)},154 0001 {at:04},{door},{88 * (at == 4)}" for at, door in enumerate(doors)]
    made = previewed(*rows, header=header)
    page = queries.import_page(actor("head"), made.ref)
    assert queries.places_wanted(page) == {
        "buildings": 2,
        "doors": 4,
        "rows": 5,
        "listed": [
            {"compound": "", "building": "77", "doors": 3, "rows": 4, "lines": [2, 3, 4, 5]},
            {"compound": "", "building": "88", "doors": 1, "rows": 1, "lines": [6]},
        ],
        "told": 2,
        "next": 0,
    }
    assert [(field, fix) for field, fix, *_ in queries.groups(page)] == [("phone", "phone_form")]
    actions.accept_all(actor("head"), ref=made.ref, at=AT)
    made.refresh_from_db()
    assert (made.counts["new"], made.counts["fixable"]) == (1, 5)
    actions.decide_fix(actor("head"), ref=made.ref, field="door", fix="new_door", accept=True, at=AT)
    made.refresh_from_db()
    assert (made.counts["new"], made.counts["fixable"]) == (6, 0)
    assert queries.places_wanted(page) == {}
    assert "楼栋尚未登记，门牌随居民一并新增" in {cell.why for row in shown(made, "new") for cell in row.cells}
    applied(made)
    whys = {cell.why for row in shown(made, "new") for cell in row.cells}
    assert "此前尚未登记的楼栋或门牌，已随居民一并新增" in whys
    assert not any(why.startswith("楼栋尚未登记") for why in whys)


def test_a_building_counts_by_all_rows_of_the_file_wherever_a_batch_ends(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "JUDGED", 2)
    doors = ("77-1-101", "3-1-502", "77-1-102", "3-1-502", "88-1-101", "77-1-201", "77-1-101")
    made = previewed(*(f"{name(at)},{number(at)},1540001{at:04},{door}" for at, door in enumerate(doors)))
    assert made.counts == {"new": 2, "changed": 0, "same": 0, "fixable": 5, "refused": 0}
    fixes = {row.line: row.cells[-1].fix for row in shown(made, "fixable")}
    assert fixes == {2: "new_door", 4: "new_door", 6: "lone_door", 7: "new_door", 8: "new_door"}


def test_a_first_roster_brings_the_doors_of_a_community_without_any(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Doors, "is_bare", lambda _doors, community: community == COMMUNITY)
    made = previewed(f"{name(1)},{number(1)},15400010001,88-1-101")
    assert made.counts["fixable"] == 1, shown(made, "refused")
    assert [row.who for row in shown(made, "fixable")] == [name(1)]  # the person, not the door that comes along
    accepted(made)
    assert applied(made).counts["new"] == 1
    assert Residence.objects.get(resident__name=name(1)).dwelling.door == "88-1-101"


def test_a_door_of_another_compound_is_not_the_door_that_was_meant(town: Town) -> None:
    header = "姓名,身份证号,小区,楼栋,单元,室号"
    made = previewed(f"{name(1)},{number(1)},桃花新村,3,1,502", header=header)
    assert (made.counts["new"], made.counts["refused"]) == (0, 1)


def test_dwellings_and_people_of_one_file_find_one_another(town: Town) -> None:
    book = workbook(
        {
            "居民": [["姓名", "身份证号", "楼栋", "单元", "室号"], [name(1), number(1), "77", "1", "301"]],
            "房屋": [["楼栋", "单元", "室号", "建筑面积"], ["77", "1", "301", "88.5"], ["77", "1", "302", "60"]],
        }
    )
    made = actions.upload(actor("head"), chunks=[book], name="名册.xlsx", at=AT)
    made = worked(made)
    assert made.counts == {"new": 3, "changed": 0, "same": 0, "fixable": 0, "refused": 0}, shown(made, "refused")
    made = applied(made)
    assert made.counts["new"] == 3
    home = Residence.objects.get(resident__name=name(1)).dwelling
    assert (home.door, str(home.area)) == ("77-1-301", "88.50")
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 0
    assert not Dwelling.objects.filter(door__startswith="77-").exists()
    assert not Building.objects.filter(number="77").exists()


def test_a_department_brings_in_the_traits_of_its_own_line_alone(town: Town) -> None:
    old = town.people["张国富"]
    made = previewed(f"张国富,{old.number},是", who="dept", header="姓名,身份证号,低保")
    assert made.counts["changed"] == 1, (made.plan, shown(made, "refused", "dept"))
    applied(made, "dept")
    assert Trait.objects.filter(resident=old.id, kind="is_dibao", to_on=None, evidence="matched").exists()
    wrong = previewed(f"张国富,{old.number},是", who="dept", header="姓名,身份证号,退役军人")
    assert wrong.counts["refused"] + wrong.counts["changed"] == 1


def test_staff_get_an_account_without_post_or_password(town: Town) -> None:
    header = "姓名,工号,办公电话,岗位"
    made = previewed("钱多多,W2001,0510-85012345,民政", who="sysadmin", header=header)
    assert made.counts["new"] == 1, (made.plan, shown(made, "refused", "sysadmin"))
    made = applied(made, "sysadmin")
    account = Account.objects.get(username="w2001")
    assert (account.name, account.must_choose, account.password[0]) == ("钱多多", True, "!")
    assert not account.seats.exists()
    assert (
        applied(previewed("钱多多,W2001,0510-85012345,民政", who="sysadmin", header=header), "sysadmin").counts["same"]
        == 1
    )
    actions.undo(actor("sysadmin"), ref=made.ref, at=AT)
    worked(made)
    assert not Account.objects.filter(username="w2001").exists()


MOBILE = "办公电话填的是手机号，会向居民公开。"


def test_the_preview_of_staff_shows_the_number_that_residents_will_see(town: Town) -> None:
    header = "姓名,工号,手机,办公电话"
    rows = ["钱多多,W2001,15400010001,0510-85012345", "孙明明,W2002,15400010002,13812345671", "李文,W2003,15400010003,"]
    made = previewed(*rows, who="sysadmin", header=header)
    landline, mobile, none = shown(made, "new", "sysadmin")
    assert [cell.new for cell in landline.cells] == ["W2001", "0510-85012345"]
    assert [cell.new for cell in mobile.cells] == ["W2002", "13812345671"]
    assert [cell.new for cell in none.cells] == ["W2003"]
    assert [len(one.notes) for one in (landline, mobile, none)] == [0, 1, 0]
    assert mobile.notes[0].startswith(MOBILE)
    applied(made, "sysadmin")
    changed = previewed("钱多多,W2001,15400010001,0510-85012346", who="sysadmin", header=header)
    (row,) = shown(changed, "changed", "sysadmin")
    assert [(cell.old, cell.new) for cell in row.cells] == [("0510-85012345", "0510-85012346")]


def test_owners_of_a_ledger_of_dwellings_are_said_to_be_left(town: Town) -> None:
    made = previewed("3-502,89.5,王建国,13812345671", header="门牌号,建筑面积,产权人,产权人电话")
    assert [params for words, params in made.plan["notes"] if "for their owners" in words] == [
        {"sheet": "名册", "column": "产权人"}
    ]


@pytest.mark.usefixtures("own_database")
def test_two_workers_at_once_write_every_row_once() -> None:
    build_town()
    made = previewed(*people(40))
    actions.apply(actor("head"), ref=made.ref, at=AT)
    broken: list[BaseException] = []

    def work() -> None:
        try:
            actions.work(made.ref, at=AT)
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _twice in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = worked(made)
    assert (broken, made.state, made.counts["new"]) == ([], "applied", 40)
    assert Resident.objects.filter(source="import").count() == 40


cell = st.sampled_from(
    [
        "",
        "张三",
        "3-1-502",
        "３－１－５０２",
        "1990-01-01",
        "32874",
        "15400001111",
        "１５４００００１１１１",
        "=1+1",
        "3.2E+17",
        "男",
        "是",
    ]
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(cell, cell, cell, cell), max_size=12), good=st.integers(0, 3))
@example(rows=[("", "", "", "1990-01-01")], good=0)
def test_whatever_is_in_the_file_the_counts_add_up(town: Town, rows: list[tuple[str, ...]], good: int) -> None:
    """total = new + changed + same + refused, before and after, and nothing breaks."""
    with transaction.atomic():
        lines = [",".join(row) for row in rows if any(row)] + people(good)
        made = previewed(*lines)
        total = sum(made.counts.values())
        told = [row for row in rows if set(row) - {"", "1990-01-01"}]  # a date alone says when the list was made
        expected = len(told) + good
        assert (made.state, total) == ("ready" if expected else "refused", expected) if lines else True
        if made.state == "ready":
            made = applied(made)
            assert sum(made.counts.values()) == total
            assert made.counts["fixable"] == 0
        transaction.set_rollback(True)


def test_a_row_that_contradicts_the_database_is_refused_and_the_rest_go_in(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = previewed(*people(5))
    actions.apply(actor("head"), ref=made.ref, at=AT)
    whole = applying._write

    def write(run: Any, doing: Any, ref: str, at: datetime) -> None:
        if any(one.row.line == 4 for one in doing):
            raise IntegrityError("resident_number_once")
        whole(run, doing, ref, at)

    monkeypatch.setattr(applying, "_write", write)
    made = worked(made)
    assert (made.state, made.counts["new"], made.counts["refused"]) == ("applied", 4, 1)
    assert StagedRow.objects.get(verdict="refused").reasons == [":clash"]


def test_households_get_their_number_and_head_and_twice_is_the_same(town: Town) -> None:
    header = "户号,户主姓名,户主身份证号,门牌号"
    old = town.people["张国富"]
    rows = [f"3202990001,张国富,{old.number},3-2-502", "3202990002,没有这人,,3-1-101"]
    made = previewed(*rows, header=header)
    assert (made.counts["changed"], made.counts["refused"]) == (1, 1), (made.plan, shown(made, "refused"))
    made = applied(made)
    home = Household.objects.get(number="3202990001")
    assert home.head_id == old.id
    assert applied(previewed(*rows, header=header)).counts["same"] == 1
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 0
    assert not Household.objects.exclude(number="").exists()


def test_a_building_is_corrected_and_put_back(town: Town) -> None:
    header = "楼栋号,单元数,总层数"
    made = applied(previewed("3,2,11", "88,1,6", header=header))
    assert (made.counts["changed"], made.counts["new"]) == (1, 1), (made.plan, shown(made, "refused"))
    assert Building.objects.get(division_code=COMMUNITY, number="3").floors == 11
    actions.undo(actor("head"), ref=made.ref, at=AT)
    assert worked(made).stays == 0
    assert Building.objects.get(division_code=COMMUNITY, number="3").floors == 6


def test_an_unsure_column_waits_for_a_person_and_nothing_is_read_before(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "is_unsure", lambda _plan: True)
    made = previewed(*people(1))
    assert (made.state, made.counts["new"], StagedRow.objects.count()) == ("mapping", 0, 0)
    actions.choose_columns(actor("head"), ref=made.ref, kinds={}, columns={}, at=AT)
    assert worked(made).counts["new"] == 1
