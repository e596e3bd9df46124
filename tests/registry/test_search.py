"""The box finds people and doors by any part, in reach only, and never breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import actor
from tests.registry.town import AT, Town
from yimen.core.errors import NotAllowed
from yimen.registry.queries import search
from yimen.registry.rules.search import MOST_CHARACTERS, Question, read_question
from yimen.trail.models import Entry


def names(town: Town, q: str, who: str = "window") -> set[str]:
    return {row.name for row in search(actor(who), q, AT).people}


# --- what is meant --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zgf", {"name": "zgf"}),
        ("ZGF 4012", {"name": "zgf", "tail": "4012"}),
        ("zgf4012", {"name": "zgf", "tail": "4012"}),
        ("张4012", {"name": "张", "tail": "4012"}),
        ("王 3-502", {"name": "王", "door": "3-502"}),
        ("王3-502", {"name": "王", "door": "3-502"}),
        ("3-502 王", {"name": "王", "door": "3-502"}),
        ("３－５０２", {"door": "3-502"}),
        ("12栋301", {"door": "12-301"}),
        ("3 号楼 2 单元 502", {"door": "3-2-502"}),
        ("301x", {"tail": "301X"}),
        ("65012345", {"tail": "65012345"}),
        ("15400000001", {"phone": "15400000001"}),
        ("154 0000 0001", {"phone": "15400000001"}),
        ("0510-85012345", {"phone": "0510-85012345"}),
        ("E12345678", {"numbers": ("E12345678",)}),
        ("LX26-0302-0011", {"case": "LX26-0302-0011"}),
        ("lx26-03", {"case": "LX26-03"}),
        ("John Smith", {"name": "john smith"}),
        ("", {}),
        ("👵 %_", {}),
    ],
)
def test_the_box_understands_without_a_syntax(typed: str, meant: dict[str, object]) -> None:
    question = read_question(typed)
    parts = ("name", "numbers", "phone", "tail", "door", "case")
    assert {part: getattr(question, part) for part in parts if getattr(question, part)} == meant


def test_a_number_is_looked_for_in_both_lengths() -> None:
    assert read_question("320299 19461109 0012").numbers[1] == "320299461109001"
    assert read_question("320299461109001").numbers[1][:17] == "32029919461109001"


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    question = read_question(text)
    assert isinstance(question, Question)
    assert len(question.words) <= MOST_CHARACTERS
    assert "\x00" not in question.words


# --- what is found --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("张国富", {"张国富"}),
        ("国富", {"张国富"}),
        ("zhangguofu", {"张国富"}),
        ("zhanggf", {"张国富"}),
        ("zgf", {"张国富"}),
        ("wxy", {"王秀英"}),
        ("sxx", {"单雄信"}),
        ("dxx", {"单雄信"}),
        ("shan", {"单雄信"}),
        ("qiuying", {"仇英"}),
        ("chouying", {"仇英"}),
        ("anna", {"Anna Schmidt"}),
        ("吐尔逊", {"买买提·吐尔逊"}),
        ("15400000001", {"张国富"}),
        ("0001", {"张国富"}),
        ("3-502", {"张国富", "王秀英"}),
        ("3-2-502", {"张国富", "王秀英"}),
        ("3号楼2单元502室", {"张国富", "王秀英"}),
        ("王 3-502", {"王秀英"}),
        ("周 3-502", set()),
        ("广瑞一村 3-502", {"张国富", "王秀英"}),
        ("zgf 0001", {"张国富"}),
        ("zgf 9999", set()),
        ("没有这个人", set()),
    ],
)
def test_a_worker_finds_people_by_any_part(town: Town, typed: str, found: set[str]) -> None:
    assert names(town, typed) == found


def test_the_whole_number_and_its_tails_find_one_person(town: Town) -> None:
    number = town.people["陈桂芬"].number
    for typed in (number, number[-4:], number[-6:], number[-5:], f"{number[:6]} {number[6:14]} {number[14:]}"):
        found = search(actor("window"), typed, AT).people
        assert [row.name for row in found] == ["陈桂芬"], typed
    assert search(actor("window"), number, AT).people[0].is_exact


def test_rows_are_masked_and_tell_people_apart(town: Town) -> None:
    row = search(actor("window"), "张国富", AT).people[0]
    person = town.people["张国富"]
    assert (row.sex, row.age, row.door, row.number_tail, row.phone) == (
        "1",
        80,
        "3-2-502",
        person.number[-4:],
        "154 **** 0001",
    )
    assert person.number not in repr(row)
    assert person.phone not in repr(row)


def test_reach_decides_who_is_found(town: Town) -> None:
    assert names(town, "zgf", "window") == {"张国富"}
    assert names(town, "zgf", "sibling") == {"张国芳"}
    assert names(town, "zgf", "nextdoor") == {"章高峰"}
    assert names(town, "zgf", "street") == {"张国富", "张国芳"}
    assert names(town, "zgf", "nextstreet") == {"章高峰"}
    assert names(town, "zgf", "faraway") == set()
    number = town.people["张国富"].number
    for typed in (number, number[-4:], "15400000001", "3-2-502"):
        assert "张国富" not in names(town, typed, "nextdoor")
        assert "张国富" in names(town, typed, "street")


def test_far_levels_see_masked_names(town: Town) -> None:
    assert names(town, "zgf", "district") == {"张*富", "张*芳", "章*峰"}


def test_the_merged_and_the_protected_are_not_found_and_the_dead_come_last(town: Town) -> None:
    from yimen.registry.models import Resident

    Resident.objects.filter(name="王秀英").update(is_protected=True)
    Resident.objects.filter(name="张国富").update(died_on=AT.date())
    found = search(actor("window"), "3-502", AT).people
    assert [(row.name, row.is_dead) for row in found] == [("张国富", True)]


def test_a_search_of_people_leaves_one_entry_without_the_words(town: Town) -> None:
    search(actor("window"), "张国富", AT)
    entry = Entry.objects.filter(verb="search.ask").get()
    assert entry.is_read
    assert entry.changes == {"by": "name", "shown": [town.people["张国富"].ref]}
    assert "张国富" not in f"{entry.changes} {entry.note} {entry.subject_id}"


def test_roles_without_residents_find_no_people(town: Town) -> None:
    for username in ("finance", "sysadmin", "security", "auditor", "dept"):
        result = search(actor(username), "张国富", AT)
        assert (list(result.people), list(result.doors)) == ([], [])
    assert not Entry.objects.filter(verb="search.ask").exists()


NASTY = (
    "\x00",
    "a\x00b",
    "👨‍👩‍👧‍👦",
    "%",
    "_%_",
    "\\",
    "'; drop table registry_resident; --",
    "\u202e张国富",
    "张" * 10_000,
    "x" * 10_000,
    "\ud800",
    "9" * 10_000,
    "-" * 500,
    "一-" * 300,
    "１２３４５６",
    "()[]{}*+?|^$",
    "\t\n",
    "zgf " * 12,
)


@pytest.mark.parametrize("typed", NASTY)
def test_nothing_typed_can_break_the_search(town: Town, typed: str) -> None:
    assert len(search(actor("street"), typed, AT).people) <= 8


def test_marks_of_direction_do_not_hide_a_name(town: Town) -> None:
    assert names(town, "\u202e张国富\u200b") == {"张国富"}


def test_pages_go_on_where_the_last_one_ended(town: Town) -> None:
    first = search(actor("street"), "zg", AT, limit=1)
    assert first.more
    second = search(actor("street"), "zg", AT, limit=1, after=first.people[-1].ref)
    assert not second.more
    assert {first.people[0].name, second.people[0].name} == {"张国富", "张国芳"}


def test_a_stranger_to_the_platform_may_not_ask(town: Town) -> None:
    from yimen.core.actor import Actor, Role

    with pytest.raises(NotAllowed):
        search(Actor(role=Role.RESIDENT, reach="320213025001"), "张", AT)
