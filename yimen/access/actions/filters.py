"""Keep what was typed to narrow a list, so that its address need not hold it."""

import json
from collections.abc import Mapping

from yimen.access import queries, rules
from yimen.access.models import TypedFilter
from yimen.core.cipher import cipher
from yimen.core.ids import new_id


def keep_typed(words: Mapping[str, str], *, cookie: str) -> str:
    """The key under which these words are kept while the session of this cookie lives."""
    row = new_id()
    sealed = cipher().seal(json.dumps(dict(words), ensure_ascii=False), place=rules.TYPED, row=row)
    return TypedFilter.objects.create(id=row, session_id=queries.hash_of(cookie), words=sealed).ref
