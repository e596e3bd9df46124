"""The counter's people and matters, for walks through every door."""

from tests.cases.conftest import _keys, matters

__all__ = ["_keys", "matters"]
