"""One entrance to all cleaning."""

from collections.abc import Callable, Mapping

from yimen.exchange.rules.cells.coded import clean_code, clean_community, clean_kind, clean_yes
from yimen.exchange.rules.cells.dates import clean_date
from yimen.exchange.rules.cells.numbers import clean_number, clean_phone
from yimen.exchange.rules.cells.places import clean_door, clean_part
from yimen.exchange.rules.cells.texts import clean_count, clean_decimal, clean_name, clean_text
from yimen.exchange.rules.cells.tidy import of_no_use, said
from yimen.exchange.rules.cells.verdicts import Context, State, Verdict, ok
from yimen.exchange.rules.fields import Field
from yimen.exchange.rules.sheets import Cell

_EMPTY = Verdict(State.OK, "")
_Cleaner = Callable[[Field, Cell, str, Context], Verdict]


def clean(of: Field, cell: Cell, context: Context) -> Verdict:
    """The verdict over one cell; an empty cell is ok and says nothing."""
    raw = said(cell)
    if not raw:
        return _EMPTY
    verdict = _CLEANERS[of.type](of, cell, raw, context) if of.type in _OWN_WORDS else None
    if verdict and verdict.state is not State.REFUSED:
        return verdict
    if nothing := of_no_use(raw):
        return ok("", raw) if of.type in _LOOSE and nothing.state is State.FIXABLE else nothing
    return verdict or _CLEANERS[of.type](of, cell, raw, context)


_OWN_WORDS = frozenset({"yes", "kind", "code"})  # a word for nothing may be one of their own
_LOOSE = frozenset({"text", "kind", "code", "yes", "count", "decimal"})  # nothing is lost when such a word is left out
_CLEANERS: Mapping[str, _Cleaner] = {
    "text": lambda of, cell, raw, context: clean_text(raw, of.most),
    "name": lambda of, cell, raw, context: clean_name(raw, of.most),
    "number": lambda of, cell, raw, context: clean_number(cell, raw, context),
    "phone": lambda of, cell, raw, context: clean_phone(raw, context),
    "date": lambda of, cell, raw, context: clean_date(cell, raw, context, of.name),
    "code": lambda of, cell, raw, context: clean_code(of.codes, raw),
    "count": lambda of, cell, raw, context: clean_count(cell, raw),
    "decimal": lambda of, cell, raw, context: clean_decimal(raw),
    "yes": lambda of, cell, raw, context: clean_yes(raw),
    "part": lambda of, cell, raw, context: clean_part(cell, raw, of.name, of.most),
    "door": lambda of, cell, raw, context: clean_door(cell, raw),
    "community": lambda of, cell, raw, context: clean_community(raw, context),
    "kind": lambda of, cell, raw, context: clean_kind(raw),
}
