"""The counter's people and matters, for requests that are weighed."""

from tests.cases.conftest import _keys, matters

__all__ = ["_keys", "matters"]
