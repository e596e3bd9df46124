"""What every cell may carry and no field wants: wide characters, invisible ones, placeholders."""

import re

from yimen.core.errors import N_
from yimen.exchange.rules.cells.verdicts import Verdict, fixable, refused
from yimen.exchange.rules.sheets import UNRESOLVED, Cell, shown
from yimen.exchange.rules.words import half_width, words_of

_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0b-\x1f\x7f]")
_ERRORS = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
LOST_PHONE = N_("A spreadsheet has shortened this number and its digits are lost. Ask the person for it.")
LOST = N_("A spreadsheet has shortened this number and its digits are lost. Type it again from the document.")
_ERROR = N_("The formula in this cell gave an error (%(text)s). Type the value instead.")
_UNRESOLVED = N_(
    "The cell holds a formula, and the file does not carry its result. Open the file in a spreadsheet program, save it "
    "and send it again, or type the value."
)


def said(cell: Cell) -> str:
    """What a cell says, as text; a number as the file wrote it, where that is a plain number."""
    if cell.text and cell.text.isascii() and cell.text.isdigit():
        return cell.text
    return shown(cell).strip()


def tidy(text: str) -> str:
    """Half-width, without invisible characters, single ordinary spaces, without the apostrophe that marks text."""
    return " ".join(_INVISIBLE.sub("", half_width(text)).split()).lstrip("'")


def change(raw: str, kept: str) -> str:
    """The name of the fix that leads from one text to the other; "" when they are the same to everybody."""
    if raw == kept:
        return ""
    return "width" if half_width(raw).replace("\u3000", " ") != raw and raw != half_width(raw) else "spaces"


def of_no_use(raw: str) -> Verdict | None:
    """The verdict over a placeholder or an error; None for something that may be a value."""
    if raw.lower() in words_of("placeholders"):
        return fixable("", raw, "placeholder")
    if raw.lstrip("'") == UNRESOLVED:
        return refused("", _UNRESOLVED)
    if _ERRORS.fullmatch(raw):
        return refused(raw, _ERROR, text=raw)
    return None


def is_shortened(raw: str) -> bool:
    """Whether a long number was written in the short form of spreadsheets: 3.2E+17, 1.38E10."""
    return re.fullmatch(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}", raw) is not None
