"""Identity numbers and phones: what is accepted, what is refused, and in which words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from yimen.core.errors import N_
from yimen.core.identity import DocumentKind, Inspection, age_on, check_character, inspect, inspect_phone

TODAY = date(2026, 11, 23)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

births = st.dates(date(1877, 1, 1), TODAY)
sequences = st.integers(0, 999).map("{:03}".format)
regions = st.sampled_from(["320213", "320202", "110105", "320299", "349999"])


def look(number: str) -> Inspection:
    return inspect(number, today=TODAY)


def number_of(region: str, birth: str, sequence: str = "001") -> str:
    return (body := f"{region}{birth}{sequence}") + check_character(body)


def sentence(found: Inspection) -> str:
    return N_(found.reason) % found.params


# --- the check character --------------------------------------------------------------------------


@given(st.integers(0, 10**17 - 1).map("{:017}".format))
def test_the_check_character_follows_the_weights_of_the_standard(body: str) -> None:
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    assert check_character(body) == "10X98765432"[total % 11]


def test_the_standard_s_own_example_passes() -> None:
    found = look("11010519491231002X")
    assert found == Inspection(
        True, "", {}, DocumentKind.RESIDENT, "11010519491231002X", date(1949, 12, 31), "2", "110105"
    )


@given(regions, births, sequences)
def test_a_number_made_by_the_rule_says_what_went_in(region: str, birth: date, sequence: str) -> None:
    found = look(number_of(region, f"{birth:%Y%m%d}", sequence))
    assert found.valid
    assert (found.birth_on, found.region_code) == (birth, region)
    assert found.sex == ("1" if int(sequence) % 2 else "2")
    assert found.demo is (region in ("320299", "349999"))
    assert found.warnings == ()


@given(births, sequences, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(birth: date, sequence: str, place: int, off: int) -> None:
    number = number_of("320213", f"{birth:%Y%m%d}", sequence)
    wrong = number[:place] + str((int(number[place]) + off) % 10) + number[place + 1 :]
    found = look(wrong)
    assert not found.valid or found.kind is not DocumentKind.RESIDENT


@given(births, sequences, st.integers(6, 15))
def test_two_digits_changed_over_never_pass(birth: date, sequence: str, place: int) -> None:
    number = number_of("320213", f"{birth:%Y%m%d}", sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert look(swapped).valid is (swapped == number)


@given(st.text("0123456789X", min_size=18, max_size=18))
def test_nothing_passes_that_the_library_finds_wrong(number: str) -> None:
    if look(number).valid and number[0] not in "89":
        assert ric.calc_check_digit(number) == number[-1]


# --- how people type --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002X",
        "110105\u201319491231\u2013002X",
        "110105\u00a019491231\u200b002X\n",
        "'11010519491231002X",
        "\ufeff11010519491231002X",
    ],
)
def test_separators_and_small_letters_are_forgiven_in_silence(typed: str) -> None:
    found = look(typed)
    assert (found.valid, found.number, found.warnings) == (True, "11010519491231002X", ())


def test_full_width_digits_are_changed_and_said_so() -> None:
    found = look("１１０１０５１９４９１２３１００２Ｘ")
    assert (found.valid, found.number) == (True, "11010519491231002X")
    assert found.warnings == ("Full-width characters were changed to ordinary ones. Compare the number with the card.",)


def test_full_width_digits_are_mentioned_even_when_the_number_is_wrong() -> None:
    found = look("１１０１０５１９４９１２３１００２１")
    assert not found.valid
    assert len(found.warnings) == 1


def test_an_unknown_region_only_warns() -> None:
    found = look(number_of("999999"[:2] + "0101", "19900101"))
    assert found.kind is DocumentKind.FOREIGN_RESIDENCE  # 9 first: not a resident's
    found = look(number_of("790101", "19900101"))
    assert found.valid
    assert found.warnings == ("The first six digits are not a division we know. Compare them with the card.",)


@pytest.mark.parametrize("region", ["320202", "320213", "320200", "320211", "110103"])
def test_abolished_and_present_regions_do_not_warn(region: str) -> None:
    assert look(number_of(region, "19500101")).warnings == ()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "The number is empty."),
        ("   ", "The number is empty."),
        ("320213199902310011", "Digits 7 to 14 (19990231) are not a real date."),
        ("320213199913010011", "Digits 7 to 14 (19991301) are not a real date."),
        ("320213000001010011", "Digits 7 to 14 (00000101) are not a real date."),
        ("320213190002290011", "Digits 7 to 14 (19000229) are not a real date."),
        ("320213202611240010", "The birth date 2026-11-24 lies in the future."),
        ("320213187511230010", "The birth date 1875-11-23 is more than 150 years ago."),
        ("110105194912310021", "The last character does not match the rest of the number."),
        ("11010519491231000", "A resident number has 18 characters, this one 17."),
        ("1101051949123100211", "A resident number has 18 characters, this one 19."),
        ("1101051949123100X1", "X can only be the last character."),
        ("11O10519491231002X", "The number holds a letter O, I or L."),
        ("110105I94912310O2X", "The number holds a letter O, I or L."),
        ("3.2E+17", "A spreadsheet has shortened this number."),
        ("3.20213E+17", "A spreadsheet has shortened this number."),
        ("320213199001010000", "The last three digits look rounded by a spreadsheet."),
        ("张三", "No document we know has a number of this form."),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢١", "No document we know has a number of this form."),
        ("320213990231001", "Digits 7 to 12 do not make a real date (19990231)."),
    ],
)
def test_a_wrong_number_is_refused_in_one_clear_sentence(typed: str, reason: str) -> None:
    found = look(typed)
    assert not found.valid
    assert sentence(found).startswith(reason)
    assert sentence(found).count(". ") == 1  # what is wrong, then what to do
    assert sentence(found).endswith(".")


def test_born_today_and_born_150_years_ago_are_accepted() -> None:
    assert look(number_of("320213", "20261123")).valid
    assert look(number_of("320213", "18761123")).valid
    assert look(number_of("320213", "18751124")).valid  # 150, not yet 151
    assert not look(number_of("320213", "18751123")).valid


@given(st.text(max_size=80))
def test_no_text_crashes_and_every_refusal_can_be_said(text: str) -> None:
    found = look(text)
    assert found.valid is (found.reason == "")
    assert sentence(found) is not None
    for warning in found.warnings:
        assert warning.endswith(".")


@given(st.text(st.sampled_from("0123456789XxHMOIEe.+-'() １２"), max_size=24))
def test_no_number_like_text_crashes(text: str) -> None:
    found = look(text)
    assert found.valid is (found.reason == "")
    assert inspect(found.number, today=TODAY).number == found.number or not found.valid


def test_a_megabyte_is_refused_quickly() -> None:
    assert not look("1" * 1_000_000).valid


# --- other documents ----------------------------------------------------------------------------------


def test_an_old_number_proposes_its_longer_form_and_asks_for_confirmation() -> None:
    found = look("320202 800229 001")
    assert (found.valid, found.number, found.birth_on, found.sex) == (
        True,
        "320202800229001",
        date(1980, 2, 29),
        "1",
    )
    assert found.upgraded == number_of("320202", "19800229")
    assert look(found.upgraded).valid
    assert any("confirm the 18-digit number" in warning for warning in found.warnings)


@pytest.mark.parametrize(("sequence", "extra"), [("995", False), ("996", True), ("999", True)])
def test_an_old_number_that_may_be_older_still_says_so(sequence: str, extra: bool) -> None:
    found = look(f"320202100101{sequence}")
    assert found.valid
    assert any("before 1900" in warning for warning in found.warnings) is extra


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), sequences)
def test_the_proposal_agrees_with_the_old_number(birth: date, sequence: str) -> None:
    old, new = look(f"320202{birth:%y%m%d}{sequence}"), f"320202{birth:%Y%m%d}{sequence}"
    assert old.upgraded[:17] == new
    assert look(old.upgraded).birth_on == old.birth_on == birth
    assert look(old.upgraded).sex == old.sex


@pytest.mark.parametrize("region", ["810000", "820000", "830000"])
def test_residence_permits_of_hong_kong_macao_and_taiwan_follow_the_same_rule(region: str) -> None:
    number = number_of(region, "19900101", "002")
    found = look(number)
    assert (found.valid, found.kind, found.sex) == (True, DocumentKind.PORT_RESIDENCE, "2")
    assert (found.birth_on, found.warnings) == (date(1990, 1, 1), ())
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    assert not look(wrong).valid


def test_the_new_foreign_card_is_read_and_a_wrong_check_only_warns() -> None:
    number = number_of("932840", "19900101", "003")
    found = look(number)
    assert (found.valid, found.kind, found.birth_on, found.sex) == (
        True,
        DocumentKind.FOREIGN_RESIDENCE,
        date(1990, 1, 1),
        "1",
    )
    wrong = look(number[:17] + ("1" if number[17] != "1" else "2"))
    assert wrong.valid
    assert len(wrong.warnings) == 1
    assert not look(number_of("932840", "19900231")).valid


def test_the_old_foreign_card_leaves_the_century_open() -> None:
    found = look("USA320080010112")
    assert (found.valid, found.kind, found.birth_on) == (True, DocumentKind.FOREIGN_RESIDENCE, None)
    assert not look("USA320080023112").valid


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("H12345678", DocumentKind.PORT_PERMIT, "H12345678"),
        ("m1234567801", DocumentKind.PORT_PERMIT, "M1234567801"),
        ("12345678", DocumentKind.TAIWAN_PERMIT, "12345678"),
        ("0123456701(A)", DocumentKind.TAIWAN_PERMIT, "0123456701A"),
        ("E12345678", DocumentKind.PASSPORT, "E12345678"),
        ("EA1234567", DocumentKind.PASSPORT, "EA1234567"),
        ("g1234567", DocumentKind.PASSPORT, "G1234567"),
        ("512345678", DocumentKind.PASSPORT, "512345678"),
    ],
)
def test_travel_documents_are_known_by_their_form(typed: str, kind: DocumentKind, number: str) -> None:
    found = look(typed)
    assert (found.valid, found.kind, found.number) == (True, kind, number)
    assert (found.birth_on, found.sex, found.region_code) == (None, "", "")
    assert len(found.warnings) == (1 if number.isdigit() else 0)


# --- age --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(1966, 11, 24), TODAY, 59),
        (date(1966, 11, 23), TODAY, 60),
        (date(2000, 2, 29), date(2026, 2, 27), 25),
        (date(2000, 2, 29), date(2026, 2, 28), 26),
        (date(2000, 2, 29), date(2028, 2, 28), 27),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (TODAY, TODAY, 0),
    ],
)
def test_age_changes_on_the_birthday(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 40_000))
def test_age_grows_by_one_a_year(birth: date, later: int) -> None:
    day = birth + timedelta(days=later)
    assert age_on(birth, day + timedelta(days=1)) - age_on(birth, day) in (0, 1)
    assert abs(age_on(birth, day) - later / 365.2425) < 1.01


# --- phones -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13812346207", "13812346207"),
        ("138 1234 6207", "13812346207"),
        ("138-1234-6207", "13812346207"),
        ("＋86 １３８１２３４６２０７", "13812346207"),
        ("+8613812346207", "13812346207"),
        ("008613812346207", "13812346207"),
        ("8613812346207", "13812346207"),
        ("15400000000", "15400000000"),
        ("15400860123", "15400860123"),  # 0086 within a number is no country code
        ("19912345678", "19912345678"),
        ("0510-85012345", "0510-85012345"),
        ("051085012345", "0510-85012345"),
        ("（0510）8501 2345", "0510-85012345"),
        ("+86 0510 85012345", "0510-85012345"),
        ("0510-01234567", "0510-01234567"),
        ("010-12345678", "010-12345678"),
        ("021 1234567", "021-1234567"),
        ("0510-85012345-801", "0510-85012345-801"),
        ("0510-85012345转801", "0510-85012345-801"),
        ("0510 85012345 ext. 801", "0510-85012345-801"),
    ],
)
def test_a_phone_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert inspect_phone(typed) == (kept, "")
    assert inspect_phone(kept) == (kept, "")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "The phone number is empty."),
        (" - ", "The phone number is empty."),
        ("1381234620", "A mobile number has 11 digits."),
        ("138123462077", "A mobile number has 11 digits."),
        ("12812346207", "A mobile number starts with 13 to 19"),
        ("85012345", "The area code is missing."),
        ("0510-850123", "This landline number is too long or too short."),
        ("0510-850123456", "This landline number is too long or too short."),
        ("same as above", "The phone number holds something other than digits."),
        ("١٣٨١٢٣٤٦٢٠٧", "The phone number holds something other than digits."),
        ("13812346207转1", "A mobile number has no extension."),
    ],
)
def test_a_wrong_phone_is_refused_in_one_clear_sentence(typed: str, reason: str) -> None:
    kept, said = inspect_phone(typed)
    assert kept == ""
    assert said.startswith(reason)
    assert said.count(". ") == 1


@given(st.text(max_size=60) | st.text("0123456789+-() 转x#", max_size=30))
def test_no_text_in_the_phone_box_crashes(text: str) -> None:
    kept, reason = inspect_phone(text)
    assert bool(kept) is not bool(reason)
    if kept:
        assert inspect_phone(kept) == (kept, "")
