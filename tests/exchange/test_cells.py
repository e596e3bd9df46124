"""Every verdict over a cell: what is taken, what is proposed and under which name, what is refused and why."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange.shapes import N1, number
from yimen.catalogue.rules.defaults import read_defaults
from yimen.core.doors import Door
from yimen.exchange.reading.lines import number_cell
from yimen.exchange.rules.cells import FIXES, Context, State, Verdict, clean
from yimen.exchange.rules.cells.texts import clean_name
from yimen.exchange.rules.fields import fields
from yimen.exchange.rules.placing import place_of
from yimen.exchange.rules.sheets import Cell
from yimen.registry.rules.traits import DERIVED

X = next(found for place in range(100, 200) if (found := number(f"32029919900501{place}")).endswith("X"))
COMMUNITIES = {
    "广瑞一村社区居民委员会": "320213025001",
    "广瑞一村社区": "320213025001",
    "锡惠社区居委会": "320213025002",
    "锡惠社区": "320213025002",
}
CONTEXT = Context(date(2026, 11, 23), communities=COMMUNITIES, area_code="0510")


def judged(field: str, value: object) -> Verdict:
    if isinstance(value, str | datetime) or value is None:
        return clean(fields()[field], Cell(value), CONTEXT)
    return clean(fields()[field], number_cell(str(value)), CONTEXT)


TAKEN = [
    ("id_number", N1, N1),
    ("id_number", N1.lower(), N1),
    ("name", "王建国", "王建国"),
    ("name", "阿依古丽·买买提", "阿依古丽·买买提"),
    ("name", "John Smith", "John Smith"),
    ("phone", "13812345671", "13812345671"),
    ("phone", 13812345671, "13812345671"),
    ("phone", "0510-85012345", "0510-85012345"),
    ("birth_on", "1980-01-01", "1980-01-01"),
    ("birth_on", datetime.fromisoformat("1980-01-01"), "1980-01-01"),
    ("trait_to_on", "长期", ""),
    ("sex", "男", "1"),
    ("sex", "女性", "2"),
    ("sex", 1, "1"),
    ("sex", "M", "1"),
    ("ethnic", "汉", "01"),
    ("ethnic", "维吾尔族", "05"),
    ("ethnic", "01", "01"),
    ("ethnic", 1, "01"),
    ("education", "大专", "30"),
    ("education", "初中毕业", "71"),
    ("marital", "离异", "40"),
    ("political", "党员", "01"),
    ("employment", "无", "70"),
    ("relation", "户主", "02"),
    ("relation", "儿子", "20"),
    ("residence_type", "租房", "02"),
    ("trait:disability_level", "二级", "2"),
    ("trait:disability_type", "肢体", "肢体残疾"),
    ("trait:is_dibao", "是", "1"),
    ("trait:is_dibao", "√", "1"),
    ("trait:is_dibao", "否", "0"),
    ("trait:is_dibao", "无", "0"),
    ("trait_kind", "低保、残疾人", "is_dibao,has_disability_certificate"),
    ("community", "广瑞一村社区", "320213025001"),
    ("community", "320213025002", "320213025002"),
    ("building", 3, "3"),
    ("building", "3号楼", "3"),
    ("building", "十二幢", "12"),
    ("unit", "二单元", "2"),
    ("unit", 0, ""),
    ("room", "0502室", "502"),
    ("door", "3-2-502", "3-2-502"),
    ("floor", "5层", "5"),
    ("area", "89.5㎡", "89.50"),
    ("area", Decimal("94.560000000000002"), "94.56"),
    ("note", "无", ""),
    ("workplace", "某公司", "某公司"),
]


@pytest.mark.parametrize(("field", "value", "kept"), [one for one in TAKEN if one[0] in fields()])
def test_what_is_plain_is_taken_without_a_word(field: str, value: object, kept: str) -> None:
    verdict = judged(field, value)
    assert (verdict.state, verdict.value) == (State.OK, kept)
    assert verdict.message == ""


PROPOSED = [
    ("id_number", f"身份证{N1}", "words_off", N1),
    ("id_number", f"{N1}（旧）", "words_off", N1),
    ("id_number", f"{X[:-1]}х", "words_off", X),
    ("id_number", f"{X[:-1]}×", "words_off", X),
    ("id_number", f"{X[:-1]}*", "words_off", X),
    ("phone", "13812345678（儿子）", "words_off", "13812345678"),
    ("phone", "手机：138-1234-5678", "words_off", "13812345678"),
    ("phone", "13812345678.0", "words_off", "13812345678"),
    ("phone", "13812345678(女)13912345678(本人)", "first_phone", "13812345678"),
    ("phone", "13812345678或13912345678", "first_phone", "13812345678"),
    ("phone", "——", "placeholder", ""),
    ("id_number", "３２０２９９１９８００１０１１２３２", "width", N1),
    ("id_number", f"{N1[:6]} {N1[6:14]} {N1[14:]}", "spaces", N1),
    ("id_number", f"'{N1}", "spaces", N1),
    ("id_number", f"\u200b{N1}", "spaces", N1),
    ("id_number", N1[:6] + N1[8:17], "longer_number", N1),
    ("id_number", f"{N1}42", "disability_number", N1),
    ("id_number", f"{N1}42B1", "disability_number", N1),
    ("id_number", "111111111111111111", "placeholder", ""),
    ("id_number", "无", "placeholder", ""),
    ("phone", "138 1234 5671", "phone_form", "13812345671"),
    ("phone", "+86-138-1234-5671", "phone_form", "13812345671"),
    ("phone", "１３８１２３４５６７１", "phone_form", "13812345671"),
    ("phone", "051085012345", "phone_form", "0510-85012345"),
    ("phone", "13812345671/13812345672", "first_phone", "13812345671"),
    ("phone", "13812345671、85012345", "first_phone", "13812345671"),
    ("phone", 18999999999, "placeholder", ""),
    ("phone", "85012345", "area_code", "0510-85012345"),
    ("name", "张 三", "spaces", "张三"),
    ("name", "张\u3000三", "width", "张三"),
    ("name", "张三（户主）", "name_note", "张三"),
    ("name", "空置", "placeholder", ""),
    ("birth_on", "2020年3月1日", "date_form", "2020-03-01"),
    ("birth_on", "二〇二〇年十月二十一日", "date_form", "2020-10-21"),
    ("birth_on", "2020/3/1", "date_form", "2020-03-01"),
    ("birth_on", "2020.03.01", "date_form", "2020-03-01"),
    ("birth_on", "20200301", "date_form", "2020-03-01"),
    ("birth_on", 20200301, "date_form", "2020-03-01"),
    ("birth_on", "2020-3-1 00:00:00", "date_form", "2020-03-01"),
    ("birth_on", "25/12/1990", "date_form", "1990-12-25"),
    ("birth_on", "２０２０－０３－０１", "date_form", "2020-03-01"),
    ("birth_on", 43831, "serial_date", "2020-01-01"),
    ("birth_on", "43831", "serial_date", "2020-01-01"),
    ("trait_from_on", "2023年4月", "whole_month", "2023-04-01"),
    ("trait_to_on", "2024.02", "whole_month", "2024-02-29"),
    ("door", "3幢502室", "door_form", "3-502"),
    ("door", "3号楼2单元502", "door_form", "3-2-502"),
    ("door", "3#502", "door_form", "3-502"),
    ("door", "３－５０２", "door_form", "3-502"),
    ("door", "广瑞新村3幢502室", "door_form", "广瑞新村 3-502"),
    ("door", "三号楼一单元五〇二", "door_form", "3-1-502"),
    ("door", "广瑞新村3号门502", "door_form", "广瑞新村 3-502"),
    ("building", "３幢", "door_form", "3"),
    ("community", "广瑞一村", "community_name", "320213025001"),
    ("community", "锡惠社区居民委员会", "community_name", "320213025002"),
    ("education", "本科在读", "code", "20"),
]


@pytest.mark.parametrize(("field", "value", "fix", "kept"), PROPOSED)
def test_what_can_be_mended_is_proposed_under_the_name_of_its_fix(
    field: str, value: object, fix: str, kept: str
) -> None:
    verdict = judged(field, value)
    assert (verdict.state, verdict.fix, verdict.value) == (State.FIXABLE, fix, kept)
    assert verdict.message


def test_every_fix_is_shown_by_a_case_or_belongs_to_whole_rows() -> None:
    of_rows = {
        "from_number",
        "from_above",
        "cell_above",
        "head_named",
        "new_door",
        "lone_door",
        "new_head",
        "one_compound",
    }
    assert set(FIXES) - {fix for _, _, fix, _ in PROPOSED} == of_rows


ROUNDED = "The last three digits look rounded by a spreadsheet. Type the number again from the card."
CHECK = "The last character does not match the rest of the number. Compare digits 17 and 18 with the card."
A_BODY = "无锡某某有限公司 is not a person. Name the person who lives there, or leave the name empty."
DATED = "A spreadsheet has made a date of this door. Format the column as text and type it again."
LOST = "A spreadsheet has shortened this number and its digits are lost. Type it again from the document."
REFUSED = [
    ("birth_on", "90年5月", "The year of 90年5月 has two digits. Write all four, such as 1985-03-02."),
    ("phone", "138****5678", "The phone is masked with stars. Import the roster with whole numbers."),
    ("id_number", "3.20299E+17", LOST),
    ("id_number", 3.20299198001011e17, LOST),
    ("id_number", 320299198001011000, LOST),
    (
        "id_number",
        N1[:15] + "000",
        ROUNDED,
    ),
    (
        "id_number",
        N1[:17] + "1",
        CHECK,
    ),
    ("id_number", N1[:17], "A resident number has 18 characters, this one 17. Compare it with the card."),
    ("id_number", "3202**********1232", "The number is masked with stars. Import the roster with whole numbers."),
    ("phone", "1381234567", "A mobile number has 11 digits. Compare it digit by digit."),
    ("phone", "1.38123E+10", LOST.replace("Type it again from the document.", "Ask the person for it.")),
    ("birth_on", "2020-02-31", "2020-02-31 is not a real date. Write it such as 2026-11-23."),
    ("birth_on", "80-3-1", "The year of 80-3-1 has two digits. Write all four, such as 1985-03-02."),
    ("birth_on", "1980年3月", "The day is missing in 1980年3月. Write the whole date, such as 1985-03-02."),
    ("birth_on", 1980, "The day is missing in 1980. Write the whole date, such as 1985-03-02."),
    ("birth_on", "3/4/1980", "3/4/1980 can be read in two ways. Write the year first, such as 2026-11-23."),
    ("birth_on", "2027-01-01", "This date lies in the future. Compare it with the document."),
    ("birth_on", "1820-01-01", "This date is more than 150 years ago. Compare it with the document."),
    ("birth_on", "很久以前", "很久以前 is not a real date. Write it such as 2026-11-23."),
    ("name", "张三、李四", "Several people stand in one cell. Give each person a row of their own."),
    (
        "name",
        "无锡某某有限公司",
        A_BODY,
    ),
    ("name", "12345", "12345 is not a name. Type the name as on the document."),
    ("name", "王" * 51, "The text is too long. Keep it under 50 characters."),
    ("sex", "不晓得", "不晓得 is not in the list of this field. Choose a value of the list."),
    ("trait:is_dibao", "也许", "也许 is neither yes nor no. Write one of the two."),
    ("trait_kind", "外星人", "外星人 is not a kind of trait the register knows. Choose one of the list."),
    ("community", "月宫社区", "月宫社区 is no community in your reach. Compare the name with the list of communities."),
    ("door", "三楼", "三楼 is not a whole door. Write building, stairwell and room, such as 3-2-502."),
    (
        "door",
        datetime.fromisoformat("2026-03-02"),
        DATED,
    ),
    (
        "room",
        datetime.fromisoformat("2026-03-02"),
        DATED,
    ),
    ("floor", "很多层", "很多层 is not a whole number. Write it with digits only."),
    ("area", "约九十", "约九十 is not a number. Write it with digits only."),
    ("phone", "#REF!", "The formula in this cell gave an error (#REF!). Type the value instead."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), REFUSED)
def test_what_cannot_be_right_is_refused_with_what_to_do(field: str, value: object, sentence: str) -> None:
    verdict = judged(field, value)
    assert (verdict.state, verdict.value) == (State.REFUSED, "")
    assert (verdict.message % verdict.params if verdict.params else verdict.message) == sentence


def test_numbers_of_places_that_never_were_are_refused_where_real_people_live() -> None:
    real = Context(CONTEXT.today, made_up=False)
    assert clean(fields()["id_number"], Cell(N1), real).state is State.REFUSED


def test_without_a_list_of_communities_names_are_kept() -> None:
    assert clean(fields()["community"], Cell("月宫社区"), Context(CONTEXT.today)).value == "月宫社区"


births = st.dates(date(1900, 1, 1), CONTEXT.today)


@given(births, st.integers(1, 998), st.sampled_from(["{}", " {}", "{} ", "'{}", "\u200b{}", "\ufeff{}"]))
def test_a_sound_number_is_never_refused_however_it_is_wrapped(birth: date, order: int, wrap: str) -> None:
    sound = number(f"320299{birth:%Y%m%d}{order:03d}")
    verdict = judged("id_number", wrap.format(sound))
    assert verdict.state is not State.REFUSED
    assert verdict.value == sound


@given(births, st.integers(1, 998), st.integers(1, 17), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_never_taken(birth: date, order: int, place: int, digit: str) -> None:
    sound = number(f"320299{birth:%Y%m%d}{order:03d}")
    wrong = sound[:place] + digit + sound[place + 1 :]
    if wrong != sound:
        assert judged("id_number", wrong).state in (State.REFUSED, State.FIXABLE)
        assert judged("id_number", wrong).value in ("",)


@given(
    births,
    st.sampled_from(
        [
            "{:%Y-%m-%d}",
            "{:%Y/%m/%d}",
            "{:%Y.%m.%d}",
            "{:%Y%m%d}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}-{0.month}-{0.day}",
        ]
    ),
)
def test_every_way_to_write_a_date_says_the_same_day(day: date, form: str) -> None:
    assert judged("birth_on", form.format(day)).value == day.isoformat()


@given(st.dates(date(1930, 1, 1), CONTEXT.today))
def test_the_serial_number_of_a_day_is_that_day(day: date) -> None:
    assert judged("birth_on", (day - date(1899, 12, 30)).days).value == day.isoformat()


@given(
    st.integers(1, 99),
    st.integers(1, 9),
    st.integers(101, 3399),
    st.sampled_from(["{0}-{1}-{2}", "{0}幢{1}单元{2}室", "{0}号楼{1}单元{2}", "{0}#{1}-{2}", "{0}栋{1}门{2}号"]),
)
def test_every_way_to_write_a_door_means_the_same_door(building: int, unit: int, room: int, form: str) -> None:
    said = form.format(building, unit, room)
    assert judged("door", said).value == f"{building}-{unit}-{room}"
    parts = place_of({"building": str(building), "unit": str(unit), "room": str(room)})
    assert (
        parts.door == place_of({"door": f"{building}-{unit}-{room}"}).door == Door(str(building), str(unit), str(room))
    )


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("广瑞一村-1栋-1单元-101", "广瑞一村 1-1-101"),
        ("广瑞一村—3-502", "广瑞一村 3-502"),
        ("广瑞一村，12号楼2单元301室", "广瑞一村 12-2-301"),
        ("3栋一单元-5-502", ""),  # the storey is no building
    ],
)
def test_a_compound_may_be_parted_from_its_door(said: str, kept: str) -> None:
    assert judged("door", said).value == kept


@given(st.sampled_from(sorted(fields())), st.text(max_size=40) | st.integers() | st.floats(allow_nan=False) | st.none())
def test_no_cell_whatever_it_holds_breaks_the_cleaning(field: str, value: object) -> None:
    verdict = judged(field, value)
    assert verdict.state in State
    assert (verdict.fix in FIXES) == (verdict.state is State.FIXABLE)
    assert bool(verdict.message) == (verdict.state is not State.OK)
    assert verdict.state is not State.REFUSED or verdict.value == ""


@given(st.sampled_from(sorted(fields())), st.text(max_size=40))
def test_an_accepted_proposal_is_plain_the_second_time(field: str, text: str) -> None:
    first = judged(field, text)
    if first.state is State.FIXABLE and first.value and first.fix not in ("community_name", "door_form"):
        again = judged(field, first.value)
        assert again.state in (State.OK, State.NOTED)
        assert again.value == first.value


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("孙 娟娟", "孙娟娟"),
        ("孙 强欣", "孙强欣"),
        ("孙\u3000宇霞", "孙宇霞"),
        ("贾 子", "贾子"),
        ("妻 王芳", "王芳"),
        ("孙：李明", "李明"),
        ("母亲 王芳", "王芳"),
    ],
)
def test_a_word_for_kin_is_taken_from_a_name_and_no_surname_with_it(said: str, kept: str) -> None:
    assert clean_name(said, 50).value == kept


@pytest.mark.parametrize("said", ["+cmd|calc", '=HYPERLINK("http://e.vil","x")', "@SUM(1)", "-x"])
def test_a_formula_is_nobody_s_name(said: str) -> None:
    assert clean_name(said, 50).state is State.REFUSED


def test_what_the_register_calls_a_kind_of_trait_is_understood_in_a_cell() -> None:
    """Every yes-or-no kind that a clerk may choose for a resident, save those about where somebody lives or works."""
    elsewhere = {"hukou_local", "resident_of_community", "has_job_home_or_school_here", "is_landlord"}
    elsewhere |= {"a_party_is_resident", "affected_by_disaster", "applicant_is_relative_of_deceased"}
    elsewhere |= {"has_emergency_or_heavy_spending", "no_able_supporter", "property_within_limit", "is_deceased"}
    kinds = [one for one in read_defaults().attributes.values() if one.type == "bool" and one.holder != "derived"]
    asked = {one.code: one.name.zh for one in kinds if one.code not in elsewhere | DERIVED}
    assert {code: judged("trait_kind", name).value for code, name in asked.items()} == {code: code for code in asked}
