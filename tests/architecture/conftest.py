"""The counter's people and matters, for walks through every door."""

from tests.cases.conftest import matters

__all__ = ["matters"]
