"""Residents find who answers for their stairwell, and leave a message, without an account."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests import cast
from tests.patches.conftest import begin, name
from tests.patches.test_signs import photo
from tests.registry.town import Town
from yimen.access import queries as accounts
from yimen.access.models import Account
from yimen.core.clock import now
from yimen.orgs import actions as orgs
from yimen.patches.actions.signs import keep_photo
from yimen.patches.models import Patch, Placement
from yimen.portal.kept import forget
from yimen.registry.queries.addresses import address_parts, addresses_like
from yimen.visits.models import Contact
from yimen.visits.rules import sealed


@pytest.fixture
def patch(town: Town) -> Patch:
    forget()
    made = begin(1)[0]
    name(made, "window")
    name(made, "window2", "B")
    Account.objects.filter(username="window").update(phone="0510-00000127")
    return made


def reader() -> Client:
    client = Client()
    client.cookies["language"] = "en"
    return client


def test_the_page_of_a_patch_says_who_where_and_which_number(patch: Patch) -> None:
    page = reader().get(f"/p/o/{patch.ref}").content.decode()
    for words in ("沈晓岚", "0510-00000127", "tel:051000000127", "许一帆"):
        assert words in page
    assert "private" not in page.lower()


def test_while_the_officer_is_away_the_deputy_is_the_one_to_call(patch: Patch) -> None:
    account = accounts.account_named("window")
    assert account is not None
    orgs.mark_absent(
        cast.actor("head"),
        account_ref=account.ref,
        reason="sick",
        from_at=now(),
        to_at=now() + timedelta(days=2),
        at=now(),
    )
    page = reader().get(f"/p/o/{patch.ref}").content.decode()
    assert "沈晓岚 is away. 许一帆 sees everything" in page
    assert "sick" not in page.lower()


def test_where_there_is_only_a_deputy_the_deputy_is_called_and_nobody_is_said_to_be_away(town: Town) -> None:
    forget()
    made = begin(1)[0]
    name(made, "window2", "B")
    Account.objects.filter(username="window2").update(phone="0510-00000128")
    page = reader().get(f"/p/o/{made.ref}").content.decode()
    assert "Nobody yet" in page
    assert "tel:051000000128" in page
    assert "is away" not in page


def test_the_code_of_a_patch_that_ended_leads_to_the_choice_of_the_building(patch: Patch) -> None:
    today = now().date()
    after = Patch.objects.create(
        division_code=patch.division_code, code=f"{patch.division_code}002", number=2, from_on=today
    )
    wells = list(Placement.objects.filter(patch=patch).values_list("stairwell_id", flat=True))
    Placement.objects.filter(patch=patch).update(to_on=today)
    Placement.objects.bulk_create(
        Placement(division_code=patch.division_code, stairwell_id=well, patch=after, from_on=today) for well in wells
    )
    Patch.objects.filter(pk=patch.pk).update(to_on=today)
    forget()
    page = reader().get(f"/p/o/{patch.ref}", follow=True)
    assert page.redirect_chain == [(f"/p/officer?in={cast.COMMUNITY}&ended=1", 302)]
    assert "an earlier division" in page.content.decode()
    assert "Building" in page.content.decode()


def redrawn(patch: Patch, pieces: int) -> list[Patch]:
    """From today the stairwells of a patch lie in so many others, and it has ended."""
    today = now().date()
    made = [
        Patch.objects.create(
            division_code=patch.division_code,
            code=f"{patch.division_code}{number:03}",
            number=number,
            from_on=today,
        )
        for number in range(2, 2 + pieces)
    ]
    wells = list(Placement.objects.filter(patch=patch).values_list("stairwell_id", flat=True))
    Placement.objects.filter(patch=patch).update(to_on=today)
    Placement.objects.bulk_create(
        Placement(
            division_code=patch.division_code,
            stairwell_id=well,
            patch=made[place * pieces // len(wells)],
            from_on=today,
        )
        for place, well in enumerate(wells)
    )
    Patch.objects.filter(pk=patch.pk).update(to_on=today)
    for one, who in zip(made, ("window2", "window3"), strict=False):
        name(one, who, from_on=today)
    forget()
    return made


def test_a_message_written_while_the_patch_ended_goes_to_who_has_its_stairwells(patch: Patch) -> None:
    after = redrawn(patch, 1)[0]
    page = reader().post(f"/p/o/{patch.ref}/message", {"words": "三楼的灯坏了"})
    assert "许一帆" in page.content.decode()
    made = Contact.objects.get()
    assert (made.patch_id, made.first_asked_id) == (after.id, cast.actor("window2").account_id)


def test_where_several_have_its_stairwells_the_words_come_back_and_are_sent_on(patch: Patch) -> None:
    after = redrawn(patch, 2)
    form = {
        "key": "01890000-0000-7000-8000-000000000002",
        "words": "三楼的灯坏了",
        "name": "陈",
        "phone": "154 0036 6207",
    }
    client = reader()
    back = client.post(f"/p/o/{patch.ref}/message", form)
    page = back.content.decode()
    assert back.status_code == 409
    assert not Contact.objects.exists()
    for kept in (*form.values(), *(one.ref for one in after), "divided anew", "陆建明"):
        assert kept in page
    wrong = client.post(f"/p/o/{patch.ref}/message", form | {"to": after[1].ref, "words": ""})
    assert (wrong.status_code, "154 0036 6207" in wrong.content.decode()) == (422, True)
    sent = client.post(f"/p/o/{patch.ref}/message", form | {"to": after[1].ref})
    assert Contact.objects.get().number in sent.content.decode()
    assert Contact.objects.get().patch_id == after[1].id


def test_the_choice_of_the_patch_is_a_visible_mark_with_the_officer_on_a_line_of_its_own(patch: Patch) -> None:
    redrawn(patch, 2)
    page = reader().post(f"/p/o/{patch.ref}/message", {"words": "灯"}).content.decode()
    assert page.count('<label class="pick"><input type="radio" name="to"') == 2
    assert "<small>Patch officer now: 陆建明</small>" in page


def test_where_nobody_answers_today_the_words_come_back_with_the_way_to_the_hall(town: Town) -> None:
    ahead = begin(1, from_on=now().date() + timedelta(days=2))[0]
    back = reader().post(f"/p/o/{ahead.ref}/message", {"words": "三楼的灯坏了"})
    page = back.content.decode()
    assert back.status_code == 409
    assert "三楼的灯坏了" in page
    assert f'href="/p/halls/{cast.COMMUNITY}"' in page
    assert not Contact.objects.exists()


def test_an_address_leads_to_the_officer_in_two_steps(patch: Patch) -> None:
    client = reader()
    found = client.get("/p/officer", {"q": "广瑞一村 3 号楼"}).content.decode()
    links = re.findall(r'href="(/p/o/\w+)"', found)
    assert links
    assert client.get(links[0]).status_code == 200


def test_a_stairwell_that_is_not_there_is_told_from_a_building_that_is_not(patch: Patch) -> None:
    client = reader()
    page = client.get("/p/officer", {"q": "广瑞一村 3 号楼 77 单元"}).content.decode()
    assert "Building 3 has no stairwell 77. It has these:" in page
    assert "building 3, stairwell 2" in page
    assert re.search(rf'href="/p/o/{patch.ref}"', page)
    page = client.get("/p/officer", {"q": "广瑞一村 777 号楼 1 单元"}).content.decode()
    assert "No such address is on record" in page


def test_two_numbers_are_building_and_stairwell_unless_the_second_is_a_room(patch: Patch) -> None:
    page = reader().get("/p/officer", {"q": "3-9", "in": cast.COMMUNITY}).content.decode()
    assert "Building 3 has no stairwell 9. It has these:" in page
    assert f'href="/p/o/{patch.ref}"' in page
    assert address_parts("3-2") == ("", "3", "2")
    assert address_parts("广瑞一村 3-502") == ("广瑞一村", "3", "")
    assert address_parts("3-12室") == ("", "3", "")
    for known in ("3-2", "3-2-502", "3-502"):
        page = reader().get("/p/officer", {"q": known, "in": cast.COMMUNITY}).content.decode()
        assert "Is it one of these?" in page, known


@pytest.mark.parametrize("text", ["广瑞一村3号楼", "广瑞一村 3 号楼", "广瑞一村3栋", "广瑞一村 3"])
def test_an_address_is_understood_as_people_write_it(town: Town, text: str) -> None:
    assert {one.building for one in addresses_like(text)} == {"3"}


@pytest.mark.parametrize("text", ["", "   ", "%", "'; drop table", "1" * 60, "号楼", "(((((", "🏠"])
def test_an_address_that_makes_no_sense_finds_nothing_and_hurts_nobody(patch: Patch, text: str) -> None:
    response = reader().get("/p/officer", {"q": text})
    assert response.status_code == 200


def test_a_message_reaches_whoever_answers_and_is_sealed(patch: Patch) -> None:
    client, key = reader(), "01890000-0000-7000-8000-000000000001"
    form = {"key": key, "words": "三楼的灯坏了", "name": "陈", "phone": "154 0036 6207"}
    first = client.post(f"/p/o/{patch.ref}/message", form)
    again = client.post(f"/p/o/{patch.ref}/message", form)
    made = Contact.objects.get()
    assert made.number in first.content.decode()
    assert made.number in again.content.decode()
    assert made.first_asked_id == cast.actor("window").account_id
    assert (made.via, made.state, made.call_back) == ("web", "open", True)
    assert made.words is not None
    assert "灯" not in bytes(made.words).decode("latin-1")
    assert sealed.unseal(made.words, place=sealed.WORDS, row=made.id) == "三楼的灯坏了"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"words": ""}, "Write a few words"),
        ({"words": "x" * 2001}, "too long"),
        ({"words": "灯", "phone": "12"}, "phone"),
        ({"words": "灯\x00"}, "cannot be stored"),
    ],
)
def test_a_message_that_cannot_be_taken_says_why_and_keeps_what_was_typed(
    patch: Patch, typed: dict[str, str], words: str
) -> None:
    response = reader().post(f"/p/o/{patch.ref}/message", typed)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Contact.objects.exists()


def test_the_photo_is_public_and_a_patch_nobody_knows_is_not_found(patch: Patch) -> None:
    assert reader().get(f"/p/o/{patch.ref}/photo.jpg").status_code == 404
    account = Account.objects.get(username="window")
    keep_photo(cast.actor("head"), account_ref=account.ref, content=photo(), at=now())
    assert reader().get(f"/p/o/{patch.ref}/photo.jpg").headers["Content-Type"] == "image/jpeg"
    for address in ("/p/o/zzzzzzzzzzzz", "/p/o/zzzzzzzzzzzz/photo.jpg"):
        assert reader().get(address).status_code == 404
    assert reader().post("/p/o/zzzzzzzzzzzz/message", {"words": "x"}).status_code == 404
