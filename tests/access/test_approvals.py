"""Two people for a seat of city level: exactly what was asked, by somebody else, once, in time, with the password."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests import cast
from yimen.access import actions, queries
from yimen.access.models import Account, Approval, Seat
from yimen.core.actor import Actor, Role
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.core.ids import new_id, new_ref
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db

AT = cast.MONDAY


def proved(username: str, at: datetime = AT) -> Actor:
    return replace(cast.actor(username), proved_at=at)


def second_security() -> Actor:
    """Another security administrator."""
    if not Account.objects.filter(username="security2").exists():
        cast.seat_person(cast.Person("security2", "罗云", Role.SECURITY, cast.CITY), at=AT)
    return proved("security2")


def ask(who: Actor | None = None, **changed: Any) -> Approval:
    wanted: dict[str, Any] = {
        "account_ref": queries.own_account(cast.actor("district").person).ref,
        "role": Role.CITY,
        "division_code": cast.CITY,
        "from_on": AT.date(),
        "reason": "借调市级",
    }
    assert actions.propose_seat(who or cast.actor("sysadmin"), **{**wanted, **changed}, at=AT) is None
    return Approval.objects.latest("asked_at", "id")


def answer(who: Actor, asked: Approval, *, grant: bool = True, **changed: Any) -> Approval:
    given = {"seal": bytes(asked.seal).hex(), "answer": "" if grant else "无借调函", "at": AT, **changed}
    return actions.answer_approval(who, ref=asked.ref, grant=grant, **given)


def city_seats() -> int:
    return Seat.objects.filter(account__username="district", role="city").count()


def test_what_the_system_administrator_makes_the_security_administrator_approves() -> None:
    asked = ask()
    assert city_seats() == 0
    done = answer(proved("security"), asked)
    assert (done.state, city_seats()) == ("used", 1)
    verbs = Entry.objects.filter(subject_id=str(asked.id)).order_by("id").values_list("verb", "actor_name")
    assert list(verbs) == [("approval.ask", "方哲"), ("approval.answer", "邵青")]
    assert Entry.objects.filter(verb="seat.grant", actor_name="邵青", subject_id=str(cast.actor("district").person))


@pytest.mark.parametrize(
    ("role", "code"), [(Role.CITY, cast.CITY), (Role.SYSADMIN, cast.DISTRICT), (Role.SECURITY, cast.CITY)]
)
def test_a_security_administrator_gives_no_seat_of_city_level_alone(role: Role, code: str) -> None:
    with pytest.raises(RuleBroken, match="two people"):
        actions.grant_seat(
            cast.actor("security"),
            account_ref=queries.own_account(cast.actor("street").person).ref,
            role=role,
            division_code=code,
            from_on=AT.date(),
            at=AT,
        )
    asked = ask(cast.actor("security"), role=role, division_code=code)
    with pytest.raises(RuleBroken, match="own request"):
        answer(proved("security"), asked)
    assert answer(second_security(), asked).state == "used"


def test_nobody_else_answers_and_out_of_reach_is_not_there() -> None:
    asked = ask()
    for username in ("city", "head"):
        with pytest.raises((NotAllowed, NotFound)):
            answer(proved(username), asked)
    for username in ("sysadmin", "auditor", "window"):
        with pytest.raises(NotAllowed):
            answer(proved(username), asked)
    with pytest.raises(NotFound):
        answer(replace(proved("security"), reach="3203"), asked)


def test_a_second_answer_and_a_stale_request_are_refused() -> None:
    asked = ask()
    answer(proved("security"), asked, grant=False)
    with pytest.raises(Conflict, match="answered already"):
        answer(proved("security"), asked)
    late = AT + timedelta(days=3)
    with pytest.raises(Conflict, match="run out"):
        answer(proved("security", late), ask(), at=late)
    assert city_seats() == 0


@pytest.mark.parametrize("leaves", [{"is_active": False}, {}])
def test_what_somebody_asked_who_has_left_is_refused_and_not_approved(leaves: dict[str, bool]) -> None:
    asked = ask()
    sysadmin = Account.objects.get(username="sysadmin")
    if leaves:
        Account.objects.filter(id=sysadmin.id).update(**leaves)
    else:  # still here, in another post
        Seat.objects.filter(account=sysadmin).update(role=Role.CITY)
    with pytest.raises(Conflict, match="has left that post"):
        answer(proved("security"), asked)
    assert (answer(proved("security"), asked, grant=False).state, city_seats()) == ("refused", 0)


def test_a_refusal_says_why_and_an_approval_needs_the_password() -> None:
    asked = ask()
    with pytest.raises(RuleBroken, match="why not"):
        answer(proved("security"), asked, grant=False, answer="")
    with pytest.raises(RuleBroken) as refused:
        answer(proved("security", AT - timedelta(minutes=6)), asked)
    assert refused.value.field == "password"


def test_what_is_asked_for_cannot_change_under_approval() -> None:
    asked = ask()
    with pytest.raises(Conflict, match="not what you were shown"):
        answer(proved("security"), asked, seal="é" * 64)
    for change in ({"what": {"role": "city"}}, {"seal": b"0" * 32}, {"reason": "别的"}, {"division_code": "3203"}):
        with pytest.raises(IntegrityError, match="cannot change under approval"), transaction.atomic():
            Approval.objects.filter(pk=asked.pk).update(**change)
    asked.pk, asked.ref, asked.what = new_id(), new_ref(), {**asked.what, "role": "auditor"}  # sealed as something else
    asked.save(force_insert=True)
    with pytest.raises(Conflict, match="not what you were shown"):
        answer(proved("security"), asked)


def test_the_database_itself_wants_another_person_and_one_answer() -> None:
    asked = ask()
    own = {"state": "approved", "approver_id": asked.requester_id, "answered_at": AT}
    with pytest.raises(IntegrityError, match="approval_by_another"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(**own)
    with pytest.raises(IntegrityError, match="approval_answered_by_somebody"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(state="approved")
    answer(proved("security"), asked, grant=False)
    with pytest.raises(IntegrityError, match="stays answered"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(state="approved")


def test_the_pages_lead_from_the_request_to_the_seat_in_both_languages() -> None:
    admin, security = cast.client_for("sysadmin"), cast.client_for("security")
    ref = queries.own_account(cast.actor("district").person).ref
    form = {"role": "city", "division": cast.CITY, "from_on": "2026-11-16"}
    assert admin.post(f"/accounts/{ref}/seats", form).status_code == 422
    assert admin.post(f"/accounts/{ref}/seats", {**form, "reason": "借调"}).status_code == 302
    asked = Approval.objects.get()
    assert "待审批" in admin.get("/approvals").content.decode()
    assert "有 1 项申请待您审批" in security.get("/").content.decode()
    shown = security.get(f"/approvals/{asked.ref}").content.decode()
    assert "顾正平" in shown
    answered = {"seal": bytes(asked.seal).hex(), "grant": "1"}
    assert admin.post(f"/approvals/{asked.ref}/answer", answered).status_code == 403
    assert security.post(f"/approvals/{asked.ref}/answer", answered).status_code == 302
    security.cookies["language"] = "en"
    assert "Approved and done" in security.get(f"/approvals/{asked.ref}").content.decode()
    assert city_seats() == 1


def test_who_is_turned_down_reads_so_and_why() -> None:
    admin, security = cast.client_for("sysadmin"), cast.client_for("security")
    ref = queries.own_account(cast.actor("district").person).ref
    form = {"role": "city", "division": cast.CITY, "from_on": "2026-11-16", "reason": "借调"}
    assert admin.post(f"/accounts/{ref}/seats", form).status_code == 302
    asked = Approval.objects.get()
    answered = {"seal": bytes(asked.seal).hex(), "grant": "0", "answer": "先由区里安排"}
    assert security.post(f"/approvals/{asked.ref}/answer", answered).status_code == 302
    for path in ("/approvals", f"/approvals/{asked.ref}"):
        shown = admin.get(path).content.decode()
        assert "未同意" in shown
        assert "未收" not in shown
        assert "先由区里安排" in shown
