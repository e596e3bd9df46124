"""First asked stays answerable until a named person has taken the case; one winner, and the loser is told who won."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from tests import cast
from tests.cases.taking import account, later, taken
from yimen.cases import actions
from yimen.cases.models import Case, HandOver
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.orgs.models import Skill
from yimen.trail.models import Entry

AT = later(minutes=30)


@pytest.mark.django_db
@pytest.mark.usefixtures("matters")
class TestClaiming:
    def test_a_worker_of_the_post_claims_and_answers_from_then_on(self) -> None:
        case = taken(owner=None, first_asked="window3")
        actions.claim(cast.actor("window"), number=case.number, at=AT)
        case.refresh_from_db()
        assert case.owner == account("window")
        assert case.first_asked == account("window3")
        entry = Entry.objects.get(verb="case.claim", subject_id=str(case.id))
        assert (entry.actor_name, entry.division_code) == ("沈晓岚", cast.COMMUNITY)

    def test_the_second_is_told_who_was_first(self) -> None:
        case = taken(owner=None)
        actions.claim(cast.actor("window"), number=case.number, at=AT)
        with pytest.raises(Conflict, match="沈晓岚"):
            actions.claim(cast.actor("window2"), number=case.number, at=AT)

    def test_a_worker_of_another_post_needs_the_skill(self) -> None:
        case = taken(owner=None)
        with pytest.raises(RuleBroken, match="skill matrix"):
            actions.claim(cast.actor("window3"), number=case.number, at=AT)
        Skill.objects.create(account=account("window3"), item_code=case.item_code, grade="alone", since_on=cast.SINCE)
        assert actions.claim(cast.actor("window3"), number=case.number, at=AT).owner_id == account("window3").id

    def test_a_worker_of_the_next_community_sees_nothing(self) -> None:
        case = taken(owner=None)
        with pytest.raises(NotFound):
            actions.claim(cast.actor("sibling"), number=case.number, at=AT)

    def test_the_street_does_not_claim(self) -> None:
        case = taken(owner=None)
        with pytest.raises(NotAllowed):
            actions.claim(cast.actor("street"), number=case.number, at=AT)


@pytest.mark.django_db
@pytest.mark.usefixtures("matters")
class TestHandingOver:
    def test_an_accepted_offer_moves_the_case_and_is_counted(self) -> None:
        case = taken()
        actions.offer(
            cast.actor("window"), number=case.number, to_ref=account("window3").ref, reason="今天下午外出", at=AT
        )
        case.refresh_from_db()
        assert case.owner == account("window")  # still answerable
        actions.answer_offer(cast.actor("window3"), number=case.number, accept=True, at=AT)
        case.refresh_from_db()
        assert (case.owner, case.hand_overs) == (account("window3"), 1)

    def test_declining_needs_a_reason_and_changes_nothing(self) -> None:
        case = taken()
        actions.offer(
            cast.actor("window"), number=case.number, to_ref=account("window3").ref, reason="今天下午外出", at=AT
        )
        with pytest.raises(RuleBroken, match="reason"):
            actions.answer_offer(cast.actor("window3"), number=case.number, accept=False, reason=" ", at=AT)
        actions.answer_offer(cast.actor("window3"), number=case.number, accept=False, reason="不熟悉", at=AT)
        case.refresh_from_db()
        assert (case.owner, case.hand_overs) == (account("window"), 0)
        assert HandOver.objects.get(case=case).state == "declined"

    def test_an_offer_needs_a_reason_and_a_colleague_of_the_station(self) -> None:
        case = taken()
        with pytest.raises(RuleBroken, match="reason"):
            actions.offer(cast.actor("window"), number=case.number, to_ref=account("window3").ref, reason="", at=AT)
        with pytest.raises(RuleBroken, match="this station"):
            actions.offer(cast.actor("window"), number=case.number, to_ref=account("sibling").ref, reason="忙", at=AT)

    def test_nobody_but_the_named_person_answers(self) -> None:
        case = taken()
        actions.offer(cast.actor("window"), number=case.number, to_ref=account("window3").ref, reason="忙", at=AT)
        with pytest.raises(NotFound):
            actions.answer_offer(cast.actor("window4"), number=case.number, accept=True, at=AT)

    def test_a_second_offer_recalls_the_first(self) -> None:
        case = taken()
        for username in ("window3", "window4"):
            actions.offer(cast.actor("window"), number=case.number, to_ref=account(username).ref, reason="忙", at=AT)
        assert sorted(HandOver.objects.filter(case=case).values_list("state", flat=True)) == ["offered", "recalled"]
        with pytest.raises(NotFound):
            actions.answer_offer(cast.actor("window3"), number=case.number, accept=True, at=AT)


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Run `act` in so many threads, each with a connection of its own, all let go at the same moment."""
    ready, outcomes = threading.Barrier(count), list[object]()

    def one(index: int) -> None:
        try:
            ready.wait()
            outcomes.append(act(index))
        except RuleBroken as refused:
            outcomes.append(refused)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def shared_matters(own_database: None) -> None:
    from yimen.catalogue import queries as catalogue
    from yimen.catalogue.actions import load_default_catalogue
    from yimen.core.actor import SYSTEM

    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    catalogue.forget()


@pytest.mark.usefixtures("shared_matters")
class TestAtTheSameMoment:
    def test_sixty_four_workers_claim_one_case_and_one_wins(self) -> None:
        case = taken(owner=None)
        actors = [cast.actor("window"), cast.actor("window2")]
        outcomes = at_once(64, lambda index: actions.claim(actors[index % 2], number=case.number, at=AT))
        winners = [outcome for outcome in outcomes if isinstance(outcome, Case)]
        losers = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
        assert (len(winners), len(losers)) == (1, 63)
        owner = Case.objects.select_related("owner").get(pk=case.pk).owner
        assert owner is not None
        assert all(owner.name in str(loser) for loser in losers)
        assert Entry.objects.filter(verb="case.claim", subject_id=str(case.id)).count() == 1

    def test_a_case_is_decided_once(self) -> None:
        case = taken()
        actor = cast.actor("window")
        outcomes = at_once(
            8, lambda _index: actions.decide(actor, number=case.number, outcome="done", text="已办好", at=AT)
        )
        assert sum(not isinstance(outcome, RuleBroken) for outcome in outcomes) == 1
        assert case.decisions.count() == 1
