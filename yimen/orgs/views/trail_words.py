"""The trail in words: what a thing is called, which of its details changed, and the small codes they hold."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.core.errors import N_
from yimen.orgs import queries

KINDS = {
    "account": N_("account"),
    "resident": N_("resident"),
    "duplicate": N_("pair of records"),
    "case": N_("case"),
    "visit": N_("call at the door"),
    "import": N_("roster"),
    "place": N_("building or door"),
    "household": N_("household"),
    "seat": N_("post"),
    "calendar": N_("calendar"),
    "station": N_("station"),
    "division": N_("division"),
    "outline": N_("outlines"),
    "department": N_("department"),
    "post": N_("post"),
    "service_system": N_("service system"),
    "catalogue": N_("catalogue"),
    "item": N_("matter"),
    "trail": N_("trail"),
    "key": N_("key"),
    "flag": N_("unusual look-up"),
    "flags": N_("unusual look-ups"),
    "people": N_("residents"),
    "dwelling": N_("door"),
    "building": N_("building"),
    "draft": N_("draft"),
    "follow_up": N_("call-back"),
    "parameter": N_("city number"),
    "approval": N_("request"),
    "export": N_("file"),
    "figures": N_("figures"),
    "box": N_("contact box"),
    "channel": N_("chat group"),
    "contact": N_("contact"),
    "contacts": N_("contacts"),
    "demo": N_("demonstration"),
    "device": N_("phone to walk with"),
    "finding": N_("finding of a visit"),
    "ground": N_("file of outlines"),
    "journal": N_("journal"),
    "load": N_("registration in bulk"),
    "patch": N_("patch"),
    "plan": N_("division of patches"),
    "print": N_("boards and cards"),
    "publication": N_("published division of patches"),
    "rule": N_("rule of must-visits"),
    "visits": N_("calls at the door"),
    "vulnerable": N_("must-visit households"),
}
CHANGES = {
    "accepted": N_("taken over"),
    "account": N_("account"),
    "already": N_("done before"),
    "asked": N_("a fact asked to confirm the person"),
    "case": N_("case"),
    "changed": N_("changed"),
    "code": N_("paper"),
    "compounds": N_("compounds"),
    "doors": N_("doors"),
    "due": N_("due ones only"),
    "dwellings": N_("doors"),
    "emptied_at": N_("emptied at"),
    "entry": N_("entry"),
    "faults": N_("faults"),
    "first": N_("first day"),
    "fix": N_("correction"),
    "fixable": N_("can be corrected"),
    "found": N_("found"),
    "grounds": N_("grounds"),
    "groups": N_("groups"),
    "handlers": N_("named handlers"),
    "households": N_("households"),
    "into": N_("into patch"),
    "is_late": N_("written down later"),
    "key": N_("key"),
    "last": N_("last day"),
    "letters": N_("letters"),
    "line": N_("line"),
    "lines": N_("lines"),
    "matter": N_("matter"),
    "matters": N_("matters"),
    "merged": N_("merged"),
    "missing": N_("papers missing"),
    "month": N_("month"),
    "moved": N_("stairwells moved"),
    "name": N_("name"),
    "new": N_("new"),
    "number": N_("its number"),
    "numbers": N_("patches"),
    "on": N_("on"),
    "owner": N_("taken by"),
    "patch": N_("patch"),
    "patches": N_("patches"),
    "person": N_("person"),
    "phone": N_("phone"),
    "place": N_("place"),
    "prefix": N_("division or beginning"),
    "proxy": N_("by proxy"),
    "reference": N_("how it was measured"),
    "refused": N_("rows not taken"),
    "replaces": N_("in place of"),
    "residents": N_("residents"),
    "row": N_("row"),
    "rule": N_("rule"),
    "same": N_("the same"),
    "scale": N_("size"),
    "seconds": N_("seconds"),
    "sessions": N_("sign-ins ended"),
    "side": N_("side"),
    "sides": N_("sides"),
    "since": N_("since"),
    "stairwells": N_("stairwells"),
    "stays": N_("stays"),
    "subject": N_("subject"),
    "traits": N_("traits"),
    "undone": N_("undone"),
    "until": N_("until"),
    "verb": N_("act"),
    "via": N_("way"),
    "visit": N_("call at the door"),
    "answer": N_("answer"),
    "by": N_("asked by"),
    "called_off": N_("called off"),
    "count": N_("how many"),
    "days": N_("working days"),
    "document": N_("document number"),
    "due_on": N_("due date"),
    "fields": N_("fields"),
    "from": N_("was before"),
    "gaps": N_("missing papers"),
    "holidays": N_("days that rest"),
    "kept": N_("kept"),
    "kind": N_("kind"),
    "level": N_("level"),
    "makeup": N_("make-up days"),
    "outcome": N_("result"),
    "post": N_("post"),
    "provisional": N_("provisional"),
    "reason": N_("reason"),
    "role": N_("role"),
    "rows": N_("rows"),
    "shown": N_("shown"),
    "state": N_("state"),
    "to": N_("changed to"),
    "version": N_("version"),
    "year": N_("year"),
}
CHANGES_OF = {  # where an act says another thing by the same key
    ("case.rate", "level"): N_("mark"),
    ("case.warn", "level"): N_("warning"),
    ("demo.build", "reference"): N_("day"),
}
ASKED = {
    "name": N_("a name"),
    "number": N_("an identity number"),
    "phone": N_("a phone number"),
    "tail": N_("the end of a number"),
    "door": N_("a door"),
    "case": N_("a case number"),
    "words": N_("words"),
}
VALUES = {
    "accepted": N_("accepted"),
    "address": N_("address"),
    "all": N_("all"),
    "answered": N_("answered"),
    "approved": N_("approved"),
    "assessment": N_("assessment"),
    "board": N_("board"),
    "card": N_("card"),
    "city": N_("city"),
    "closes_at": N_("closes at"),
    "community": N_("community"),
    "correction": N_("papers to be handed in"),
    "declined": N_("declined"),
    "district": N_("district"),
    "done": N_("done"),
    "door": N_("door"),
    "explained": N_("explained"),
    "export": N_("file"),
    "granted": N_("allowed"),
    "hall_area": N_("hall area"),
    "kept": N_("on file"),
    "late": N_("overdue"),
    "look": N_("looked at"),
    "missing": N_("missing"),
    "name": N_("name"),
    "notice": N_("public notice"),
    "number": N_("identity number"),
    "open": N_("not answered yet"),
    "opens_at": N_("opens at"),
    "passed_on": N_("passed on"),
    "pending": N_("waits for a second person"),
    "phone": N_("phone"),
    "pool": N_("whoever claims it"),
    "promised": N_("replaced by a declaration"),
    "reading": N_("reading of the name"),
    "ready": N_("can be fetched"),
    "recalled": N_("called back"),
    "refused": N_("refused"),
    "residence": N_("place of residence"),
    "resident": N_("the resident"),
    "seat": N_("post"),
    "server": N_("on the server"),
    "shared": N_("shared by a department"),
    "soon": N_("nearly due"),
    "street": N_("street"),
    "taker": N_("whoever took it in"),
    "us": N_("us"),
    "waived": N_("not needed"),
    "withdrawn": N_("withdrawn"),
}


def changes_in_words(changes: Any, verb: str) -> str:
    """What changed, for the eye: names of keys in words, a list of people as a number. The export keeps it raw."""
    if not isinstance(changes, dict):
        return _(", ").join(_code_in_words(str(name)) for name in changes)
    told = [
        _("%(name)s: %(value)s") % {"name": _name_of(verb, name), "value": _value_in_words(name, value)}
        for name, value in changes.items()
        if value not in ("", None, [])
    ]
    return _("; ").join(told)


def _name_of(verb: str, key: str) -> str:
    words = CHANGES_OF.get((verb, key)) or CHANGES.get(key)
    return _(words) if words else key


def _value_in_words(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "shown" and isinstance(value, list):
        return ngettext("%(num)s resident", "%(num)s residents", len(value)) % {"num": len(value)}
    if name == "by":  # what a search asked by, without its words: "name+tail"
        return _(", ").join(_(ASKED[part]) if part in ASKED else part for part in str(value).split("+"))
    if name == "to" and str(value).isdecimal() and len(str(value)) in (4, 6, 9, 12):
        return queries.division_name(str(value))
    return _(", ").join(_code_in_words(str(one)) for one in value) if isinstance(value, list) else _code_in_words(value)


def _code_in_words(value: Any) -> str:
    return _(VALUES[value]) if isinstance(value, str) and value in VALUES else str(value)
