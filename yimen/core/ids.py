"""Identifiers: time-ordered UUIDs inside, short random references outside."""

import secrets
import time
from uuid import UUID

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32: no i, l, o, u
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def uuid7(milliseconds: int, random_bits: int) -> UUID:
    """A version 7 UUID (RFC 9562) of a moment in Unix milliseconds and 74 random bits."""
    return UUID(int=uuid7_value(milliseconds, random_bits))


def uuid7_value(milliseconds: int, random_bits: int) -> int:
    """The same as the whole number it is."""
    high = (milliseconds & 0xFFFFFFFFFFFF) << 16 | 0x7000 | (random_bits >> 62 & 0xFFF)
    return high << 64 | 0b10 << 62 | random_bits & 0x3FFFFFFFFFFFFFFF


def new_id() -> UUID:
    """A fresh identifier, ordered by time so that indexes grow at one end."""
    return uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def ref_of(random_bits: int) -> str:
    """Twelve characters for 60 random bits."""
    return "".join([_PAIRS[random_bits >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0)])


def new_ref() -> str:
    """A fresh public reference for URLs: 12 characters, unguessable."""
    return ref_of(secrets.randbits(60))
