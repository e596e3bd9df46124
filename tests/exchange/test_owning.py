"""Owners are no residents of what they let or leave empty, and identity numbers come from where they stand."""

import pytest

from tests.exchange.shapes import N1, N2
from tests.exchange.test_rows import rows_of, sentences
from yimen.exchange.rules.cells import State
from yimen.exchange.rules.rows import Parsed, ResidentRecord


def residents(rows: list[Parsed]) -> list[tuple[str, str]]:
    return [(one.name, one.number) for row in rows for one in row.records if isinstance(one, ResidentRecord)]


NOT_HERE = "The dwelling is let or empty, so its owner is not taken for somebody who lives there."


@pytest.mark.parametrize("label", ["产权人", "房主", "业主姓名", "产权人姓名"])
@pytest.mark.parametrize("said", ["空置", "出租", "已出租", "空关户", "自住", "未出租", "部分出租", ""])
def test_the_owner_of_a_let_or_empty_dwelling_does_not_live_there(label: str, said: str) -> None:
    header: list[object] = [label, "身份证号", "民族", "楼栋", "房号", "房屋状态"]
    (row,) = rows_of(["王建国", N1, "汉", "3", "502", said], header=header)
    elsewhere = said in ("空置", "出租", "已出租", "空关户") or label == "房主"
    assert residents([row]) == ([] if elsewhere else [("王建国", N1)])
    assert row.state is not State.REFUSED
    if label != "房主":  # that header alone says it
        assert (("", "noted", NOT_HERE) in sentences(row)) == elsewhere


def test_an_owner_lives_where_another_row_puts_the_owner() -> None:
    header: list[object] = ["业主姓名", "身份证号", "楼栋", "房号", "是否出租", "民族"]
    found = rows_of(["王建国", N1, "3", "502", "是", "汉"], ["王建国", N1, "3", "503", "否", "汉"], header=header)
    assert residents(found) == [("王建国", N1)]
    assert found[1].state is State.OK or not [said for said in sentences(found[1]) if "already" in said[2]]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["产权人", "身份证号", "实际居住人", "身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
        (["实际居住人", "身份证号", "产权人", "身份证号", "门牌号"], ["李秀英", N2, "王建国", N1, "3-502"]),
        (["产权人", "居住人姓名", "身份证号", "门牌号"], ["王建国", "李秀英", N2, "3-502"]),
        (["姓名", "产权人", "身份证号", "门牌号"], ["李秀英", "王建国", N2, "3-502"]),
        (["业主姓名", "业主身份证号", "租客姓名", "租客身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
        (["产权人", "产权人身份证号", "户主姓名", "身份证号", "门牌号"], ["王建国", N1, "李秀英", N2, "3-502"]),
    ],
)
def test_an_owner_beside_somebody_else_is_no_resident(header: list[object], row: list[object]) -> None:
    assert residents(rows_of(row, header=header)) == [("李秀英", N2)]


def test_a_disability_certificate_gives_the_number_where_no_other_column_does() -> None:
    header: list[object] = ["姓名", "残疾人证号", "残疾等级", "门牌号"]
    (row,) = rows_of(["王建国", f"{N1}42", "二级", "3-502"], header=header)
    assert residents([row]) == [("王建国", N1)]
    assert row.state is State.FIXABLE
    (other,) = rows_of(["王建国", f"{N2}42", "二级", "3-502", N1], header=[*header, "身份证号"])
    assert residents([other]) == [("王建国", N1)]
