"""The corners of whatever a stranger calls a geometry."""

from collections.abc import Iterator, Sequence
from typing import Any


def corners_of(geometry: Any) -> Iterator[Sequence[Any]]:
    """Each position of a geometry, whatever else is in it."""
    ahead = [geometry.get("coordinates")] if geometry else []
    while ahead:
        here = ahead.pop()
        if not isinstance(here, list | tuple):
            continue
        if here and isinstance(here[0], int | float):
            yield here
        else:
            ahead.extend(reversed(here))
