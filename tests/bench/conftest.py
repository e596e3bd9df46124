"""The counter's people and matters, for requests that are weighed."""

from tests.cases.conftest import matters

__all__ = ["matters"]
