"""What a person can do with a case now: the next step first."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.access.check import may
from yimen.cases.queries.page import CasePage
from yimen.cases.rules import (
    Holder,
    Standing,
    State,
    level_of,
    may_answer_extension,
    may_decide_above,
    may_work,
    route,
)
from yimen.core.actor import Actor, Role
from yimen.orgs import queries as orgs


@dataclass(frozen=True, slots=True)
class Step:
    """One button: the verb it leads to, its words and key. `now` posts at once, others open a form."""

    verb: str
    words: str
    key: str = ""
    primary: bool = False
    now: bool = False
    rare: bool = False


def steps(actor: Actor, page: CasePage, *, can_claim: bool) -> list[Step]:
    """The buttons of a case page for this actor, the next step first and alone primary."""
    case = page.case
    if case.state == State.CLOSED:
        return []
    offered = page.offered
    found: list[Step] = []
    if offered is not None and offered.to_id == actor.account_id:
        found.append(Step("answer_offer", _("Accept or decline"), "e", primary=True))
    elif case.owner_id is None and can_claim:
        found.append(Step("claim", _("Claim"), "c", primary=True, now=True))
    if standing_of(actor, page.answerable[0], page.standing) is not None:
        found += _work(page, primary=not found)
    found += _above(actor, page, primary=not any(step.primary for step in found))
    return found


def standing_of(actor: Actor, answerable: UUID, standing: list[UUID]) -> Standing | None:
    """As what this actor may work on a case of that person."""
    if actor.role not in (Role.WINDOW, Role.HEAD):
        return None
    covered = answerable in standing
    return may_work(actor, Holder(answerable, is_absent=covered, is_covered_by_actor=covered))


def _work(page: CasePage, *, primary: bool) -> list[Step]:
    """The buttons of whoever works on it at the community."""
    case = page.case
    here = case.state == State.OPEN
    found = []
    if case.state == State.PAUSED:
        found.append(Step("resume", _("Papers are in, go on"), "e", primary=primary and not page.missing, now=True))
    if here and case.owner_id is not None:
        if case.decision_level == "community":
            found.append(Step("decide", _("Close with a result"), "e", primary=primary))
        else:
            office = orgs.division_name(_desk(page))
            words = _("Give an opinion, report to %(office)s") % {"office": office}
            found.append(Step("send_up", words, "e", primary=primary))
    if here:
        found.append(Step("pause", _("Return for papers"), "r"))
    if case.state in (State.OPEN, State.PAUSED):
        found.append(Step("offer", _("Hand over"), "a"))
    found += [Step("message", _("Write to the resident"), "m"), Step("note", _("Note"), "o")]
    if here and case.owner_id is not None and not any(one.state != "refused" for one in page.extensions):
        found.append(Step("ask_extension", _("Ask for an extension"), rare=True))
    found.append(Step("withdraw", _("Withdrawn by the resident"), rare=True))
    return found


def _above(actor: Actor, page: CasePage, *, primary: bool) -> list[Step]:
    """The buttons of the offices above and of whoever watches."""
    case = page.case
    found = []
    if case.state == State.SENT_UP and may_decide_above(
        actor, desk_code=case.desk_code, level=level_of(case.desk_code), department=case.department
    ):
        found += [Step("decide", _("Decide"), "e", primary=primary), Step("send_back", _("Send back"), "r")]
        primary = False
    if (
        page.extension_asked
        and may(actor, "case.answer_extension")
        and may_answer_extension(actor, division_code=case.division_code, desk_code=case.division_code)
    ):
        found.append(Step("answer_extension", _("Answer the extension"), "x", primary=primary))
    if may(actor, "case.urge"):
        found.append(Step("urge", _("Urge"), "u"))
    if actor.role not in (Role.WINDOW, Role.HEAD) and may(actor, "case.note"):
        found.append(Step("note", _("Note"), "o"))
    return found


def _desk(page: CasePage) -> str:
    case = page.case
    return route(
        community=case.division_code, post=case.post, level=case.decision_level, department=case.department
    ).desk_code


def next_step(*, state: str, has_owner: bool, level: str, is_returned: bool) -> str:
    """What comes next with a case, in a word or two, for lists."""
    if state == State.CLOSED:
        return ""
    if not has_owner:
        return _("Claim")
    if state == State.PAUSED:
        return _("Wait for papers")
    if state == State.SENT_UP:
        return _("Wait for the answer")
    if is_returned:
        return _("Mend the opinion")
    return _("Close with a result") if level == "community" else _("Give an opinion")
