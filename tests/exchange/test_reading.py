"""Files from outside, read in a child process."""

from pathlib import Path

import pytest

from yimen.exchange.reading import read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_text_file_is_read_in_every_encoding_a_spreadsheet_writes(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("姓名,电话\n张国富,13812345678\n".encode(encoding))
    with read(path, name="roster.csv") as workbook:
        rows = [[cell.value for cell in row.cells] for row in workbook.sheets[0].rows]
    assert rows == [["姓名", "电话"], ["张国富", "13812345678"]]
