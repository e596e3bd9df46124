"""Whether a replay took all that the archive holds. PostgreSQL ends a replay at the first record it cannot read, as at
the end of the log, and says nothing of a damaged one: what lies after it tells the two apart."""

from collections.abc import Iterator
from pathlib import Path

from yimen.site.backup.wal import number_of

_PAGE = 8192
_HEADER = 24  # of a page that is not the first of its segment; a record's is as long
_INCOMPLETE = 1 << 20  # bytes: the longest record whose beginning may be the last thing that was fetched
_EMPTY = bytes(_PAGE)


def damaged(folder: Path, last: int, segment_bytes: int, *, finished: set[str], short: set[str]) -> str:
    """The segment in which a replay came to an end before the end of the log, or "".

    `folder` holds the segments that were laid out for it, `last` is the place in the log of the last record that was
    replayed, `finished` those that were fetched whole, and `short` those among them that hold too few bytes.
    """
    rest = _from(folder, last // segment_bytes, segment_bytes)
    if not rest:
        return ""
    if lacking := [name for name in rest if name in short]:
        return lacking[0]
    seen_end, beginning = False, 0
    for name in rest:
        ends_here = number_of(name, segment_bytes) == last // segment_bytes
        is_switch = ends_here and _is_switch(folder / name, last % segment_bytes)
        for page in _pages(folder / name, last % segment_bytes // _PAGE + 1 if ends_here else 0):
            if page == _EMPTY:
                seen_end = True
                continue
            beginning += _PAGE
            if seen_end or beginning > _INCOMPLETE:
                return rest[0]
        if is_switch:
            seen_end, beginning = False, 0  # the server left the rest of this one empty on purpose
        elif seen_end and name in finished:
            return name  # a whole one is full, or ends with a switch
    return ""


def _from(folder: Path, first: int, segment_bytes: int) -> list[str]:
    """The segments of the newest timeline from this number on; the first of an older one where it forked later."""
    names = sorted(path.name for path in folder.iterdir() if len(path.name) == _HEADER)
    newest = names[-1][:8] if names else ""
    of_first = [name for name in names if number_of(name, segment_bytes) == first][-1:]
    later = [name for name in names if name[:8] == newest and number_of(name, segment_bytes) > first]
    return [*of_first, *later]


def _pages(path: Path, first: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first * _PAGE)
        while page := file.read(_PAGE):
            yield page.ljust(_PAGE, b"\0")


def _is_switch(path: Path, place: int) -> bool:
    """Whether the record at this place makes the server go on to the next segment: XLOG_SWITCH of the manager of the
    log itself. Bytes 16 and 17 of a record say which it is; its header may go on after that of the next page."""
    with path.open("rb") as file:
        file.seek(place)
        head = file.read(2 * _HEADER + _HEADER)
    left = _PAGE - place % _PAGE
    if left < _HEADER:
        head = head[:left] + head[left + _HEADER :]
    return head[17:18] == b"\0" and head[16] & 0xF0 == 0x40
