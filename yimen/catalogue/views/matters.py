"""The catalogue as staff read it: every matter, what it says, what it said before."""

from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.catalogue import queries
from yimen.catalogue.queries import Version, words
from yimen.catalogue.queries.wording import LIMIT_SOURCES
from yimen.catalogue.rules import AccessKind, Item, ItemStatus, read_defaults
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound
from yimen.core.web import done, page, text
from yimen.orgs import queries as orgs

_DONE = {
    "published": N_("Published. Open cases keep the version they were taken under."),
    "set": N_("Saved. Conditions that use the number answer with it from now on."),
}


def today(request: HttpRequest) -> date:
    """The local day of the request."""
    return local(cast(Any, request).at).date()


@door("catalogue.read")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every matter in force, by category; found by words, post or category."""
    day = today(request)
    asked = {name: text(request, name, limit=60) for name in ("q", "post", "category")}
    counted, shelf = queries.counted(day), queries.shelf()
    found = _found(asked, day)
    groups = [
        (words(category.name), rows)
        for category in shelf.categories.values()
        if (rows := [_row(version) for version in found if version.item.category == category.code])
    ]
    context = {
        "counted": counted,
        "groups": groups,
        "shown": len(found),
        "asked": asked,
        "posts": [(code, orgs.post_name(code)) for code in orgs.post_codes()],
        "categories": [(row.code, words(row.name)) for row in shelf.categories.values()],
        "may_edit": may(actor_of(request), "catalogue.publish"),
        "unset": sum(not row.value for row in queries.parameters_shown(day)),
    }
    return page(request, "catalogue/catalogue.html", context)


def _found(asked: dict[str, str], day: date) -> list[Version]:
    live = queries.live(day)
    rows = list(live.values())
    if asked["q"]:
        rows = queries.find_matters(asked["q"], day, len(live)) or queries.matters_meant(asked["q"], day)
    return [
        version
        for version in rows
        if asked["post"] in ("", version.item.post) and asked["category"] in ("", version.item.category)
    ]


def _row(version: Version) -> dict[str, Any]:
    item = version.item
    return {
        "code": item.code,
        "name": words(item.name),
        "post": orgs.post_name(item.post),
        "department": orgs.department_name(item.department),
        "level": queries.level_words(item.decision_level),
        "promised": queries.days_words(item.promised_days),
        "legal": queries.days_words(item.legal_days),
        "papers": len(item.materials),
        "version": version,
        "is_closed": item.status is ItemStatus.HISTORIC,
        "is_restricted": item.access is AccessKind.RESTRICTED,
    }


def chosen_version(code: str, day: date, number: str = "") -> Version:
    """The version of that number, else the one in force, else the last."""
    versions = queries.history(code)
    if not versions:
        raise NotFound()
    if number:
        versions = [version for version in versions if str(version.number) == number]
        if not versions:
            raise NotFound()
    return next((version for version in versions if version.holds_on(day)), versions[0])


@door("catalogue.read")
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One matter whole, with its versions and what each changed."""
    day = today(request)
    version = chosen_version(code, day, text(request, "version", limit=4))
    versions = queries.history(code)
    context = {
        "version": version,
        "in_force": version.holds_on(day),
        "about": about(version.item),
        "versions": [
            (one, queries.changes_between(before.item, one.item) if before else [])
            for one, before in zip(versions, [*versions[1:], None], strict=True)
        ],
        "may_edit": may(actor_of(request), "catalogue.publish"),
        "messages": done(request, _DONE),
    }
    return page(request, "catalogue/matter.html", context)


def about(item: Item) -> dict[str, Any]:
    """A matter in words, as its page and the preview show it."""
    facts = read_defaults().facts
    return {
        "code": item.code,
        "name": words(item.name),
        "category": words(queries.shelf().categories[item.category].name),
        "post": orgs.post_name(item.post),
        "department": orgs.department_name(item.department),
        "level": queries.level_words(item.decision_level),
        "promised": queries.days_words(item.promised_days),
        "legal": queries.days_words(item.legal_days),
        "source": LIMIT_SOURCES[item.limit_source],
        "calendar_note": words(item.calendar_note) if item.calendar_note else "",
        "result": words(item.result.name),
        "is_restricted": item.access is AccessKind.RESTRICTED,
        "is_closed": item.status is ItemStatus.HISTORIC,
        "note": words(item.note) if item.note else "",
        "conditions": [queries.condition_words(clause) for clause in item.conditions],
        "papers": [(queries.material_name(code), _way(item, code)) for code in item.materials],
        "questions": [
            (words(one.label), [(words(answer.label), _effect(answer)) for answer in one.answers]) for one in item.ask
        ],
        "form": [
            (words(field.label), queries.kind_words(field.type), field.required, _fact(facts, field.fact))
            for field in item.form
        ],
        "guidance": [words(line) for line in item.beside_the_form],
        "who": [words(line) for line in item.guide.who],
        "steps": [words(line) for line in item.guide.steps],
        "returns": [(words(one.reason), words(one.repair)) for one in item.guide.returns],
        "cost": words(item.guide.cost),
        "where": words(item.guide.where),
    }


def _way(item: Item, code: str) -> str:
    """The state a paper begins in on the checklist."""
    if code in item.look_only:
        return "look"
    if code in item.declare_instead:
        return "promised"
    material = queries.shelf().materials.get(code)
    return "shared" if material and (material.holder or material.made_here) else "missing"


def _effect(answer: Any) -> tuple[list[str], list[str]]:
    return [queries.material_name(code) for code in answer.adds], [
        queries.material_name(code) for code in answer.waives
    ]


def _fact(facts: Any, code: str) -> str:
    if not code:
        return ""
    found = facts.get(code) or read_defaults().attributes.get(code)
    return words(found.name) if found else code
