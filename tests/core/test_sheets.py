"""No cell that leaves in a workbook is run by a spreadsheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.sheets import harmless


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\n=1"])
def test_nothing_that_leaves_is_run_as_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["王建国", "13812345671", "3-502", ""])
def test_what_is_harmless_leaves_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(st.text())
def test_what_leaves_begins_with_nothing_a_spreadsheet_runs(text: str) -> None:
    assert not harmless(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
