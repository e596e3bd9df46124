"""The box finds people and doors by any part, in reach only, and never breaks."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import actor
from tests.registry.town import AT, Town
from yimen.core.errors import NotAllowed
from yimen.core.names import query_keys, search_keys
from yimen.registry.queries import search
from yimen.registry.rules.search import MOST_CHARACTERS, Question, read_question
from yimen.trail.models import Entry

searching = sys.modules[search.__module__]  # in its package the function bears the module's name


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
        ("王秀英 广瑞一村3幢2单元502", {"王秀英"}),
        ("王秀英，广瑞一村 3 号楼 2 单元 502 室", {"王秀英"}),
        ("广瑞一村3-2-502 wxy", {"王秀英"}),
        ("王秀英 广瑞二村3-2-502", set()),
        ("买买提·吐尔逊 广瑞一村12-302", {"买买提·吐尔逊"}),
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


def test_a_door_of_one_estate_is_found_among_hundreds_that_are_called_alike(town: Town) -> None:
    """In a city ten thousand doors are called 3-502; the first hundred of them say little about one estate."""
    from yimen.registry.models import Dwelling

    door = Dwelling.objects.get(ref=town.door("3-2-502"))
    others = [
        Dwelling(
            division_code="320213025000",
            stairwell_id=door.stairwell_id,
            floor=5,
            room=f"x{number}",
            door="3-2-502",
            door_short="3-502",
            address=f"别的小区{number}3号楼2单元502室",
        )
        for number in range(200)
    ]
    Dwelling.objects.bulk_create(others)
    Dwelling.objects.filter(pk=door.pk).update(area=80)  # written anew, behind them
    assert names(town, "王秀英 3-502", "street") == {"王秀英"}
    assert names(town, "zgf 3-502", "street") == {"张国富", "张国芳"}
    assert names(town, "0001 3-502", "street") == names(town, "zgf 0001 3-502", "street") == {"张国富"}
    found = search(actor("street"), "广瑞一村 3-502", AT)
    assert {one.ref for one in found.doors} == {door.ref, town.door("3-1-502")}
    assert {one.name for one in found.people} == {"张国富", "王秀英"}


def test_letters_as_typed_come_before_syllables_they_may_begin(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more namesakes than are looked at, zhang is a surname before it is zhan and the beginning of guo."""
    from yimen.registry.models import Resident

    assert query_keys("zhang").any_of[0] == "zhang"
    Resident.objects.filter(name="王秀英").update(name="詹国英", name_keys=search_keys("詹国英"))
    Resident.objects.filter(name__startswith="张国").update(marital="10")  # written anew, behind that
    assert names(town, "zhang", "street") == {"张国富", "张国芳", "詹国英"}
    for most, found in ((1, 1), (2, 2), (3, 3)):
        monkeypatch.setattr(searching, "_CANDIDATES", most)
        seen = names(town, "zhang", "street")
        assert len(seen) == found
        assert len(seen & {"张国富", "张国芳"}) == min(most, 2)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_tail_is_looked_for_beyond_the_first_communities(
    town: Town, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    monkeypatch.setattr(searching, "_TAILED", first)
    number = town.people["张国芳"].number
    assert names(town, number[-4:], "street") == {"张国芳"}
    assert names(town, "0010", "street") == {"张国芳"}


def test_eight_digits_of_a_phone_find_their_owner_among_those_with_the_same_last_four(town: Town) -> None:
    """In a city seven hundred phones end in the same four digits, by which they are found."""
    from yimen.registry.models import Resident
    from yimen.registry.rules import sealed

    phones = {name: f"154{number:04}0001" for number, name in enumerate(town.people)}
    for name, phone in phones.items():
        one = Resident.objects.get(name=name)
        cells = sealed.phone_cells(phone, community=one.division_code, row=one.id)
        Resident.objects.filter(pk=one.pk).update(**cells._asdict())
    for name, phone in phones.items():
        found = search(actor("city"), phone[-8:], AT, limit=1)
        assert [one.ref for one in found.people] == [town.people[name].ref]
        assert not found.more


def test_a_stranger_to_the_platform_may_not_ask(town: Town) -> None:
    from yimen.core.actor import Actor, Role

    with pytest.raises(NotAllowed):
        search(Actor(role=Role.RESIDENT, reach="320213025001"), "张", AT)
