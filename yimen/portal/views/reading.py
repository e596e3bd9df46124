"""What everybody may read: home, guides, what to bring, promises, statements."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from yimen.access.gate import public_door
from yimen.cases.queries import resident as cases
from yimen.catalogue import queries as catalogue
from yimen.catalogue.queries import Version, words
from yimen.catalogue.rules import ItemStatus
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.core.web import asked_at, text
from yimen.portal.kept import Kept
from yimen.portal.queries import guides
from yimen.portal.surroundings import remember, safe_next, show

_often_asked: Kept[str, list[str]] = Kept(600)


def moment(request: HttpRequest) -> datetime:
    """The time of the request."""
    return asked_at(request)


def today(request: HttpRequest) -> date:
    """The local day of the request."""
    return local(moment(request)).date()


@public_door()
def home(request: HttpRequest) -> HttpResponse:
    """Four doors, one box, what is asked for most."""
    return show(request, "portal/home.html", {"often": _often(request)})


def _often(request: HttpRequest) -> list[guides.Row]:
    live = catalogue.live(today(request))
    codes = _often_asked.get("", lambda: cases.asked_most(limit=4))
    return [guides.row_of(live[code]) for code in codes if code in live]


@public_door()
def guide_list(request: HttpRequest) -> HttpResponse:
    """All categories, one of them, or what the words in the box find."""
    asked, category, day = text(request, "q", limit=60), text(request, "category", limit=8), today(request)
    if asked:
        return show(request, "portal/found.html", {"asked": asked, "matters": guides.find(asked, day)})
    name = guides.category_name(category)
    if name:
        context = {"name": name, "matters": guides.in_category(category, day)}
        return show(request, "portal/category.html", context)
    context = {"categories": guides.categories(day), "often": _often(request)}
    return show(request, "portal/guides.html", context)


@public_door()
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Everything about one matter, before coming."""
    version = _version(request, code)
    papers = guides.papers(version.item, today(request), {})
    return show(request, "portal/guide.html", _about(version) | {"papers": papers, "bring": _count(papers)})


def _version(request: HttpRequest, code: str) -> Version:
    found = catalogue.live(today(request)).get(code)
    if found is None:
        raise NotFound()
    return found


def _count(papers: list[guides.Paper]) -> int:
    return sum(paper.bring for paper in papers)


def _about(version: Version) -> dict[str, object]:
    item = version.item
    return {
        "code": item.code,
        "name": words(item.name),
        "category": guides.category_name(item.category),
        "category_code": item.category,
        "result": words(item.result.name),
        "who": guides.lines(item.guide.who),
        "steps_": guides.lines(item.guide.steps),
        "returns": [(words(one.reason), words(one.repair)) for one in item.guide.returns],
        "cost": words(item.guide.cost),
        "where": words(item.guide.where),
        "promised": guides.limit_words(item.promised_days),
        "legal": guides.limit_words(item.legal_days) if item.legal_days is not None else "",
        "calendar_note": words(item.calendar_note) if item.calendar_note else "",
        "questions": len(guides.questions(item)),
        "is_closed": item.status is ItemStatus.HISTORIC,
        "is_proactive": item.initiation == "proactive",
        "decision_no": version.decision_no,
        "from_on": version.from_on,
        "is_confirmed": guides.is_confirmed(version),
    }


@public_door("GET", "POST")
def check(request: HttpRequest, code: str) -> HttpResponse:
    """A few questions, then the exact list. The answers stay out of the address."""
    version = _version(request, code)
    asked = guides.questions(version.item)
    answers = {choice.name: text(request, choice.name, limit=20) for choice in asked}
    if asked and request.method == "GET":
        return show(request, "portal/check.html", _about(version) | {"choices": asked})
    unanswered = [choice for choice in asked if answers[choice.name] not in dict(choice.options)]
    if unanswered:
        context = _about(version) | {"choices": asked, "answers": answers, "unanswered": unanswered}
        return show(request, "portal/check.html", context, status=422)
    papers = guides.papers(version.item, today(request), answers, proxy=answers.get(guides.PROXY) == "proxy")
    given = [(choice.legend, dict(choice.options)[answers[choice.name]]) for choice in asked]
    context = {"papers": papers, "bring": _count(papers), "given": given, "fits": answers.get(guides.FITS, "")}
    return show(request, "portal/checked.html", _about(version) | context)


@public_door()
def promises(request: HttpRequest) -> HttpResponse:
    """The published promises: each matter's limit beside the legal one."""
    groups = guides.promises(today(request))
    every = [line for _name, lines in groups for line in lines]
    shorter = sum(line.is_shorter for line in every)
    return show(request, "portal/promises.html", {"groups": groups, "count": len(every), "shorter": shorter})


@public_door()
def accessibility(request: HttpRequest) -> HttpResponse:
    """How everybody can use these pages."""
    return show(request, "portal/accessibility.html")


@public_door()
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept and who sees it, in plain words."""
    return show(request, "portal/privacy.html")


@public_door("POST")
def elder(request: HttpRequest) -> HttpResponse:
    """Switch the view for elders on, larger, or off, and stay on the page."""
    response = HttpResponseRedirect(safe_next(request, text(request, "next", limit=2000)))
    chosen = text(request, "elder", limit=1)
    remember(response, "elder", chosen if chosen in ("1", "2") else "0")
    return response
