"""The division that is drawn anew in the made-up city."""

from typing import NoReturn

import pytest

from tests import cast
from yimen.core.actor import Actor, Role
from yimen.demo import walking


def test_a_community_whose_patches_hold_alike_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """With some seeds no move of a stairwell evens anything."""

    def refuse(*_args: object, **_more: object) -> NoReturn:
        pytest.fail("something was drawn")

    monkeypatch.setattr(walking, "_evening", lambda *_args: None)
    monkeypatch.setattr(walking, "start_plan", refuse)
    walking._draw_anew(Actor(Role.HEAD, cast.COMMUNITY))
