"""The counter's people and matters, for callers of the API."""

from tests.cases.conftest import _keys, matters

__all__ = ["_keys", "matters"]
