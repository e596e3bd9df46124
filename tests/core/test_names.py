"""Names: readings, order, and finding them by whatever part somebody types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.names import (
    MOST_READINGS,
    SearchTerm,
    normalise_name,
    query_keys,
    readings,
    search_keys,
    sort_key,
)
from yimen.core.surnames import COMPOUNDS, GIVEN, SURNAMES, SYLLABLES

POLYPHONES = sorted((han, reading) for han, ways in SURNAMES.items() if len(ways) > 1 for reading in ways)
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=2, max_size=4)


def found(typed: str, name: str) -> bool:
    return query_keys(typed).matches(search_keys(name))


# --- readings and order -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张国富", "zhang guo fu"),
        ("单雄信", "shan xiong xin"),
        ("曾国藩", "zeng guo fan"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("查良镛", "zha liang yong"),
        ("区伯", "ou bo"),
        ("朴正熙", "piao zheng xi"),
        ("乐嘉", "yue jia"),
        ("盖叫天", "ge jiao tian"),
        ("翟志刚", "zhai zhi gang"),
        ("任长霞", "ren chang xia"),
        ("尉迟恭", "yu chi gong"),
        ("尉健行", "wei jian xing"),
        ("万俟卨", "mo qi xie"),
        ("万里", "wan li"),
        ("长孙无忌", "zhang sun wu ji"),
        ("欧阳修", "ou yang xiu"),
        ("吕布", "lv bu"),
        ("王乐", "wang le"),
        ("李单", "li dan"),
        ("阿依木·库尔", "a yi mu ku er"),
        ("John Smith", "john smith"),
        ("Zoë", "zoe"),
        ("㐂𠅤", "xi xi"),
        ("𬭊䶮", "du yan"),
        ("李\U00030000", "li \U00030000"),
        ("", ""),
        (" ?! ", "?!"),
    ],
)
def test_a_name_sorts_by_its_right_reading(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_names_sort_as_a_register_does() -> None:
    names = ["张三", "单一", "詹姆", "安安", "曾三", "张一", "蔡二", "李\U00030000", "李四", "Anna"]
    ordered = ["安安", "Anna", "蔡二", "李四", "李\U00030000", "单一", "曾三", "詹姆", "张三", "张一"]
    assert sorted(names, key=sort_key) == ordered


@pytest.mark.parametrize("surname", ["单", "曾", "仇", "区", "解", "查", "盖", "朴", "乐", "翟", "万", "尉"])
def test_surnames_that_a_converter_reads_wrong_come_first_in_their_right_reading(surname: str) -> None:
    assert readings(surname + "明")[0] == (SURNAMES[surname][0], "ming")
    assert {reading[0] for reading in readings(surname + "明")} == set(SURNAMES[surname])


def test_polyphones_in_a_given_name_are_read_both_ways() -> None:
    assert readings("张乐") == [("zhang", "le"), ("zhang", "yue")]


@pytest.mark.parametrize("name", ["乐乐乐乐乐", "单行长朝重", "尉" + "乐" * 49])
def test_readings_are_capped_and_the_surname_keeps_all_of_its_own(name: str) -> None:
    ways = readings(name)
    assert 1 < len(ways) <= MOST_READINGS
    assert {way[0] for way in ways} == set(SURNAMES[name[0]])
    assert " ".join(ways[0]) == sort_key(name)


@pytest.mark.parametrize(("compound", "ways"), sorted(COMPOUNDS.items()))
def test_a_compound_surname_is_read_as_one(compound: str, ways: tuple[str, ...]) -> None:
    assert [" ".join(reading) for reading in readings(compound + "明")] == [f"{way} ming" for way in ways]


def test_every_reading_in_the_tables_is_a_syllable() -> None:
    singles = [way for table in (SURNAMES, GIVEN) for ways in table.values() for way in ways]
    doubles = [syllable for ways in COMPOUNDS.values() for way in ways for syllable in way.split()]
    assert set(singles) | set(doubles) <= SYLLABLES
    assert all(len(han) == 1 for han in (*SURNAMES, *GIVEN))
    assert len(SURNAMES) >= 45


# --- keys -------------------------------------------------------------------------------------------


def test_the_keys_of_a_name_are_what_people_type() -> None:
    keys = ["zg", "zgf", "zhang", "zhanggf", "zhangguo", "zhangguofu", "国", "国富", "富", "张", "张国"]
    assert search_keys("张国富") == keys


def test_keys_are_sorted_and_given_once() -> None:
    keys = search_keys("单单单乐")
    assert keys == sorted(set(keys))


@given(st.text(max_size=50))
def test_no_name_crashes_and_letters_in_keys_are_plain(name: str) -> None:
    keys = search_keys(name)
    assert keys == sorted(set(keys))
    assert all(key and not key.isspace() for key in keys)
    assert sort_key(name) is not None
    assert len(readings(name)) <= MOST_READINGS


def test_a_name_of_fifty_characters_has_a_bounded_number_of_keys() -> None:
    assert len(search_keys("单" * 50)) < 300
    assert len(search_keys("乐行朝长重" * 10)) < 300
    assert all(len(key.encode()) < 100 for key in search_keys("庄双" * 25))


# --- finding ----------------------------------------------------------------------------------------


def test_at_least_forty_surnames_have_two_readings() -> None:
    assert len({han for han, _ in POLYPHONES}) >= 40


@pytest.mark.parametrize(("surname", "reading"), POLYPHONES)
def test_a_surname_is_found_by_every_reading(surname: str, reading: str) -> None:
    name = surname + "国富"
    typed = [reading, reading + "guo", reading + "guofu", reading + "guof", reading[0] + "gf", reading + "gf"]
    assert [text for text in typed if not found(text, name)] == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张", "张国富"),
        ("国富", "张国富"),
        ("富", "张国富"),
        ("张国富", "张国富"),
        ("sxx", "单雄信"),
        ("dxx", "单雄信"),
        ("zgf", "曾国藩"),
        ("cgf", "曾国藩"),
        ("zhan", "张国富"),
        ("zh", "张国富"),
        ("z", "张国富"),
        ("ZHANG", "张国富"),
        ("zhang guo fu", "张国富"),
        ("Zhang Guo-fu", "张国富"),
        ("zhangg", "张国富"),
        ("zhanggf", "张国富"),
        ("ｚｈａｎｇ", "张国富"),
        ("张gf", "张国富"),
        ("张guof", "张国富"),
        ("单xx", "单雄信"),
        ("xian", "西安"),
        ("xi'an", "西安"),
        ("ouyangnn", "欧阳娜娜"),
        ("ouyangx", "欧阳修"),
        ("dangf", "单国富"),
        ("lv", "吕布"),
        ("lü", "吕布"),
        ("lyu", "吕布"),
        ("阿依木库尔", "阿依木·库尔"),
        ("阿依木•库", "阿依木·库尔"),
        ("库尔", "阿依木·库尔"),
        ("aym", "阿依木·库尔"),
        ("john", "John Smith"),
        ("joh", "John Smith"),
        ("smi", "John Smith"),
        ("johnsm", "John Smith"),
        ("John S", "John Smith"),
        ("js", "John Smith"),
        ("muller", "Jan Müller"),
        ("㐂", "王㐂"),
        ("𠅤", "王𠅤"),
        ("王\U00030000", "王\U00030000"),
        ("\ue123", "王\ue123"),
        ("葛明", "葛\U000e0100明"),
        ("豈", "\uf900"),
        ("wangxi", "王㐂"),
        ("Иван"[:2], "Иван"),
    ],
)
def test_a_name_is_found(typed: str, name: str) -> None:
    assert found(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("国张", "张国富"),
        ("富国", "张国富"),
        ("王", "张国富"),
        ("zhao", "张国富"),
        ("guofu", "张国富"),
        ("zf", "张国富"),
        ("zhanggx", "张国富"),
        ("张xx", "张国富"),
        ("王zgf", "张国富"),
        ("", "张国富"),
        ("3-502", "张国富"),
        ("%_", "张国富"),
        ("'; drop", "张国富"),
    ],
)
def test_a_name_is_not_found(typed: str, name: str) -> None:
    assert not found(typed, name)


@given(NAMES, st.data())
def test_any_neighbouring_characters_find_the_name(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    assert found(name[start:end], name)


@given(NAMES, st.data())
def test_any_beginning_of_any_reading_finds_the_name(name: str, data: st.DataObject) -> None:
    ways = readings(name)
    reading = data.draw(st.sampled_from(ways)) if ways else ()
    joined = "".join(reading)
    if set(reading) <= SYLLABLES and joined:
        end = data.draw(st.integers(1, len(joined)))
        assert found(joined[:end], name)
        if len(reading) > 1:
            initials = "".join(syllable[0] for syllable in reading)
            assert found(initials[: data.draw(st.integers(2, len(initials)))], name)


@given(st.text(max_size=80) | st.text("abcdefghijklmnopqrstuvwxyz", max_size=80))
def test_nothing_that_is_typed_crashes(text: str) -> None:
    term = query_keys(text)
    assert isinstance(term, SearchTerm)
    assert len(term.any_of) <= 400
    assert not term.matches([])


@pytest.mark.parametrize("typed", ["an" * 500, "xian" * 200, "e" * 1000, "张" * 1000])
def test_a_long_text_asks_for_few_keys(typed: str) -> None:
    term = query_keys(typed)
    assert len(term.all_of) + len(term.any_of) < 200


def test_an_empty_term_is_false_and_finds_nothing() -> None:
    assert not query_keys("  -·  ")
    assert not SearchTerm().matches(search_keys("张国富"))


# --- how a name is kept -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张国富 ", "张国富"),
        ("阿依木•库尔", "阿依木·库尔"),
        ("阿依木．库尔", "阿依木·库尔"),
        ("阿依木・库尔", "阿依木·库尔"),
        ("阿依木.库尔", "阿依木·库尔"),
        ("阿依木 · 库尔", "阿依木·库尔"),
        ("John  Smith", "John Smith"),
        ("Ｊｏｈｎ", "John"),
        ("J. Smith", "J. Smith"),
        ("𬭊䶮㐂𠅤", "𬭊䶮㐂𠅤"),
    ],
)
def test_a_name_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalise_name(typed) == kept
    assert normalise_name(kept) == kept
