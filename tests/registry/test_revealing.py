"""A whole number is shown only with a reason, within a quota, and never before its record stands."""

import os
import signal
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NoReturn
from uuid import UUID

import pytest
from django.db import connection, connections

from tests.cast import PASSWORD, actor, client_for
from tests.registry.town import AT, Town, build_town
from yimen.access.models import Session
from yimen.core.actor import Actor, Role
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import Norm
from yimen.registry import actions
from yimen.registry.actions import revealing
from yimen.registry.models import Resident
from yimen.registry.rules import sealed
from yimen.trail.models import Entry


def reveal(town: Town, who: Actor | None = None, **others: str) -> actions.Revealed:
    said = {"field": "id", "reason": "verify", **others}
    return actions.reveal(who or actor("window"), ref=town.people["张国富"].ref, at=AT, **said)


def entries() -> list[Entry]:
    return list(Entry.objects.filter(verb="resident.reveal").order_by("id"))


def test_a_reason_shows_the_number_for_a_minute_and_stands_on_record(town: Town) -> None:
    person = town.people["张国富"]
    shown = reveal(town, field="phone", reason="call")
    assert (shown.value, shown.mask, shown.seconds) == (person.phone, "154 **** 0001", 60)
    assert reveal(town).value == person.number
    (first, second) = entries()
    assert (first.subject_id, first.changes, first.note, first.is_read) == (str(person.id), ["phone"], "call", True)
    assert second.actor_name == "沈晓岚"
    assert person.number not in f"{second.changes}{second.note}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"reason": ""}, "Say why you need the number"),
        ({"reason": "curious"}, "Say why you need the number"),
        ({"reason": "other"}, "in a few words"),
        ({"field": "income"}, "not in the list"),
    ],
)
def test_without_a_reason_nothing_is_shown(town: Town, given: dict[str, str], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        reveal(town, actor("window"), **given)
    assert entries() == []


def test_words_are_a_reason_too_and_a_case_only_when_it_is_theirs(town: Town) -> None:
    reveal(town, reason="other", note="回访")
    for made_up in (".", "LX26-1116-000001"):
        with pytest.raises(RuleBroken, match="No matter of this resident has this number"):
            reveal(town, reason="verify", case_number=made_up)
    assert [entry.note for entry in entries()] == ["other: 回访"]


@pytest.mark.parametrize("blank", ["   ", "\u3000\u200b", "\u2060\ufeff\u00ad", "\u3164"])
def test_words_that_nobody_can_see_are_no_reason(town: Town, blank: str) -> None:
    path = f"/people/{town.people['张国富'].ref}/reveal"
    answer = client_for("window").post(path, {"field": "id", "reason": "other", "note": blank})
    assert answer.status_code == 422
    assert town.people["张国富"].number not in answer.content.decode()
    assert entries() == []


def test_out_of_reach_is_not_found_and_other_roles_may_not(town: Town) -> None:
    for who in ("sibling", "nextdoor", "faraway"):
        with pytest.raises(NotFound):
            reveal(town, actor(who))
    for who in ("district", "city", "dept", "sysadmin", "auditor"):
        with pytest.raises(NotAllowed):
            reveal(town, actor(who))
    Resident.objects.update(is_protected=True)
    with pytest.raises(NotFound):
        reveal(town)
    assert reveal(town, actor("head")).value


def test_nothing_is_recorded_where_there_is_no_number(town: Town) -> None:
    Resident.objects.update(phone=None)
    with pytest.raises(RuleBroken, match="no such number on record"):
        reveal(town, field="phone")
    assert entries() == []


def limit(name: str, most: int, since: date = date(2026, 1, 1)) -> None:
    Norm.objects.create(name=name, value=most, document="锡民发〔2026〕12号", from_on=since)


def proved(at: datetime = AT) -> Actor:
    return replace(actor("window"), proved_at=at)


def test_the_quota_of_the_hour_and_of_the_day_hold(town: Town) -> None:
    limit("reveals_an_hour", 2)
    limit("reveals_a_day_window", 3)
    who, ref = actor("window"), town.people["张国富"].ref
    for minutes in (0, 1):
        actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(minutes=minutes))
    with pytest.raises(RuleBroken, match="2 numbers within an hour"):
        actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(minutes=2))
    actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(hours=2))
    with pytest.raises(RuleBroken, match="3 numbers today"):
        actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(hours=4))
    assert actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(days=1)).value


