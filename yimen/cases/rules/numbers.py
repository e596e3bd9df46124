"""Numbers a person keeps: of a case, of a decision, of a complaint, and the second secret beside it."""

import unicodedata
from datetime import date
from functools import lru_cache

SECRET_LENGTH = 6
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"  # without 0 O, 1 I L, 2 Z, 5 S, 8 B
_SERIES = 1_000_000


def case_number(letters: str, day: date, n: int) -> str:
    """The number of a case: the district's letters, the day, and the sequence: "LX26-1111-000042"."""
    return f"{letters}{_written(day)}-{n % _SERIES:06d}"


def decision_number(letters: str, day: date, n: int) -> str:
    """The number on a result document: "LXD26-1123-000007"."""
    return f"{letters}D{_written(day)}-{n % _SERIES:06d}"


def complaint_number(letters: str, day: date, n: int) -> str:
    """The number of a complaint or call-back, kept apart from cases: "LXF26-1123-000008"."""
    return f"{letters}F{_written(day)}-{n % _SERIES:06d}"


@lru_cache(maxsize=1024)
def _written(day: date) -> str:
    return f"{day:%y}-{day:%m%d}"


def secret_of(random_bits: int) -> str:
    """A second secret from at least 64 random bits: six characters that cannot be misread."""
    chosen = []
    for _ in range(SECRET_LENGTH):
        random_bits, index = divmod(random_bits, len(ALPHABET))
        chosen.append(ALPHABET[index])
    return "".join(chosen)


def normal_secret(typed: str) -> str:
    """What a person typed, as it was printed: upper case, narrow, without spaces and dashes."""
    return _normal(typed).replace("-", "")


def normal_number(typed: str) -> str:
    """A number as it was printed, from what a person typed or a scanner read."""
    return _normal(typed)


def _normal(typed: str) -> str:
    plain = unicodedata.normalize("NFKC", typed).upper()
    for dash in "\u2010\u2011\u2012\u2013\u2014\u2212":
        plain = plain.replace(dash, "-")
    return "".join(plain.split())
