"""The few words of contacts: how they came, and what became of them."""

from yimen.core.errors import N_

WAYS = {
    "call": N_("call"),
    "box": N_("letter"),
    "group": N_("chat group"),
    "desk": N_("reception"),
    "web": N_("message on the page"),
}
TAKEN = ("call", "box", "group", "desk")  # by staff
STATES = {"open": N_("waits"), "answered": N_("answered"), "case": N_("a case")}
VIEWS = {
    "": N_("All, open first"),
    "mine": N_("For me"),
    "open": N_("Not answered"),
    "callback": N_("To be called back"),
    "answered": N_("Answered"),
    "case": N_("Became cases"),
}
