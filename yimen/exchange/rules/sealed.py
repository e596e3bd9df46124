"""How what a roster says stands in the tables: sealed, bound to its row."""

import json
from uuid import UUID

from yimen.core.cipher import cipher
from yimen.exchange.rules.staged import Body, from_json, to_json

_BODY = "exchange_stagedrow.body"

# place of each sealed column, for whoever rotates keys
STAGED_ROW = {"body": _BODY}

Blob = bytes | memoryview


def seal_body(body: Body, row: UUID) -> bytes:
    """What is known of one row."""
    text = json.dumps(to_json(body), ensure_ascii=False, separators=(",", ":"))
    return cipher().seal(text, place=_BODY, row=row)


def open_body(blob: Blob, row: UUID) -> Body:
    """The same again."""
    return from_json(json.loads(cipher().open(blob, place=_BODY, row=row)))
