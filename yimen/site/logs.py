"""What leaves the process as a log line: no number of a person, whatever an error message carried with it."""

import logging
import re

# Identity numbers of 18 and 15 signs, bank accounts of up to 19, mobile numbers of 11: by their form alone.
_NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{17}[0-9Xx]|[0-9]{15,19}|[0-9]{11})(?![0-9A-Za-z])")
_WITHHELD = "[number withheld]"


class Line(logging.Formatter):
    """One line for each record; its traceback, when it has one, follows. Both are read over before they are written."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished text, so that arguments and exceptions are covered as well as the message."""
        return without_numbers(super().format(record))


def without_numbers(text: str) -> str:
    """The text with every number that could be a person's taken out."""
    return _NUMBERS.sub(_WITHHELD, text)
