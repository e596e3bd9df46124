"""Protected residents: hidden from everybody but the head and the handlers whom the head has named."""

import pytest

from tests import cast
from tests.registry.town import AT, Town
from yimen.access.models import Account
from yimen.core.errors import NotAllowed, NotFound, RuleBroken
from yimen.registry import actions
from yimen.registry.models import Handler, Resident
from yimen.registry.queries import known_by_ref, resident_page, search
from yimen.registry.queries.protected import protected_residents
from yimen.trail.models import Entry

NAME = "王秀英"


def ref_of(username: str) -> str:
    return str(Account.objects.get(username=username).ref)


@pytest.fixture
def hidden(town: Town) -> str:
    """Protected by the head, with one of the two windows as her handler."""
    ref = town.people[NAME].ref
    actions.protect(cast.actor("head"), ref=ref, reason="家暴庇护", handlers=[ref_of("window2")], at=AT)
    return ref


def test_the_head_and_the_named_handler_open_the_record_and_nobody_else(hidden: str) -> None:
    for who in ("head", "window2"):
        assert resident_page(cast.actor(who), hidden, AT).name == NAME
        assert actions.reveal(cast.actor(who), ref=hidden, field="phone", reason="verify", at=AT)
    for who in ("window", "street", "city"):
        with pytest.raises(NotFound):
            resident_page(cast.actor(who), hidden, AT)


def test_no_form_is_a_way_round(hidden: str, town: Town) -> None:
    other = town.people["张国富"].ref
    paths = [f"{hidden}/correct", f"{hidden}/merge?other={other}", f"{other}/merge?other={hidden}"]
    paths += [f"{hidden}/move", f"{hidden}/traits", f"{hidden}/merge"]
    for path in paths:
        assert cast.client_for("window").get(f"/people/{path}").status_code == 404, path
    assert cast.client_for("window2").get(f"/people/{hidden}/correct").status_code == 200


def test_at_the_counter_only_the_handler_takes_her_matter(hidden: str) -> None:
    low, high = cast.COMMUNITY, cast.COMMUNITY + "~"
    handler, other = (Account.objects.get(username=name).id for name in ("window2", "window"))
    assert known_by_ref(hidden, low, high, handler=handler) is not None
    assert known_by_ref(hidden, low, high, handler=other) is None


@pytest.mark.parametrize("who", ["window", "window2", "head", "street"])
def test_no_search_finds_her(hidden: str, who: str) -> None:
    assert search(cast.actor(who), NAME, AT).people == []


def test_each_sees_a_list_of_those_they_may_open(hidden: str) -> None:
    assert [one.ref for one in protected_residents(cast.actor("head"), at=AT)] == [hidden]
    assert [one.ref for one in protected_residents(cast.actor("window2"), at=AT)] == [hidden]
    assert protected_residents(cast.actor("window"), at=AT) == []


def test_it_stands_on_record_with_its_reason_and_its_handlers(hidden: str) -> None:
    entry = Entry.objects.get(verb="resident.protect")
    assert entry.note == "家暴庇护"
    assert entry.changes == {"handlers": [cast.actor("window2").name]}


def test_who_is_not_named_again_is_a_handler_no_more(hidden: str) -> None:
    actions.protect(cast.actor("head"), ref=hidden, reason="换人", handlers=[ref_of("window")], at=AT)
    with pytest.raises(NotFound):
        resident_page(cast.actor("window2"), hidden, AT)
    assert resident_page(cast.actor("window"), hidden, AT).name == NAME


def test_shown_again_everybody_of_the_station_finds_her(hidden: str) -> None:
    actions.unprotect(cast.actor("head"), ref=hidden, reason="危险已过", at=AT)
    assert [row.ref for row in search(cast.actor("window"), NAME, AT).people] == [hidden]
    assert not Handler.objects.exists()
    with pytest.raises(RuleBroken):
        actions.unprotect(cast.actor("head"), ref=hidden, reason="再点一次", at=AT)


def test_without_a_reason_or_with_a_stranger_nothing_happens(town: Town) -> None:
    ref = town.people[NAME].ref
    with pytest.raises(RuleBroken) as refused:
        actions.protect(cast.actor("head"), ref=ref, reason=" ", handlers=[], at=AT)
    assert refused.value.field == "reason"
    with pytest.raises(RuleBroken) as refused:
        actions.protect(cast.actor("head"), ref=ref, reason="庇护", handlers=[ref_of("sibling")], at=AT)
    assert refused.value.field == "handlers"
    with pytest.raises(NotAllowed):
        actions.protect(cast.actor("window"), ref=ref, reason="庇护", handlers=[], at=AT)
    assert not Resident.objects.filter(is_protected=True).exists()


def test_the_head_does_it_on_a_page(town: Town) -> None:
    ref, head = town.people[NAME].ref, cast.client_for("head")
    head.cookies["language"] = "en"
    assert "Protect 王秀英" in head.get(f"/people/{ref}/protect").content.decode()
    assert head.post(f"/people/{ref}/protect", {"handlers": ref_of("window2")}).status_code == 422
    sent = head.post(f"/people/{ref}/protect", {"handlers": ref_of("window2"), "reason": "庇护"})
    assert sent.headers["Location"].startswith(f"/people/{ref}")
    assert NAME in head.get("/people/protected").content.decode()
    assert NAME not in cast.client_for("window").get("/people/protected").content.decode()
    assert head.post(f"/people/{ref}/unprotect", {"reason": "已过"}).status_code == 302
