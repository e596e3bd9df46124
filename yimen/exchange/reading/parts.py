"""Reads the XML parts of a workbook piece by piece. Documents that declare types or entities are refused."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from yimen.core.errors import N_
from yimen.core.files.confined import Limits, Refused
from yimen.exchange.reading.archive import lying
from yimen.exchange.reading.refusals import BROKEN

_PIECE = 256 * 1024
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_DECLARES = N_("The workbook declares entities, which no spreadsheet program writes. Save it again in one.")
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Parts:
    """The parts of one archive; what was really inflated is counted over all of them."""

    def __init__(self, archive: zipfile.ZipFile, limits: Limits) -> None:
        self.archive, self.limits, self.inflated = archive, limits, 0
        self.names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}

    def has(self, name: str) -> bool:
        """Whether there is such a part; names are the same in capitals and small letters."""
        return name.lower() in self.names

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part's bytes."""
        try:
            with self.archive.open(self.names[name.lower()]) as file:
                while piece := file.read(_PIECE):
                    self.inflated += len(piece)
                    if self.inflated > self.limits.unpacked_bytes:
                        raise lying()
                    yield piece
        except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError):
            raise Refused(BROKEN) from None

    def parse(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> Iterator[None]:
        """Send a part through the handlers, stopping after each piece; names come without prefix."""
        parser = _parser()
        local: dict[str, str] = {}

        def bare(tag: str) -> str:
            return local.get(tag) or local.setdefault(tag, tag.rpartition(":")[2])

        def first(tag: str, attributes: dict[str, str]) -> None:
            """The root tells whether the part's names carry a prefix; most do not and need no second look."""
            has_prefix = ":" in tag
            parser.StartElementHandler = (lambda tag, given: start(bare(tag), given)) if has_prefix else start
            if end:
                parser.EndElementHandler = (lambda tag: end(bare(tag))) if has_prefix else end
            start(bare(tag), attributes)

        parser.StartElementHandler = first
        if text:
            parser.CharacterDataHandler = text
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
            yield
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from None
            raise Refused(BROKEN) from None

    def whole(self, name: str, start: Start, end: End | None = None, text: Text | None = None) -> None:
        """Send a small part through the handlers."""
        for _ in self.parse(name, start, end, text):
            pass


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    return parser


def _refuse(*_declared: object) -> None:
    raise Refused(_DECLARES)


def unescaped(text: str) -> str:
    """Characters that XML cannot hold, as workbooks write them: _x000D_."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
