"""The counter's people and matters, for callers of the API."""

from tests.cases.conftest import matters

__all__ = ["matters"]
