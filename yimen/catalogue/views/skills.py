"""The skill matrix: what each worker of a station can do of the matters, and what only one can."""

from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.catalogue import queries as catalogue
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound
from yimen.core.web import asked_at, done, page, text
from yimen.orgs import actions as orgs_actions
from yimen.orgs import queries as orgs
from yimen.orgs.queries import Worker

GRADES = (("alone", N_("alone")), ("helped", N_("with help")), ("", N_("not yet")))
_DONE = {"set": N_("Saved.")}


@dataclass(frozen=True, slots=True)
class Row:
    """One matter and what each worker, in the order of the columns, can do: (grade, side of the post or "")."""

    code: str
    name: str
    cells: tuple[tuple[str, str], ...]

    @property
    def alone(self) -> int:
        """How many workers can do it alone."""
        return sum(grade == "alone" for grade, _side in self.cells)


@door("skill.read")
def skills(request: HttpRequest) -> HttpResponse:
    """Matters by category against workers; views of those that one worker or none can do."""
    actor, at = actor_of(request), asked_at(request)
    code = actor.reach if actor.role in orgs.STATION_ROLES else text(request, "station", limit=15)
    if code and not actor.reaches(code):
        raise NotFound()
    today = local(at).date()
    if not code:
        return page(request, "catalogue/skills_stations.html", {"stations": _stations(request, today)})
    people = orgs.workers(code, at=at)
    groups = _groups(people, orgs.grades(people), today)
    rows = [row for _title, group in groups for row in group]
    show = text(request, "show", limit=4)
    wanted = {"one": 1, "none": 0}.get(show)
    context = {
        "name": orgs.division_name(code),
        "people": people,
        "groups": [
            (title, kept) for title, group in groups if (kept := [r for r in group if wanted in (None, r.alone)])
        ],
        "views": _views(show, code if code != actor.reach else "", rows),
        "may_set": may(actor, "skill.set"),
        "messages": done(request, _DONE),
    }
    return page(request, "catalogue/skills.html", context)


def _stations(request: HttpRequest, today: date) -> list[dict[str, Any]]:
    actor, at = actor_of(request), asked_at(request)
    found, below = [], orgs.workers_below(actor.reach, at=at)
    grades = orgs.grades(chain.from_iterable(below.values()))
    for row in orgs.children_of(actor.reach, on=today):
        people = below.get(row.code, [])
        groups = _groups(people, grades, today) if people else []
        rows = [one for _title, group in groups for one in group]
        found.append(
            {
                "code": row.code,
                "name": orgs.division_name(row.code),
                "workers": len(people),
                "one": sum(one.alone == 1 for one in rows),
                "none": sum(one.alone == 0 for one in rows),
            }
        )
    return found


def _groups(people: list[Worker], grades: dict[tuple[UUID, str], str], today: date) -> list[tuple[str, list[Row]]]:
    """The matters in force by category."""
    live, titles = catalogue.live(today), catalogue.shelf().categories
    groups: dict[str, list[Row]] = {code: [] for code in titles}
    for code, version in live.items():
        cells = tuple(_cell(worker, version.item.post, grades.get((worker.account_id, code), "")) for worker in people)
        groups[version.item.category].append(Row(code, catalogue.words(version.item.name), cells))
    return [(catalogue.words(titles[code].name), rows) for code, rows in groups.items() if rows]


def _cell(worker: Worker, post: str, grade: str) -> tuple[str, str]:
    """What a worker can do of a matter; who holds its post does it alone unless the matrix says otherwise."""
    side = worker.posts.get(post, "")
    return grade or ("alone" if side else ""), side


def _views(show: str, station: str, rows: list[Row]) -> list[dict[str, Any]]:
    tail = f"&station={station}" if station else ""
    names = (("all", _("All matters")), ("one", _("Only one worker can")), ("none", _("Nobody alone")))
    counts = {"all": len(rows), "one": sum(r.alone == 1 for r in rows), "none": sum(r.alone == 0 for r in rows)}
    return [
        {
            "title": title,
            "href": f"/skills?show={key}{tail}",
            "count": counts[key],
            "current": key == (show if show in counts else "all"),
        }
        for key, title in names
    ]


@door("skill.set", "GET", "POST")
def worker(request: HttpRequest, ref: str) -> HttpResponse:
    """What one worker can do, set by the head."""
    actor, at = actor_of(request), asked_at(request)
    found = next((one for one in orgs.workers(actor.reach, at=at) if one.ref == ref), None)
    if found is None:
        raise NotFound()
    today = local(at).date()
    if request.method == "POST":
        grades = {code: text(request, f"grade-{code}", limit=8) for code in catalogue.live(today)}
        kept = {code: grade for code, grade in grades.items() if f"grade-{code}" in request.POST}
        orgs_actions.set_skills(actor, account_ref=ref, grades=kept, at=at)
        return HttpResponseRedirect("/skills?done=set")
    grades_now = orgs.grades([found])
    context = {
        "worker": found,
        "groups": _groups([found], grades_now, today),
        "given": {code: grade for (_account_id, code), grade in grades_now.items()},
        "grades": [(key, _(words)) for key, words in GRADES],
    }
    return page(request, "catalogue/skills_worker.html", context)
