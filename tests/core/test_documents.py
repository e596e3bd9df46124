"""Papers as PDF: the font is really in them, the words are data, the code can be read by the eye of a machine."""

import re
import zlib
from pathlib import Path
from typing import Any

import pytest
import typst

from yimen.core import documents

PAPERS = Path(documents.__file__).parents[1] / "cases/documents"

FRAME: dict[str, Any] = {
    "lang": "zh",
    "number_label": "受理编号",
    "number": "LX26-1102-0087",
    "about": [
        ["办什么", "居家养老服务补贴申请与评估"],
        ["申请人", "钱桂*，身份证尾号 4012，手机尾号 0000"],
        ["受理", "2026年11月2日（周一）9:26"],
    ],
    "qr": "http://127.0.0.1:8000/p/track/LX26-1102-0087",
    "qr_words": "扫一扫查进度",
    "secret_label": "查询码",
    "secret": "7F3K 29",
    "notes": ["找谁：陆一鸣，电话 0510 0000 0122。他不在，任何一个窗口都能接着办。"],
    "sign": [["受理人", "陆一鸣"], ["申请人签名", ""]],
    "seal": "盖章处",
    "made": "无锡市梁溪区广益街道广瑞一村社区事务工作站，20 栋一楼。一式两份，一份交给您。",
}
RECEIPT: dict[str, Any] = FRAME | {
    "title": "受理回执",
    "promise_label": "最晚给您结果",
    "promises": [["居家养老服务补贴", "11月30日（周一）", "承诺 20 个工作日，从 11月3日起算。"]],
    "promise_note": "上门评估的日子不算，日期变了当天告诉您。",
    "address": "127.0.0.1:8000/p/track",
    "materials_title": "材料 4 样，您带了 1 样",
    "materials": [["疾病诊断证明或病历", "收到复印件 1 份"], ["居民身份证", "免提交（人口系统）"]],
}
NOTICE: dict[str, Any] = FRAME | {
    "title": "一次性告知单",
    "missing_title": "还缺 2 样",
    "missing": [["疾病诊断证明或病历", "6 个月以内，医院盖章"], ["近期照片", ""]],
    "kept": "其余 3 样档案里有，不用再带。",
    "return_label": "请在这一天以前补齐",
    "return_by": "12月7日（周一）",
    "return_words": "任何一个窗口都能收；也可以请家人送来。",
}
DECISION: dict[str, Any] = FRAME | {
    "title": "办理结果告知书",
    "result_label": "结果",
    "result": "同意，从 12月起发放",
    "result_words": "每月 200 元，发到社保卡尾号 7735。",
    "grounds": [["理由", "年满 80 周岁，户籍在本区。"], ["依据", "事项 YL-02 第 3 版。"]],
}
ALL = [("receipt.typ", RECEIPT), ("once_notice.typ", NOTICE), ("decision.typ", DECISION)]


def unpacked(pdf: bytes) -> bytes:
    """The PDF with its compressed streams opened, enough to look for names in it."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", unpacked(pdf)))


@pytest.mark.parametrize(("name", "data"), ALL)
def test_the_chinese_font_is_inside_every_paper(name: str, data: dict[str, Any]) -> None:
    inside = unpacked(documents.render(PAPERS / name, data))
    assert b"NotoSansCJKsc-Regular" in inside
    assert b"/FontFile3" in inside
    assert set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", inside)) <= {
        b"NotoSansCJKsc-Regular",
        b"NotoSansCJKsc-Regular-Identity-H",
    }


@pytest.mark.parametrize(("name", "data"), ALL)
def test_a_usual_paper_is_one_sheet_of_a5(name: str, data: dict[str, Any]) -> None:
    pdf = documents.render(PAPERS / name, data, watermark="陆一鸣 2026-11-02 09:26", demo="演示")
    assert pages(pdf) == 1
    width, height = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", unpacked(pdf))[0]
    assert (round(float(width) / 72 * 25.4), round(float(height) / 72 * 25.4)) == (148, 210)


def test_several_matters_stand_on_one_receipt_in_english_too() -> None:
    promise = ["Home care subsidy and assessment", "Mon 30 Nov", "20 working days promised"]
    english = RECEIPT | {"lang": "en", "title": "Receipt", "promises": [promise] * 3}
    assert pages(documents.render(PAPERS / "receipt.typ", english)) == 1


def test_more_papers_than_a_sheet_holds_go_over_to_a_second_one() -> None:
    many = RECEIPT | {"materials": RECEIPT["materials"] * 20}
    assert pages(documents.render(PAPERS / "receipt.typ", many)) >= 2


def test_marks_of_the_template_language_in_a_name_are_only_letters() -> None:
    strange = RECEIPT | {"about": [["申请人", '#panic("x") $1$ *a* \\ "b"']]}
    assert pages(documents.render(PAPERS / "receipt.typ", strange)) == 1


def test_the_watermark_and_the_word_of_the_demonstration_change_the_paper() -> None:
    plain = documents.render(PAPERS / "receipt.typ", RECEIPT)
    marked = documents.render(PAPERS / "receipt.typ", RECEIPT, watermark="陆一鸣", demo="演示")
    assert len(marked) > len(plain)


def test_a_label_that_is_missing_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(typst.TypstError):
        documents.render(PAPERS / "receipt.typ", {key: RECEIPT[key] for key in RECEIPT if key != "secret"})


def test_a_code_keeps_its_quiet_zone() -> None:
    drawn = documents.qr_svg("http://127.0.0.1:8000/p/track")
    assert drawn.startswith("<svg")
    side = int(re.findall(r'viewBox="0 0 (\d+) ', drawn)[0])
    assert (side - 8 - 17) % 4 == 0, "versions of QR codes are 17 + 4n modules wide; four more on each side"
