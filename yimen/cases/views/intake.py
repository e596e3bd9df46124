"""One door: who, what, proof, confirm. Every band posts and comes back; htmx only shortens the way."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from yimen.access.gate import actor_of, door
from yimen.cases.actions import drafts as drafting
from yimen.cases.actions.intake import accept
from yimen.cases.forms.intake import application_from
from yimen.cases.queries import drafts as waiting
from yimen.cases.queries import intake as asking
from yimen.cases.queries.why import reasons
from yimen.cases.rules.application import WHY_NOT, Application, Brought, Unfinished
from yimen.catalogue import queries as catalogue
from yimen.catalogue.rules import MaterialState
from yimen.core.clock import local
from yimen.core.errors import N_, RuleBroken
from yimen.core.identity import age_on, inspect
from yimen.core.sentences import said
from yimen.core.web import asked_at, fragment, is_fragment, page, sentence, text
from yimen.orgs import queries as orgs
from yimen.registry import actions as registering
from yimen.registry import queries as registry
from yimen.registry.actions.finding import refuse_second_record


def go(request: HttpRequest, target: str) -> HttpResponse:
    """On to another page, for a form and for htmx alike."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


@door("case.accept", "GET", "POST")
def intake(request: HttpRequest) -> HttpResponse:
    """Who came: the box, one's own drafts, a form for somebody new. The sole match is taken at once."""
    actor, at = actor_of(request), asked_at(request)
    if request.method == "GET":
        one = registry.chosen(actor, text(request, "resident", limit=12), at) if "resident" in request.GET else None
        return _who(request, {"people": [one], "one": True} if one else {})
    if chosen := text(request, "resident", limit=12):
        return go(request, f"/intake/{drafting.start(actor, resident_ref=chosen, at=at)}")
    if request.POST.get("then") == "new":
        return _add(request)
    typed = text(request, "q", limit=60)
    if ref := waiting.draft_by_code(actor, typed, at=at):
        return go(request, f"/intake/{ref}")
    if not typed:
        return _who(request, {})
    found = registry.search(actor, typed, at, limit=8)
    if len(found.people) == 1 and not found.more:
        return go(request, f"/intake/{drafting.start(actor, resident_ref=found.people[0].ref, at=at)}")
    context = {"q": typed, "people": found.people, "more": found.more, "asked": True}
    if not found.people:
        question = found.question
        number = question.numbers[0] if question.numbers else ""
        if number and (words := _elsewhere(request, number)):
            return _who(request, {"q": typed, "problems": [{"text": words, "href": ""}]})
        context["adding"] = True
        context |= {"new": {"number": number, "phone": question.phone, "door": question.door, "registered": True}}
        context |= _number_said(request, number)
    return _who(request, context)


def _elsewhere(request: HttpRequest, number: str) -> str:
    """Who serves the holder of a number that is on record out of reach; "" when nobody has it."""
    try:
        refuse_second_record(actor_of(request), number)
    except RuleBroken as error:
        return sentence(error)
    return ""


