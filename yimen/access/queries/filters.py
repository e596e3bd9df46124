"""What was typed to narrow a list."""

import json

from yimen.access import rules
from yimen.access.models import TypedFilter
from yimen.access.queries.sessions import hash_of
from yimen.core.cipher import cipher


def typed_under(key: str, *, cookie: str) -> dict[str, str] | None:
    """The words kept under a key in this cookie's own session; None when there are none."""
    found = TypedFilter.objects.filter(ref=key, session_id=hash_of(cookie)).values_list("id", "words").first()
    if found is None:
        return None
    words: dict[str, str] = json.loads(cipher().open(found[1], place=rules.TYPED, row=found[0]))
    return words