def test_the_quota_is_a_norm_of_the_role_and_of_the_day(town: Town) -> None:
    limit("reveals_a_day_window", 1, AT.date())
    limit("reveals_a_day_window", 5, AT.date() + timedelta(days=1))
    who, ref = actor("window"), town.people["张国富"].ref
    actions.reveal(who, ref=ref, field="id", reason="verify", at=AT)
    with pytest.raises(RuleBroken, match="1 numbers today"):
        actions.reveal(who, ref=ref, field="id", reason="verify", at=AT)
    assert actions.reveal(actor("head"), ref=ref, field="id", reason="verify", at=AT).value
    for _n in range(2):
        assert actions.reveal(who, ref=ref, field="id", reason="verify", at=AT + timedelta(days=1)).value


def test_beyond_the_first_of_a_day_the_password_is_asked_for_again(town: Town) -> None:
    limit("reveals_before_proof", 2)
    for _n in range(2):
        reveal(town)
    with pytest.raises(RuleBroken, match="Type your password") as refused:
        reveal(town)
    assert refused.value.field == "password"
    with pytest.raises(RuleBroken, match="Type your password"):
        reveal(town, proved(AT - timedelta(minutes=6)))
    assert reveal(town, proved(AT - timedelta(minutes=4))).value
    assert len(entries()) == 3


def test_the_page_takes_the_password_with_the_question(own_database: None) -> None:
    town = build_town()
    limit("reveals_before_proof", 1)
    client, path = client_for("window"), f"/people/{town.people['张国富'].ref}/reveal"
    Session.objects.update(proved_at=None)
    form = {"field": "id", "reason": "verify"}
    assert client.post(path, form).status_code == 200
    asked = client.post(path, form)
    assert (asked.status_code, b'name="password"' in asked.content) == (422, True)
    piece = client.post(path, form, headers={"HX-Request": "true"})
    assert b'name="password"' in piece.content
    assert client.post(path, {**form, "password": "wrong"}).status_code == 422
    assert client.post(path, {**form, "password": PASSWORD}).status_code == 200
    assert client.post(path, form).status_code == 200  # proved for five minutes


@pytest.mark.parametrize(("where", "name", "records"), [(sealed, "open_number", 1), (revealing, "record", 0)])
def test_the_record_stands_even_when_we_are_killed_before_the_answer(
    own_database: None, monkeypatch: pytest.MonkeyPatch, where: object, name: str, records: int
) -> None:
    """kill -9 between record and value, and before the record: in a process of its own, which gets no further."""
    town = build_town()
    connections["default"].close()  # each process opens its own
    child = os.fork()
    if not child:
        monkeypatch.setattr(where, name, lambda *_args, **_more: os.kill(os.getpid(), signal.SIGKILL))
        try:
            reveal(town)
        finally:
            os._exit(1)  # an answer was on its way
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert len(entries()) == records


def test_no_value_without_a_record(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> NoReturn:
        raise RuntimeError("the trail is full")

    monkeypatch.setattr(revealing, "record", refuse)
    with pytest.raises(RuntimeError):
        reveal(town)


def test_it_refuses_to_run_inside_another_transaction(own_database: None) -> None:
    from django.db import transaction

    town = build_town()
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(town)


def test_twenty_windows_at_once_do_not_pass_the_quota(own_database: None) -> None:
    town, who = build_town(), actor("window")
    limit("reveals_an_hour", 3)
    outcomes: list[str] = []

    def ask() -> None:
        try:
            reveal(town, who)
            outcomes.append("shown")
        except RuleBroken:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 17 + ["shown"] * 3
    assert len(entries()) == 3


def test_a_role_without_an_account_cannot_ask(town: Town) -> None:
    with pytest.raises(NotAllowed):
        reveal(town, Actor(role=Role.SYSTEM, reach="", account_id=UUID(int=1)))
