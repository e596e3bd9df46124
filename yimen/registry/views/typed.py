"""What the forms of the register share: what was typed, and where to go next."""

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import actor_of
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, text
from yimen.registry.queries.search import DoorRow, doors_named


def to(ref: str, key: str) -> HttpResponse:
    """Back to the resident, saying what was done."""
    return HttpResponseRedirect(f"/people/{ref}?done={key}")


def day(request: HttpRequest, name: str) -> date:
    """A date typed into a form; today when it is empty."""
    typed = text(request, name, limit=20)
    if not typed:
        return local(asked_at(request)).date()
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RuleBroken(
            N_("%(text)s is not a real date. Write it such as 2026-11-23."), field=name, text=typed
        ) from None


def version(request: HttpRequest) -> int | None:
    """The version of the record that the form was made from."""
    typed = text(request, "version", limit=9)
    return int(typed) if typed.isascii() and typed.isdigit() else None


def chosen_door(request: HttpRequest) -> tuple[str, list[DoorRow]]:
    """The dwelling chosen or meant, and, when the words fit several, those to choose from. What was chosen holds while
    the words are those it was chosen for."""
    chosen, words = text(request, "dwelling", limit=12), text(request, "chosen_for", limit=160)
    if chosen and words == text(request, "door", limit=160):
        return chosen, []
    found = doors_named(actor_of(request), text(request, "door", limit=160, required=True))
    if not found:
        raise RuleBroken(N_("There is no such door. Search for it, such as 3-502, and choose one."), field="door")
    return (found[0].ref, []) if len(found) == 1 else ("", found)


CHOOSE = N_("Several doors fit. Choose the one you mean.")
