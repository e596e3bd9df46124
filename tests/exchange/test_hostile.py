"""Files that mean harm: each is refused with a sentence that says what to do, or read without harm."""

import resource
import struct
import zipfile
from pathlib import Path

import pytest

from tests.exchange.books import HEAD, HEADER, TAIL, book, row, sheet, text_cell
from yimen.core.files.reading import Unreadable
from yimen.exchange.reading import read
from yimen.exchange.reading.output import Limits

PEOPLE = row(2, text_cell("A2", "王建国"), text_cell("B2", "13812345671"))


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as refused, read(path, name=path.name, limits=limits):
        pass
    return str(refused.value)


def values(path: Path, name: str = "") -> list[list[object]]:
    with read(path, name=name or path.name) as workbook:
        return [[cell.value for cell in each.cells] for each in workbook.sheets[0].rows]


def test_a_plain_workbook_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE))
    assert values(path) == [["姓名", "电话"], ["王建国", "13812345671"]]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/media/zero.bin": bytes(40_000_000)})
    assert (
        refusal(path) == "The workbook is packed more tightly than any roster. Save it again in a spreadsheet program."
    )


def test_more_than_the_limit_is_refused_by_what_the_archive_says(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/media/a.bin": bytes(2_000_000)})
    said = refusal(path, Limits(unpacked_bytes=1_000_000))
    assert said == "The workbook unpacks to more than 1 MB. Split it into smaller files."


def test_an_archive_that_says_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, *(row(n, text_cell(f"A{n}", f"王{n}")) for n in range(2, 5000))))
    raw = bytearray(path.read_bytes())
    size = zipfile.ZipFile(path).getinfo("xl/worksheets/sheet1.xml").file_size
    place = -1
    while (place := raw.find(struct.pack("<I", size), place + 1)) >= 0:
        raw[place : place + 4] = struct.pack("<I", 500)
    path.write_bytes(bytes(raw))
    assert refusal(path) == "The file cannot be read. Open it in a spreadsheet program and save it again as .xlsx."


def test_parts_that_lie_upon_one_another_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/a.bin": b"a" * 500, "xl/b.bin": b"b" * 500})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        first, second = archive.getinfo("xl/a.bin").header_offset, archive.getinfo("xl/b.bin").header_offset
    place = raw.rfind(struct.pack("<I", second))
    raw[place : place + 4] = struct.pack("<I", first)
    path.write_bytes(bytes(raw))
    assert refusal(path) == "The workbook says other sizes than it has. Save it again in a spreadsheet program."


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<other/>")
    assert "other sizes" in refusal(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER), {f"xl/media/{number}.png": b"x" for number in range(600)})
    assert refusal(path) == "The workbook has more than 500 parts. Copy the roster into a new workbook."


def test_a_file_within_the_file_is_refused(tmp_path: Path) -> None:
    inner = book(tmp_path / "inner.xlsx", sheet(HEADER)).read_bytes()
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/embeddings/book.xlsx": inner})
    assert refusal(path) == "The workbook carries another file inside. Copy the roster into a new workbook."


def test_macros_are_refused_whatever_the_name_of_the_file(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})
    assert refusal(path) == "The workbook holds macros. Save it as .xlsx, which holds none."


def test_values_from_other_files_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE), {"xl/externalLinks/externalLink1.xml": "<externalLink/>"})
    said = refusal(path)
    assert said.startswith("The workbook takes values from other files, or did once.")
    assert "Edit Links" in said
    assert "Name Manager" in said


LAUGHS = (
    "<!DOCTYPE lol ["
    + '<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize("before", [LAUGHS, '<!DOCTYPE a SYSTEM "file:///etc/passwd">', "<!DOCTYPE worksheet>"])
def test_declared_entities_are_refused_unread(tmp_path: Path, before: str) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, row(2, text_cell("A2", "&j;")), before=before))
    assert refusal(path) == "The workbook declares entities, which no spreadsheet program writes. Save it again in one."


def test_sixteen_thousand_columns_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, row(2, text_cell("XFD2", "x"))))
    said = "A sheet has more than 256 columns. Delete those that do not belong to the roster."
    assert refusal(path) == said


def test_blank_cells_in_far_columns_do_not_count(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, row(2, text_cell("A2", "王"), '<c r="XFD2" s="1"/>')))
    assert values(path)[1] == ["王"]


def test_a_million_blank_rows_cost_no_memory(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{number}" spans="1:9"><c r="A{number}" s="1"/></row>' for number in range(3, 100_000))
    last = row(1_048_576, text_cell("A1048576", "李秀英"), text_cell("B1048576", " "))
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE, blank, last))
    with read(path, name="a.xlsx", limits=Limits(memory_bytes=200 * 1024 * 1024)) as workbook:
        rows = list(workbook.sheets[0].rows)
        assert workbook.sheets[0].row_count == 3
    assert [each.number for each in rows] == [1, 2, 1_048_576]
    assert [cell.value for cell in rows[2].cells] == ["李秀英"]


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE, row(3, text_cell("A3", "李"))))
    said = "The file has more than 2 rows. Split it into smaller files."
    assert refusal(path, Limits(rows=2)) == said


