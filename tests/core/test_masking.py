"""Masks: enough to tell people apart, and no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.masking import mask_account, mask_id, mask_name, mask_phone, mask_words, tail_of, unmask_words

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=6)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张国富", "张*富"),
        ("张三", "张*"),
        ("欧阳娜娜", "欧**娜"),
        ("阿依木·库尔", "阿**·**"),
        ("阿卜杜·热西提·买买提", "阿**·***·***"),
        ("John Smith", "J*** S****"),
        ("Anna", "A***"),
        ("张", "*"),
        ("J Smith", "* S****"),
        (" 张  三丰 ", "张*丰"),
        ("𬭊一", "𬭊*"),
        ("葛\U000e0100小明", "葛\U000e0100*明"),
        ("", ""),
    ],
)
def test_a_name_keeps_what_tells_people_apart(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(HAN)
def test_a_masked_name_hides_all_but_two_characters(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert sum(char != "*" for char in masked) <= min(2, len(name) - 1)


@given(st.text(max_size=50))
def test_a_masked_text_never_is_the_text(name: str) -> None:
    masked = mask_name(name)
    if name.strip("·*\u0000 ").isalpha() and "·" not in name:
        assert "*" in masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("320213199001014012", "3202** ******** 4012"),
        ("32020219900101301X", "3202** ******** 301X"),
        ("320202900101001", "3202** ****** 001"),
        ("E12345678", "E*****678"),
        ("H1234567801", "H*******801"),
        ("12345678", "1****678"),
        ("123456", "******"),
        ("", ""),
    ],
)
def test_an_identity_number_shows_its_region_s_start_and_its_tail(number: str, masked: str) -> None:
    assert mask_id(number) == masked


@given(st.dates().map("{:%Y%m%d}".format).filter(lambda text: len(text) == 8))
def test_no_birth_date_shows_through(birth: str) -> None:
    assert mask_id(f"320213{birth}0012") == "3202** ******** 0012"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812346207", "138 **** 6207"),
        ("0510-85012345", "0510-****2345"),
        ("010-12345678", "010-****5678"),
        ("0510-8501234", "0510-****1234"),
        ("0510-85012345-801", "0510-****2345"),
        ("85012345", "****2345"),
        ("123", "***"),
        ("", ""),
        ("15400001111 15400002222", "154 **** 1111、154 **** 2222"),
        ("15400001111、0510-85012345", "154 **** 1111、0510-****2345"),
        ("15400001111/15400002222；15400003333", "154 **** 1111、154 **** 2222、154 **** 3333"),
        ("1540000111115400002222", "154 **** 1111、154 **** 2222"),
        ("154 0000 1111", "*********1111"),
    ],
)
def test_a_phone_shows_its_ends(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "length", "tail"),
    [
        ("320213199001014012", 4, "4012"),
        ("32020219900101301x", 4, "301X"),
        ("13812346207", 6, "346207"),
        ("123", 4, ""),
        ("", 4, ""),
    ],
)
def test_the_tail_is_what_people_say(number: str, length: int, tail: str) -> None:
    assert tail_of(number, length) == tail


def test_words_lose_the_numbers_of_people_and_nothing_else() -> None:
    typed = "请核对11010519491231002X，电话13812345678，编号LX26-1116-000001，社区320213025001"
    assert mask_words(typed) == "请核对1101** ******** 002X，电话138 **** 5678，编号LX26-1116-000001，社区320213025001"
    assert mask_account("社保卡 6222 0211 0301 2345 678") == "社保卡 **** 5678"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("154 0857 9032", "154 **** 9032"),
        ("154-0857-9032", "154 **** 9032"),
        ("１５４０８５７９０３２", "154 **** 9032"),
        ("+8615408579032", "+86154 **** 9032"),
        ("0086 15408579032。", "0086 154 **** 9032。"),
        ("110105 19491231 002X", "1101** ******** 002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "1101** ******** 002X"),
        ("110105491231002", "1101** ****** 002"),
        ("0510-82345678 20261123 154 085 79032", "0510-82345678 20261123 154 085 79032"),
        ("6222021103012345678", "6222021103012345678"),
    ],
)
def test_numbers_are_masked_however_people_write_them(typed: str, kept: str) -> None:
    assert mask_words(f"请核对 {typed}") == f"请核对 {kept}"


@pytest.mark.parametrize(
    ("kept", "typed", "saved"),
    [
        ("打 15408579032 找女儿", "打 154 **** 9032 找女儿", "打 15408579032 找女儿"),
        ("打 154-0857-9032", "晚上打 154 **** 9032，白天不在", "晚上打 154-0857-9032，白天不在"),
        ("证11010519491231002X", "证1101** ******** 002X", "证11010519491231002X"),
        ("打 15408579032", "改打 15400001111", "改打 15400001111"),
        ("打 15408579032", "不打了", "不打了"),
        ("15408579032 15400019032", "154 **** 9032 154 **** 9032", "15408579032 15400019032"),
        ("15408579032 15400019032", "154 **** 9032", "154 **** 9032"),  # which of the two, nobody can tell
        ("", "154 **** 9032", "154 **** 9032"),
    ],
)
def test_a_mask_that_comes_back_from_a_form_is_the_number_again(kept: str, typed: str, saved: str) -> None:
    assert unmask_words(typed, kept) == saved


@given(st.lists(st.sampled_from(["打", " ", "154", "15408579032", "154-0001-9032", "11010519491231002X", "，", "*"])))
def test_what_is_sent_back_as_it_was_shown_changes_nothing(parts: list[str]) -> None:
    kept = "".join(parts)
    assert unmask_words(mask_words(kept), kept) == kept
