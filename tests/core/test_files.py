"""Files that somebody sends: kept sealed piece by piece, read by a child that may do nothing else, by one worker."""

import os
from datetime import UTC, datetime
from stat import S_IMODE

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.core.alone import alone_with
from yimen.core.files import pieces
from yimen.core.files.confined import Limits, forbids
from yimen.core.files.reading import Reader, Unreadable
from yimen.geo.models import GroundFile, GroundPart
from yimen.site.sealed import SEALED

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
READER = Reader("", Limits(file_bytes=2_000_000), "empty", "larger than %(limit)s MB", "", "")


def sent(*chunks: bytes) -> GroundFile:
    file = GroundFile.objects.create(division_code="320213", kind="divisions", name="x", at=AT, changed_at=AT)
    pieces.keep(file, chunks, READER)
    return file


@pytest.mark.django_db
def test_a_file_comes_out_as_it_was_sent_in_a_folder_of_its_own_that_goes() -> None:
    body = os.urandom(1_500_000)
    file = sent(body[:7], b"", body[7:1_100_000], body[1_100_000:])
    assert list(file.parts.order_by("number").values_list("number", flat=True)) == [0, 1]
    with pieces.opened(file) as path:
        assert path.read_bytes() == body
        assert S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


@pytest.mark.django_db
def test_its_pieces_are_sealed_where_whoever_rotates_keys_looks_for_them() -> None:
    file = sent("户主 张国富".encode() * 1000)
    [part] = GroundPart.objects.filter(file=file)
    assert "张国富".encode() not in bytes(part.body)
    assert {"exchange_filepart", "geo_groundpart"} <= {
        one.table for one in SEALED if one.places == pieces.sealed_places(one.table)
    }


@given(st.lists(st.binary(max_size=9)))
def test_pieces_are_full_but_for_the_last_however_the_bytes_come(chunks: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(pieces, "SIZE", 4)
        found = list(pieces._pieces(chunks))
    assert b"".join(found) == b"".join(chunks)
    assert {len(one) for one in found[:-1]} <= {4}
    assert all(found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chunks", "said"), [((), "empty"), ((b"", b""), "empty"), ((b"x" * 2_000_001,), "larger than 2 MB")]
)
def test_an_empty_or_too_large_file_is_refused_with_its_readers_words(chunks: tuple[bytes, ...], said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refused:
        sent(*chunks)
    assert refused.value.field == "file"


@pytest.mark.parametrize("name", ["C:\\名册\\roster.xlsx", "/home/me/roster.xlsx", "roster.xlsx"])
def test_of_a_name_the_folders_are_left_out(name: str) -> None:
    assert pieces.sent_as(name) == "roster.xlsx"
    assert len(pieces.sent_as("长" * 300)) == 120


def test_the_child_may_open_no_connection_and_start_nothing() -> None:
    assert all(map(forbids, ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.fork")))
    assert not any(map(forbids, ("open", "import", "os.listdir")))


@pytest.mark.django_db
def test_a_worker_gets_a_row_as_it_stands_or_none() -> None:
    file = sent(b"{}")
    waiting = GroundFile.objects.filter(state="reading")
    with alone_with(waiting, file.ref) as mine:
        assert mine == file
    GroundFile.objects.update(state="open")
    with alone_with(waiting, file.ref) as mine:
        assert mine is None
    with alone_with(waiting, "no such ref") as mine:
        assert mine is None
