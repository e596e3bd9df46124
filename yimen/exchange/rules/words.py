"""The words of rosters, read once from their reviewed files."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).resolve().parents[1] / "data"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARKS = re.compile(r"[^0-9a-z\u3007\u3400-\u9fff]+")
_BRACKETS = re.compile(r"[(\[{\u3010\u300a\u3014][^()\u3010\u3011]*[)\]}\u3011\u300b\u3015]")


def plain(text: str) -> str:
    """A header as it is compared: half-width, small letters, without brackets, spaces and marks."""
    half = text.translate(_FULL_WIDTH).lower()
    return _MARKS.sub("", _BRACKETS.sub("", half)) or _MARKS.sub("", half)


@cache
def load(name: str) -> Any:
    """A file of words."""
    return yaml.safe_load((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def headers() -> Mapping[str, str]:
    """Field by compared header."""
    return {plain(word): field for field, words in load("headers").items() for word in reversed(words)}
