"""A sentence is an English msgid with its parameters: kept as JSON, and said later in the language of whoever reads."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


def to_say(message: str, **params: Any) -> dict[str, Any]:
    """A sentence that a job leaves for a page."""
    return {"message": message, "params": {name: str(value) for name, value in params.items()}}


def told(sentence: Mapping[str, Any]) -> str:
    """A kept sentence, "" where none was kept."""
    return said(sentence["message"], sentence["params"]) if sentence else ""


def said(message: str, params: Mapping[str, Any]) -> str:
    """A sentence in the reader's language, "" for none."""
    if not message:
        return ""
    return gettext(message) % params if params else gettext(message)
