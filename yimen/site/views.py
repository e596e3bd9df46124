"""Doors of the site itself."""

from collections import Counter
from itertools import groupby
from operator import attrgetter

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door, public_door
from yimen.access.typed import KEY, to_list, typed
from yimen.core.errors import N_, RuleBroken
from yimen.core.web import asked_at, fragment, is_fragment, page, pages_around, sentence, text
from yimen.orgs.queries import division_name
from yimen.registry.rules.search import clean
from yimen.site import classification
from yimen.site.menu import menu
from yimen.site.search import Found, find

HELP = {
    "/": N_("What you must do now, first what is late"),
    "/intake": N_("A resident at the counter: who, what, papers, promise, receipt"),
    "/cases": N_("Everything taken in within your reach, with its deadline"),
    "/supervise": N_("What is stuck, why, and with whom"),
    "/catalogue": N_("The matters: what to bring, how long it takes, who decides"),
    "/cover": N_("Who is A and B of each post, who is away, who stands in"),
    "/skills": N_("What each worker can do, and what only one can"),
    "/station": N_("Workers, hall and opening hours against the norm"),
    "/people": N_("Residents, households and where they live"),
    "/imports": N_("Bring in a spreadsheet: look at what it would do, mend all similar cells at once, write, undo"),
    "/accounts": N_("Who signs in, in which posts"),
    "/approvals": N_("What waits for a second person, what you asked for, and your files"),
    "/calendar": N_("Which days count; load the next year here"),
    "/matrix": N_("What each role may do"),
    "/trail": N_("Who did and looked at what"),
}


@door("help.read")
def help_page(request: HttpRequest) -> HttpResponse:
    """What this role can do, page by page."""
    entries = [entry for group in menu(actor_of(request), request.path) for entry in group["items"]]
    guides = [{**entry, "words": _(words)} for entry in entries if (words := HELP.get(entry["href"]))]
    return page(request, "site/help.html", {"guides": guides})


@door("help.read")
def keys(request: HttpRequest) -> HttpResponse:
    """The keys."""
    return page(request, "site/help_keys.html")


@public_door()
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return JsonResponse({"status": "ok"})


@door("matrix.read")
def fields(request: HttpRequest) -> HttpResponse:
    """What the tables hold of a person, how it is kept, who sees it and for how long: the reviewed file itself."""
    chosen = text(request, "class", limit=12)
    wanted = (chosen,) if chosen in classification.CLASSES else classification.OF_A_PERSON
    said = [line for line in classification.lines() if line.class_ in wanted]
    context = {
        "tables": [(model, list(rows)) for model, rows in groupby(said, key=attrgetter("model"))],
        "chosen": chosen if chosen in classification.CLASSES else "",
        "classes": [(code, _(words)) for code, words in classification.CLASSES.items()],
        "counts": Counter(line.class_ for line in classification.lines()),
        "words": {
            code: _(words)
            for table in (classification.CLASSES, classification.KEPT, classification.SHOWN, classification.UNTIL)
            for code, words in table.items()
        },
    }
    return page(request, "site/fields.html", context)


PAGE = 20  # people on one page of results


@door("search.ask", "GET", "POST")
def search_page(request: HttpRequest) -> HttpResponse:
    """Search anything. What is asked comes by POST, so that no name or number stands in an address; htmx gets the rows
    alone."""
    actor, at = actor_of(request), asked_at(request)
    if request.method == "POST":
        q = clean(request.POST.get("q", ""))
        if is_fragment(request):
            return fragment(request, "site/finder.html", vars_of(find(actor, q, at)))
        return to_list(request, {}, {"q": q})
    context: dict[str, object] = {"q": "", "groups": (), "error": ""}
    context |= {"is_wide": len(actor.reach) < 12, "division_name": division_name}
    try:
        q = typed(request).get("q", "")
    except RuleBroken as ended:
        return page(request, "site/search.html", context | {"error": sentence(ended)}, status=422)
    if q:
        found = find(actor, q, at, PAGE, after=clean(text(request, "after", limit=12)))
        last = found.people.people[-1].ref if found.people.more and found.people.people else ""
        context |= {"q": q, "groups": found.groups, "people": found.people.people}
        context["pages"] = pages_around(request, {KEY: request.GET[KEY]}, last)
    return page(request, "site/search.html", context)


def vars_of(found: Found) -> dict[str, object]:
    """The answer as the rows of the box want it."""
    return {"groups": found.groups, "exact": found.exact}
