"""How much of one web process phones may take while many send at once, so that everybody else is still answered."""

from dataclasses import dataclass
from math import ceil


@dataclass(slots=True)
class Turns:
    """The time phones have taken, in seconds, worn off at `share` seconds a second. A few are answered one after the
    other; once `most` is reached the next are asked to come again. One for each process, which answers one request at
    a time: whoever waits in the queue is not seen, but is either answered or sent away at once."""

    share: float = 0.6
    most: float = 0.4
    taken: float = 0.0
    counted_at: float = 0.0

    def wait(self, now: float) -> int:
        """Whole seconds after which a phone should come again, 0 when it is its turn. `now`: any clock that only goes
        on, in seconds."""
        self._wear(now)
        return ceil(self.taken / self.share) if self.taken >= self.most else 0

    def took(self, seconds: float, now: float) -> None:
        """A phone was answered, and it took so long."""
        self._wear(now)
        self.taken += seconds

    def _wear(self, now: float) -> None:
        self.taken = max(0.0, self.taken - self.share * (now - self.counted_at))
        self.counted_at = now
