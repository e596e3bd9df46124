"""Which styles of a workbook show a number as a date."""

import re

from yimen.exchange.reading.parts import Parts

_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


def date_styles(parts: Parts) -> frozenset[int]:
    """The indexes of cell styles with a date or time format."""
    formats: dict[int, str] = {}
    found: set[int] = set()
    state = {"in": False, "index": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            formats[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            state["in"] = True
        elif tag == "xf" and state["in"]:
            key = _number(attributes.get("numFmtId"))
            if is_date(formats[key]) if key in formats else key in _BUILT_IN:
                found.add(int(state["index"]))
            state["index"] += 1

    def end(tag: str) -> None:
        if tag == "cellXfs":
            state["in"] = False

    if parts.has("xl/styles.xml"):
        parts.whole("xl/styles.xml", start, end)
    return frozenset(found)


def is_date(code: str) -> bool:
    """Whether a number format shows days, months, years or hours."""
    first = _QUIET.sub("", code).split(";")[0].lower()
    return "general" not in first and "@" not in first and re.search("[ymdh]|ss", first) is not None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0
