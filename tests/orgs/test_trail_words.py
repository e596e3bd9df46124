"""What the trail holds is told in words: a key or a code that nobody has named shows here, before a clerk reads it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils.translation import gettext, override

from tests import cast
from yimen.orgs.views import trail_words
from yimen.trail.record import record

ROOMS = Path(__file__).parents[2] / "yimen"
_WRITERS = {"record", "_record", "looked", "_note", "_on_record"}


def keys_recorded() -> Iterator[tuple[str, str]]:
    """The keys of the mappings that are written to the trail, and the file that writes each."""
    for path in sorted(ROOMS.rglob("*.py")):
        if "demo" in path.parts:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in _WRITERS:
                given = [*call.args, *(one.value for one in call.keywords if one.arg == "changes")]
                for mapping in (one for one in given if isinstance(one, ast.Dict)):
                    for key in mapping.keys:
                        if isinstance(key, ast.Constant):
                            yield str(key.value), path.name


def test_every_key_that_is_recorded_has_a_word() -> None:
    found = set(keys_recorded())
    assert len({key for key, _file in found}) > 50
    assert not {one for one in found if one[0] not in trail_words.CHANGES}


def test_every_kind_of_thing_that_is_recorded_has_a_word() -> None:
    source = "".join(path.read_text() for path in ROOMS.rglob("*.py"))
    kinds = set(re.findall(r'subject=\(\s*"([a-z_]+)"', source))
    assert len(kinds) > 30
    assert not kinds - set(trail_words.KINDS)


def test_every_word_of_the_trail_is_chinese_on_a_chinese_page() -> None:
    with override("zh-hans"):
        told = (trail_words.KINDS, trail_words.CHANGES, trail_words.CHANGES_OF, trail_words.VALUES, trail_words.ASKED)
        for words in told:
            assert not {one for one in words.values() if gettext(one).isascii()}


_TOLD: tuple[tuple[str, dict[str, object]], ...] = (
    ("case.accept", {"asked": False, "owner": "pool"}),
    ("case.answer_extension", {"answer": "granted"}),
    ("case.send_up", {"to": cast.STREET}),
)


@pytest.mark.django_db
def test_codes_and_offices_in_the_trail_are_read_as_words() -> None:
    with transaction.atomic():
        for verb, changes in _TOLD:
            subject, code = ("case", "x"), cast.COMMUNITY
            record(cast.actor("window"), verb, subject=subject, division_code=code, at=cast.MONDAY, changes=changes)
    page = cast.client_for("auditor").get("/trail?subject=case", follow=True).content.decode()
    for words in ("提问核对本人：否", "承办：待认领", "已同意"):
        assert words in page
    assert not [code for code in ("pool", "granted", f"：{cast.STREET}") if code in page]