def _who(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    shown = {"q": "", "new": {}, "errors": {}, "drafts": waiting.drafts(actor, at=at, limit=8), "sex_words": sexes()}
    return page(request, "cases/intake.html", shown | context, status=status)


def _add(request: HttpRequest) -> HttpResponse:
    """Put somebody new on file and go on with them; refusals stand beside the form, which keeps what was typed."""
    actor, at = actor_of(request), asked_at(request)
    new = {name: text(request, name, limit=60) for name in ("name", "number", "door", "phone")}
    registered = request.POST.get("registered") == "1"
    try:
        doors = registry.search(actor, new["door"], at).doors if new["door"] else []
        if len(doors) != 1:
            raise RuleBroken(
                N_("Write the door so that it is found once in this community, such as 3-502."), field="door"
            )
        resident = registering.add_resident(
            actor,
            name=new["name"],
            number=new["number"],
            phone=new["phone"],
            dwelling_ref=doors[0].ref,
            is_registered_here=registered,
            at=at,
        )
    except RuleBroken as error:
        words = sentence(error)
        context = {
            "adding": True,
            "asked": True,
            "new": {**new, "registered": registered},
            "errors": {error.field: words},
            "problems": [{"text": words, "href": f"#f-{error.field}" if error.field else ""}],
            **_number_said(request, new["number"]),
        }
        return _who(request, context, status=422)
    return go(request, f"/intake/{drafting.start(actor, resident_ref=resident.ref, at=at)}")


@door("case.accept", "POST")
def number(request: HttpRequest) -> HttpResponse:
    """What a number says while it is typed: birth date, sex, age, or what is wrong with it. Nobody is looked up."""
    context = _number_said(request, text(request, "number", limit=60))
    return fragment(request, "cases/intake_number.html", {**context, "sex_words": sexes()})


def _number_said(request: HttpRequest, typed: str) -> dict[str, Any]:
    if not typed:
        return {}
    today = local(asked_at(request)).date()
    seen = inspect(typed, today=today)
    years = age_on(seen.birth_on, today) if seen.valid and seen.birth_on else None
    return {"seen": seen, "years": years, "reason": said(seen.reason, seen.params)}


def sexes() -> dict[str, str]:
    """Sex in words (GB/T 2261.1); unknown is not said."""
    return {"1": _("male"), "2": _("female"), "0": "", "9": "", "": ""}


@door("case.accept", "GET", "POST")
def draft(request: HttpRequest, ref: str) -> HttpResponse:
    """One draft: its page, and everything its form sends."""
    actor, at = actor_of(request), asked_at(request)
    if request.method == "GET":
        if number := waiting.visit_of_draft(actor, ref):
            return HttpResponseRedirect(f"/visits/{number}/receipt")
        return _shown(request, ref)
    application = application_from(request)
    if request.headers.get("X-Autosave"):
        drafting.save(actor, ref=ref, application=application, at=at)
        return HttpResponse(status=204, headers={"X-Saved-At": f"{local(at):%H:%M}"})
    if request.POST.get("then") == "accept":
        return _accept(request, ref, application)
    if pressed := text(request, "dismiss", limit=30):
        matter, _space, reason = pressed.partition(" ")
        drafting.set_aside(actor, ref=ref, application=application, matter=matter, reason=reason, at=at)
        matches = None
    else:
        application, matches = _stepped(request, application)
        drafting.save(actor, ref=ref, application=application, at=at)
    then = request.POST.get("then", "")
    if then == "later":
        return go(request, "/intake")
    if then == "notice":
        return _notice(request, ref)
    if matches is None and not is_fragment(request):
        return HttpResponseRedirect(f"/intake/{ref}")
    return _shown(request, ref, matches=matches, typed=text(request, "matter", limit=60))


def _stepped(request: HttpRequest, application: Application) -> tuple[Application, list[tuple[str, str]] | None]:
    """The application after the button that was pressed; and the matters to choose from when the name was not enough
    (None: nothing was asked)."""
    if back := text(request, "propose", limit=12):
        left = {code: reason for code, reason in application.dismissed.items() if code != back}
        return replace(application, dismissed=left), None
    if added := text(request, "add", limit=12):
        return _with(application, added), None
    typed = text(request, "matter", limit=60)
    if not typed or request.POST.get("then") not in ("add", None):
        return application, None
    found = catalogue.find_matters(typed, local(asked_at(request)).date(), limit=9)
    if len(found) == 1:
        return _with(application, found[0].code), None
    found = found or catalogue.matters_meant(typed, local(asked_at(request)).date(), limit=9)
    return application, [(version.code, catalogue.words(version.item.name)) for version in found]


def _with(application: Application, code: str) -> Application:
    return replace(application, matters=tuple(dict.fromkeys((*application.matters, code))))


def _accept(request: HttpRequest, ref: str, application: Application) -> HttpResponse:
    actor, at = actor_of(request), asked_at(request)
    try:
        receipt = accept(actor, draft_ref=ref, application=application, at=at)
    except RuleBroken as error:
        drafting.save(actor, ref=ref, application=application, at=at)  # nothing typed is lost
        return _shown(request, ref, error=error)
    return go(request, f"/visits/{receipt.number}/receipt")


def _notice(request: HttpRequest, ref: str) -> HttpResponse:
    actor = actor_of(request)
    try:
        drafting.give_notice(actor, ref=ref, at=asked_at(request))
    except RuleBroken as error:
        return _shown(request, ref, error=error)
    return go(request, f"/intake/{ref}")


def _shown(
    request: HttpRequest,
    ref: str,
    *,
    matches: list[tuple[str, str]] | None = None,
    typed: str = "",
    error: RuleBroken | None = None,
) -> HttpResponse:
    """The page of a draft, or, for htmx, its bands; mistakes in place, what was typed kept."""
    actor, at = actor_of(request), asked_at(request)
    shown = asking.intake_page(actor, ref, at=at)
    problems = _problems(error, shown)
    context = {
        "page": shown,
        "matches": matches,
        "typed": typed,
        "problems": [{"text": words, "href": f"#{_anchor(name)}" if name else ""} for name, words in problems],
        "errors": dict(problems),
        "why": {matter.code: reasons(matter.clock) for matter in shown.matters},
        "seat": orgs.seat_label(actor),
        "station": orgs.division_name(actor.reach),
        "counted": _counted(shown),
        "works": _grouped(shown, [_works(matter, actor.name) for matter in shown.matters]),
        "decides": _grouped(shown, [_decides(matter) for matter in shown.matters]),
        "sex_words": sexes(),
        "changes": _changes(),
        "brought": [
            (Brought.HANDED_IN, _("handed in now")),
            (Brought.DECLARED, _("commitment signed instead")),
            (Brought.LATER, _("to follow, on the notice")),
        ],
        "why_not": [(key, _(words)) for key, words in WHY_NOT.items()],
        "set_aside": _set_aside(shown.application),
        "now": at,
    }
    status = 422 if error else 200
    if not is_fragment(request):
        return page(request, "cases/intake_draft.html", context, status=status)
    answer = fragment(request, "cases/intake_bands.html", context)
    answer.status_code = status
    answer.headers["X-Saved-At"] = f"{local(shown.saved_at):%H:%M}"
    return answer


def _set_aside(application: Application) -> list[tuple[str, str, str]]:
    """Proposals that do not apply: code, name, reason."""
    names = {
        code: catalogue.words(found[0].item.name)
        for code in application.dismissed
        if (found := catalogue.history(code))
    }
    return [
        (code, names[code], _(WHY_NOT[reason]) if reason in WHY_NOT else "")
        for code, reason in application.dismissed.items()
        if code in names
    ]


def _works(matter: asking.Matter, taker: str) -> str:
    if matter.owner:
        return _("whoever of %(names)s claims it; until then the first asked answers") % {"names": matter.owner}
    if matter.stand_in:
        return _("%(name)s; when absent %(others)s") % {"name": taker, "others": matter.stand_in}
    return taker


def _decides(matter: asking.Matter) -> str:
    if not matter.decides:
        return _("this station")
    return _("%(office)s; the resident need not go there") % {"office": matter.decides}


def _grouped(shown: asking.IntakePage, words: list[str]) -> list[str]:
    """The same words once, with the matters they hold for when there are several answers."""
    groups: dict[str, list[str]] = {}
    for matter, said_of in zip(shown.matters, words, strict=True):
        groups.setdefault(said_of, []).append(matter.short)
    if len(groups) == 1:
        return list(groups)
    return [_("%(label)s: %(words)s") % {"label": _(", ").join(names), "words": each} for each, names in groups.items()]


def _changes() -> list[tuple[str, str]]:
    return [
        ("none", pgettext("intake", "nothing")),
        ("phone", _("the phone")),
        ("address", _("the address")),
        ("bank", _("the bank card")),
    ]


def _problems(error: RuleBroken | None, shown: asking.IntakePage) -> list[tuple[str, str]]:
    if error is None:
        return []
    if not isinstance(error, Unfinished):
        return [(error.field, sentence(error))]
    labels = {asked.name: asked.label for asked in shown.asked}
    return [
        (
            f"f.{problem.field}",
            _("%(label)s: %(words)s") % {"label": labels.get(problem.field, ""), "words": _(problem.message)},
        )
        for problem in error.problems
    ]


def _anchor(name: str) -> str:
    return name if name.startswith("again-") else f"f-{name}"


def _counted(shown: asking.IntakePage) -> dict[str, str]:
    """The sentence over the checklist: how many papers, and what becomes of them."""
    total, matters = len(shown.papers), len(shown.matters)
    look = sum(paper.state == MaterialState.LOOK for paper in shown.papers)
    asked = sum(paper.state == MaterialState.MISSING for paper in shown.papers)
    declared = sum(paper.after == MaterialState.PROMISED and paper.declarable for paper in shown.papers)
    free, handed = total - look - asked, asked - shown.to_bring - declared
    parts = [ngettext("%(num)s need not be handed in", "%(num)s need not be handed in", free) % {"num": free}]
    if look:
        parts.append(ngettext("%(num)s original to show", "%(num)s originals to show", look) % {"num": look})
    if handed:
        parts.append(ngettext("%(num)s handed in now", "%(num)s handed in now", handed) % {"num": handed})
    if declared:
        parts.append(ngettext("%(num)s by commitment", "%(num)s by commitment", declared) % {"num": declared})
    if shown.to_bring:
        parts.append(
            ngettext("%(num)s still missing", "%(num)s still missing", shown.to_bring) % {"num": shown.to_bring}
        )
    if matters == 1:
        head = _("%(papers)s papers: ") % {"papers": total}
    else:
        head = _("%(papers)s papers for %(num)s matters, each looked at once: ") % {"papers": total, "num": matters}
    return {"head": head, "parts": pgettext("clause", ", ").join(parts)}


@door("case.accept")
def drafts(request: HttpRequest) -> HttpResponse:
    """The unfinished drafts of the station."""
    actor, at = actor_of(request), asked_at(request)
    return page(
        request,
        "cases/drafts.html",
        {"rows": waiting.drafts(actor, at=at), "dropped": text(request, "dropped", limit=12)},
    )


@door("draft.take_over", "POST")
def take_over(request: HttpRequest, ref: str) -> HttpResponse:
    """Go on with a colleague's draft."""
    drafting.take_over(actor_of(request), ref=ref, at=asked_at(request))
    return HttpResponseRedirect(f"/intake/{ref}")


@door("draft.drop", "POST")
def drop(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw a draft away; the list offers to bring it back."""
    drafting.drop(actor_of(request), ref=ref, at=asked_at(request))
    return HttpResponseRedirect(f"/drafts?dropped={ref}")


@door("draft.restore", "POST")
def restore(request: HttpRequest, ref: str) -> HttpResponse:
    """Bring it back."""
    drafting.restore(actor_of(request), ref=ref, at=asked_at(request))
    return HttpResponseRedirect(f"/intake/{ref}")
