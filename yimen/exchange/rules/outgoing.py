"""What leaves in a spreadsheet must never be run by one."""

_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def harmless(text: str) -> str:
    """The text with an apostrophe in front when a spreadsheet would take it for a formula (OWASP: CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTERS) else text
