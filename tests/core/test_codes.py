"""Code lists: complete, in both languages, and never turned into numbers."""

import pytest

from yimen.core.codes import code_label, code_list, code_lists


def test_every_list_of_the_standards_is_there() -> None:
    assert len(code_lists()) == 42


@pytest.mark.parametrize("name", code_lists())
def test_every_code_of_a_list_is_named_in_both_languages(name: str) -> None:
    rows = code_list(name)
    assert rows
    assert all(code and row.zh and row.en for code, row in rows.items())


def test_codes_keep_their_leading_zeros() -> None:
    assert code_list("ethnic_gbt3304")["01"].zh == "汉族"
    assert len(code_list("kinship_gbt4761")) == 84


def test_a_label_follows_the_language() -> None:
    assert code_label("sex_gbt2261_1", "2", "zh-hans") == code_list("sex_gbt2261_1")["2"].zh
    assert code_label("sex_gbt2261_1", "2", "en") == code_list("sex_gbt2261_1")["2"].en


def test_a_code_that_is_not_in_the_list_is_shown_as_it_stands() -> None:
    assert code_label("sex_gbt2261_1", "8", "en") == "8"
    assert code_label("sex_gbt2261_1", None, "en") == ""


def test_an_unknown_list_and_a_path_are_refused() -> None:
    for name in ("no_such_list", "../codes/sex_gbt2261_1"):
        with pytest.raises(KeyError):
            code_list(name)


def test_a_code_list_cannot_be_changed_by_its_readers() -> None:
    with pytest.raises(TypeError):
        code_list("sex_gbt2261_1")["3"] = ("x", "y")  # type: ignore[index]  # what a reader must not do
