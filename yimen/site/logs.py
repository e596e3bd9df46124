"""What leaves the process as a log line: no number of a person, whatever an error message carried with it."""

import logging
import re

# Identity numbers of 18 and 15 signs, bank accounts of up to 19, mobile numbers of 11: by their form alone, in digits
# of either width, also with one blank or dash between the groups in which people write them.
_DIGIT, _LAST = "[0-9\uff10-\uff19]", "[0-9Xx\uff10-\uff19\uff38\uff58]"
_FORMS = (
    *(f"{_DIGIT}{{17}}{_LAST}", f"{_DIGIT}{{15,19}}", f"{_DIGIT}{{11}}"),
    *(
        "[ \u3000\u00b7-]".join(f"{_DIGIT}{{{count}}}" for count in counts) + last
        for counts, last in (
            *(((6, 8, 3), _LAST), ((4, 4, 4, 4, 1), _LAST), ((4, 4, 4, 4, 3), "")),
            *(((3, 4, 4), ""), ((6, 6, 3), ""), ((4, 4, 4, 4), "")),
        )
    ),
)
_NUMBERS = re.compile(f"(?<![0-9A-Za-z\uff10-\uff19])(?:{'|'.join(_FORMS)})(?![0-9A-Za-z\uff10-\uff19\uff38\uff58])")
_WITHHELD = "[number withheld]"
# What PostgreSQL adds to an error: the values of a whole row, or the line that was being copied.
_ROW = re.compile(
    r"^(DETAIL:|CONTEXT:  COPY).*(?:\n(?!HINT:|CONTEXT:|LINE |Traceback|The above|During ).+)*", re.MULTILINE
)


class Defects(logging.Filter):
    """Of what Django says of answers beyond 500: not that somebody was asked to try again in a moment. Why they were
    stands in a warning of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        return getattr(record, "status_code", 500) != 503


class Line(logging.Formatter):
    """One line for each record; its traceback, when it has one, follows. Both are read over before they are written."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished text, so that arguments and exceptions are covered as well as the message."""
        return without_numbers(super().format(record))


def without_numbers(text: str) -> str:
    """The text with every number that could be a person's, and every row that the database quotes, taken out."""
    return _NUMBERS.sub(_WITHHELD, _ROW.sub(r"\1 [row withheld]", text))
