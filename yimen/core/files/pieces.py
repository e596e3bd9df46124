"""A file as it was sent stands in the database, in sealed pieces of a megabyte, until it is read: web and worker may be
two machines, and one backup holds everything. It is in the clear only in a private folder while it is read."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import models

from yimen.core.cipher import cipher
from yimen.core.files.reading import Reader, check_size
from yimen.core.ids import new_id

SIZE = 1_000_000  # bytes
_SENT_AS = 120  # characters of a name that are kept, the last ones


class Piece(models.Model):
    """One piece of a file, sealed. The model that keeps the file knows its pieces as `parts`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    number = models.PositiveSmallIntegerField()
    body = models.BinaryField()  # sealed

    class Meta:
        abstract = True


def sealed_places(table: str) -> Mapping[str, str]:
    """The place of each sealed column of a table of pieces, for whoever rotates keys."""
    return {"body": f"{table}.body"}


def sent_as(name: str) -> str:
    """The name of a file without the folders of the machine it comes from."""
    return Path(name.replace("\\", "/")).name[-_SENT_AS:]


def keep(file: Any, chunks: Iterable[bytes], reader: Reader) -> None:
    """Keep a file that this reader is to read, one piece at a time. Unreadable for an empty or too large one."""
    size = 0
    for number, body in enumerate(_pieces(chunks)):
        size += len(body)
        check_size(size, reader)
        key = new_id()
        text = base64.b64encode(body).decode("ascii")
        sealed = cipher().seal(text, place=_place(file), row=key)
        file.parts.create(id=key, division_code=file.division_code, number=number, body=sealed)
    check_size(size, reader)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= SIZE:
            yield rest[:SIZE]
            rest = rest[SIZE:]
    if rest:
        yield rest


@contextmanager
def opened(file: Any) -> Iterator[Path]:
    """The file in the clear, in a folder that only this account can open and that is removed afterwards."""
    with TemporaryDirectory(prefix="yimen-file-") as folder:  # mode 0700
        path = Path(folder) / "file"
        with path.open("wb") as written:
            for key, body in file.parts.order_by("number").values_list("id", "body").iterator(chunk_size=4):
                written.write(base64.b64decode(cipher().open(body, place=_place(file), row=key)))
        yield path


def _place(file: Any) -> str:
    return sealed_places(file.parts.model._meta.db_table)["body"]