def test_memory_beyond_the_limit_ends_the_child_and_nothing_else(tmp_path: Path) -> None:
    strings = "".join(f"<si><t>{number:06d}{'王' * 100}</t></si>" for number in range(150_000))
    path = book(
        tmp_path / "a.xlsx",
        sheet(HEADER, PEOPLE),
        {"xl/sharedStrings.xml": f"<sst>{strings}</sst>"},
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    said = "The file needs more memory or time than a roster should. Split it into smaller files."
    assert refusal(path, Limits(memory_bytes=60 * 1024 * 1024, ratio=10_000)) == said
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_time_beyond_the_limit_ends_the_child(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE))
    said = "The file needs more memory or time than a roster should. Split it into smaller files."
    assert refusal(path, Limits(patience=0)) == said


def test_a_protected_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert refusal(path) == "The file is protected by a password. Take the password off and save it again."


def test_an_old_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook_VBA_PROJECT_CUR".encode("utf-16-le"))
    assert refusal(path) == "The workbook holds macros. Save it as .xlsx, which holds none."


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"Rar!\x1a\x07\x00",
        bytes(range(256)),
    ],
)
def test_what_is_no_workbook_is_refused_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    said = "This is not a workbook or a text file with columns. Choose an .xlsx, .xls or .csv file."
    assert refusal(path) == said


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert refusal(path) == "The file is empty. Choose the roster itself."


def test_a_file_of_blanks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(" , , \n,,\n")
    assert refusal(path) == "The file holds no rows. Choose the file that holds the roster."


def test_a_large_file_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("姓名,电话\n" * 100)
    assert refusal(path, Limits(file_bytes=100)) == "The file is larger than 0 MB. Split it into smaller files."


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE))
    path.write_bytes(path.read_bytes()[:300])
    assert refusal(path) == "The file cannot be read. Open it in a spreadsheet program and save it again as .xlsx."


def test_a_sheet_of_broken_xml_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", HEAD + "<row><c></row>" + TAIL)
    assert refusal(path) == "The file cannot be read. Open it in a spreadsheet program and save it again as .xlsx."


@pytest.mark.parametrize("part", ["xl/workbook.bin", "content.xml"])
def test_other_forms_of_workbook_are_refused(tmp_path: Path, part: str) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER), {part: "x"})
    assert refusal(path) == "Workbooks of this form are not read. Save it as .xlsx."


def test_a_text_document_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    said = "This is not a workbook or a text file with columns. Choose an .xlsx, .xls or .csv file."
    assert refusal(path) == said


def test_a_web_page_named_as_a_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>")
    said = "This is a web page with the name of a workbook. Open it in a spreadsheet program and save it as .xlsx."
    assert refusal(path) == said


def test_a_text_file_named_as_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes("姓名\t电话\n王建国\t13812345671\n".encode("gbk"))
    assert values(path) == [["姓名", "电话"], ["王建国", "13812345671"]]


def test_a_workbook_named_as_a_text_file_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, PEOPLE))
    assert values(path, "a.csv") == [["姓名", "电话"], ["王建国", "13812345671"]]


def test_a_text_of_no_known_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名".encode() + b"\xff\xff,\x81\n")
    assert refusal(path) == "The text is neither UTF-8 nor GBK. Save the file again as .xlsx."


def test_long_texts_are_cut(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", sheet(HEADER, row(2, text_cell("A2", "王" * 50_000))))
    assert len(str(values(path)[1][0])) == 2000


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (['"王建国,13812345671', "李秀英,13812345672"], 2),
        (["王建国,13812345671", '"李秀英,13812345672'], 3),
        (["王建国,13812345671", '"李秀英" ,"13812345672'], 3),
        (["王建国,13812345671", '"李秀英,13812345672', '周涛,"13812345673"', "吴刚,13812345674"], 3),
    ],
)
def test_a_quotation_mark_without_its_partner_swallows_no_rows_unseen(
    tmp_path: Path, lines: list[str], line: int
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["姓名,电话", *lines, ""]))
    said = f"A quotation mark in line {line} has no partner. Delete it there, or save the roster as .xlsx."
    with pytest.raises(Unreadable) as refused, read(path, name=path.name):
        pass
    assert refused.value.message % refused.value.params == said


def test_quoted_values_may_hold_lines_and_have_blanks_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('姓名,备注\n"王建国","两行\n备注"\n"李""秀""英" ,无\n')
    assert values(path) == [["姓名", "备注"], ["王建国", "两行\n备注"], ['李"秀"英 ', "无"]]
