"""A file of ground as it was sent, sealed until it is read: it may hold more than outlines."""

import base64
from uuid import UUID

from yimen.core.cipher import cipher

_BODY = "geo_groundpart.body"

# place of each sealed column, for whoever rotates keys
GROUND_PART = {"body": _BODY}


def seal_part(body: bytes, row: UUID) -> bytes:
    """A piece of a file."""
    return cipher().seal(base64.b64encode(body).decode("ascii"), place=_BODY, row=row)


def open_part(blob: bytes | memoryview, row: UUID) -> bytes:
    """The piece again."""
    return base64.b64decode(cipher().open(blob, place=_BODY, row=row))
