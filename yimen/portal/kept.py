"""Answers that everybody gets alike, kept in the process for some seconds so that a crowd costs one question."""

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_all: "list[Kept[Any, Any]]" = []


class Kept(Generic[K, V]):
    """At most `most` answers, each for `seconds`."""

    def __init__(self, seconds: float, most: int = 500) -> None:
        self.seconds = seconds
        self.most = most
        self.answers: dict[K, tuple[float, V]] = {}
        _all.append(self)

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """The kept answer, or a fresh one."""
        now = time.monotonic()
        found = self.answers.get(key)
        if found is not None and now - found[0] < self.seconds:
            return found[1]
        answer = ask()
        if len(self.answers) >= self.most:
            self.answers.clear()
        self.answers[key] = (now, answer)
        return answer


def forget() -> None:
    """Ask again at the next question: for tests, whose world changes under the process."""
    for kept in _all:
        kept.answers.clear()
