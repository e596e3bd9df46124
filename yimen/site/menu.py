"""The rail: words of the mission, only groups that have pages, and only pages the role may open."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.access.matrix import MATRIX
from yimen.core.actor import Actor, Role
from yimen.core.errors import N_
from yimen.orgs import queries as orgs
from yimen.portal.kept import Kept
from yimen.registry.queries.duplicates import count_open


@dataclass(frozen=True, slots=True)
class Entry:
    title: str
    href: str
    verb: str


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry(N_("Workbench"), "/", "workbench.open"),)),
    (
        N_("Community platform"),
        (
            Entry(N_("One-door intake"), "/intake", "case.accept"),
            Entry(N_("Cases"), "/cases", "case.list"),
            Entry(N_("Supervision"), "/supervise", "supervise.open"),
            Entry(N_("Catalogue"), "/catalogue", "catalogue.read"),
        ),
    ),
    (
        N_("One post, many skills"),
        (
            Entry(N_("A/B posts"), "/cover", "cover.read"),
            Entry(N_("Skill matrix"), "/skills", "skill.read"),
            Entry(N_("Stations"), "/station", "station.read"),
        ),
    ),
    (
        N_("Patch responsibility"),
        (
            Entry(N_("My patch"), "/my-patch", "walk.read"),
            Entry(N_("Walk on the phone"), "/m", "visit.walk"),
            Entry(N_("Patches"), "/patches", "patch.read"),
            Entry(N_("Visits"), "/visits", "visit.list"),
            Entry(N_("Journal"), "/journal", "journal.read"),
            Entry(N_("Findings"), "/findings", "finding.list"),
            Entry(N_("Contacts"), "/contacts", "contact.list"),
            Entry(N_("Contact boxes"), "/contact-boxes", "box.list"),
            Entry(N_("Chat groups"), "/channels", "channel.list"),
            Entry(N_("Boards and cards"), "/patches/signs", "sign.read"),
            Entry(N_("Must-visit households"), "/vulnerable", "vulnerable.list"),
            Entry(N_("Buildings"), "/buildings", "building.list"),
            Entry(N_("Map"), "/map", "map.read"),
            Entry(N_("Coverage"), "/coverage", "coverage.open"),
        ),
    ),
    (
        N_("Shared information"),
        (
            Entry(N_("Residents"), "/people", "resident.list"),
            Entry(N_("Rosters"), "/imports", "import.read"),
            Entry(N_("Duplicates"), "/duplicates", "duplicate.list"),
        ),
    ),
    (
        N_("Administration"),
        (
            Entry(N_("Approvals"), "/approvals", "approval.read"),
            Entry(N_("Accounts and posts"), "/accounts", "account.list"),
            Entry(N_("Working calendar"), "/calendar", "calendar.load"),
            Entry(N_("Permission matrix"), "/matrix", "matrix.read"),
            Entry(N_("Trail"), "/trail", "trail.read"),
            Entry(N_("Unusual look-ups"), "/unusual", "unusual.read"),
        ),
    ),
)


_waiting: Kept[str, int] = Kept(20)


def menu(actor: Actor, path: str) -> list[dict[str, Any]]:
    """Groups of the rail for this actor, the current page marked, with a count where somebody must act. Shared between
    requests: not to be changed."""
    waits = _waiting.get(actor.reach, lambda: count_open(actor)) if actor.role in MATRIX["duplicate.list"] else 0
    return _menu(actor.role, _current(path), get_language() or "", waits)


def _current(path: str) -> str:
    """The address of the entry under which a page lies, the nearest of several, "" for none."""
    if path.endswith("/receipt"):
        return "/intake"  # of a visit to the counter; the entry of the same name is about visits to homes
    hrefs = (entry.href for _title, entries in MENU for entry in entries)
    found = (href for href in hrefs if path == href or (href != "/" and path.startswith(f"{href}/")))
    return max(found, key=len, default="")


@cache
def _menu(role: Role, current: str, language: str, waits: int) -> list[dict[str, Any]]:
    """`language` is part of the key: the words are those of the active language."""
    groups = []
    for title, entries in MENU:
        items = [
            {
                "title": _(entry.title),
                "href": entry.href,
                "current": entry.href == current,
                "count": _count(waits) if entry.href == "/duplicates" else "",
            }
            for entry in entries
            if role in MATRIX[entry.verb]
        ]
        if items:
            groups.append({"title": _(title) if title else "", "items": items})
    return groups


def _count(waits: int) -> str:
    """A hundred stands for more."""
    return f"{waits - 1}+" if waits >= 100 else str(waits or "")


def place(actor: Actor) -> dict[str, Any]:
    """Where I am and as what, in words."""
    return {"name": orgs.division_name(actor.reach), "seat": orgs.seat_label(actor), "can_switch": actor.can_switch}
