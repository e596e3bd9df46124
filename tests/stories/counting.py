"""Somebody at a keyboard, counted: every burst of typing, chord and click, and the seconds an expert needs.

Keystroke-level model (Card, Moran and Newell): a key 0.28 s, pointing and clicking 1.1 s, moving a hand between
keyboard and mouse 0.4 s, thinking before an act 1.35 s; and the time the product itself takes.
"""

import time
from dataclasses import dataclass, field

from playwright.sync_api import Page

KEY, POINT, HOME, THINK = 0.28, 1.1, 0.4, 1.35


@dataclass
class Expert:
    """Counts what is done on a page."""

    page: Page
    interactions: int = 0
    keys: int = 0
    seconds: float = 0.0
    waited: float = 0.0
    steps: list[str] = field(default_factory=list)
    _on_mouse: bool = False

    def types(self, words: str) -> None:
        """One burst of typing into the field that has the focus; a page gives it a frame after it has loaded."""
        self._has_come()
        self.page.wait_for_function("document.activeElement?.matches('input, textarea, select')")
        self._act(words, len(words) * KEY, keys=len(words), mouse=False)
        self.page.keyboard.type(words)

    def presses(self, chord: str, *, until: str = "") -> None:
        """One key or chord; waits for `until` to be there."""
        count = len(chord.split("+"))
        self._act(chord, count * KEY, keys=count, mouse=False)
        self._has_come()
        self._answered(lambda: self.page.keyboard.press(chord), until)

    def clicks(self, selector: str, *, until: str = "") -> None:
        """One click; waits for `until` to be there."""
        self._act(selector, POINT, keys=0, mouse=True)
        self._answered(lambda: self.page.click(selector), until)

    @property
    def total(self) -> float:
        """Seconds of the person and of the product together."""
        return self.seconds + self.waited

    def _act(self, step: str, cost: float, *, keys: int, mouse: bool) -> None:
        self.interactions += 1
        self.keys += keys
        self.seconds += THINK + cost + (HOME if mouse != self._on_mouse else 0)
        self._on_mouse = mouse
        self.steps.append(step)

    def _has_come(self) -> None:
        """Nobody presses a key on a page that is not there yet."""
        started = time.perf_counter()
        self.page.wait_for_load_state()
        self.waited += time.perf_counter() - started

    def _answered(self, act: object, until: str) -> None:
        started = time.perf_counter()
        act()  # type: ignore[operator]  # a thunk
        if until:
            self.page.wait_for_selector(until)
        self.waited += time.perf_counter() - started
