"""The counter's pages without any script: every band posts and comes back, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.test import Client

from tests import cast
from tests.cases.counter import PHONE, number_of, people
from tests.core.test_documents import pages
from yimen.cases.models import Case, Draft, Visit
from yimen.core import clock
from yimen.registry.models import Resident, Trait
from yimen.registry.rules.sealed import open_trait
from yimen.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("matters")]


@pytest.fixture
def who() -> dict[str, str]:
    return people()


@pytest.fixture
def window(who: dict[str, str]) -> Client:
    client = cast.client_for("window")
    client.cookies["language"] = "en"
    return client


def started(client: Client, text: str = "zgf 4012") -> str:
    """The address of the draft that the box leads to."""
    answer = client.post("/intake", {"q": text})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return str(answer.headers["Location"])


def test_the_sole_match_is_taken_at_once_and_its_page_asks_only_what_is_not_known(window: Client) -> None:
    page = window.get(started(window)).content.decode()
    assert "张国富" in page
    assert "3202** ******** 4012" in page
    assert PHONE not in page
    assert "Respect-for-age allowance" in page


def test_two_people_of_one_name_are_shown_and_none_is_taken(window: Client) -> None:
    answer = window.post("/intake", {"q": "3-502"})
    assert answer.status_code == 200
    assert "张国富" in answer.content.decode()
    assert "王秀英" in answer.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("typed", "code"), [("gljt", "MZ-11"), ("MZ-36", "MZ-36")])
def test_a_matter_is_found_by_initials_or_code(window: Client, typed: str, code: str) -> None:
    place = started(window)
    answer = window.post(place, {"matter": typed, "then": "add"})
    assert (answer.status_code, answer.headers["Location"]) == (302, place)
    assert f'id="m-{code}" name="m" value="{code}"' in window.get(place).content.decode()


def test_a_name_that_fits_several_matters_is_answered_by_a_choice(window: Client) -> None:
    place = started(window)
    page = window.post(place, {"matter": "allowance", "then": "add"}).content.decode()
    assert 'name="add" value="MZ-11"' in page
    window.post(place, {"add": "MZ-11"})
    assert 'value="MZ-11" data-key="1" checked' in window.get(place).content.decode()


def test_a_visit_without_a_script_ends_at_its_receipt(window: Client) -> None:
    place = started(window)
    form = {"m": "MZ-11", "asked": "1", "by": "self", "p.ID": "seen", "changed": "none"}
    answer = window.post(place, {**form, "then": "accept"})
    assert answer.status_code == 302
    number = Visit.objects.get().number
    assert answer.headers["Location"] == f"/visits/{number}/receipt"
    receipt = window.get(answer.headers["Location"]).content.decode()
    assert number in receipt
    again = window.post(place, {**form, "then": "accept"})
    assert again.headers["Location"] == answer.headers["Location"], "a second click leads to the same receipt"
    assert window.get(place).headers["Location"] == answer.headers["Location"]
    assert Case.objects.count() == 1


def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(window: Client) -> None:
    place = started(window, "王秀英")
    form = {"m": "MZ-11", "f.phone": "12", "f.bank_card": "", "p.ID": "seen", "then": "accept"}
    answer = window.post(place, form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="12"' in page
    assert 'id="f-f.phone-error"' in page
    assert 'id="f-f.bank_card-error"' in page
    assert 'value="12"' in window.get(place).content.decode(), "kept in the draft as well"
    assert not Case.objects.exists()


def test_autosave_answers_with_the_time_and_a_fragment_is_no_whole_page(window: Client) -> None:
    place = started(window)
    saved = window.post(place, {"m": "MZ-11"}, headers={"X-Autosave": "1"})
    assert (saved.status_code, len(saved.headers["X-Saved-At"])) == (204, 5)
    swapped = window.post(place, {"m": "MZ-11", "by": "other"}, headers={"HX-Request": "true"}).content.decode()
    assert swapped.lstrip().startswith('<div id="bands">')
    assert 'name="proxy_name"' in swapped


def test_a_suggestion_that_does_not_apply_goes_away(window: Client) -> None:
    place = started(window)
    assert 'value="MZ-11"' in window.get(place).content.decode()
    window.post(place, {"dismiss": "MZ-11 has"})
    page = window.get(place).content.decode()
    assert 'id="m-MZ-11"' not in page
    assert "has it already" in page
    entry = Entry.objects.get(verb="draft.set_aside")
    assert entry.changes == {"matter": "MZ-11", "reason": "has"}
    window.post(place, {"no.MZ-11": "has", "propose": "MZ-11"})
    assert 'id="m-MZ-11"' in window.get(place).content.decode()


def test_a_paper_is_promised_only_when_the_resident_chooses_to_sign(window: Client) -> None:
    place = started(window)
    window.post(place, {"m": "MZ-01"})
    assert 'id="p-IN-declared"' in window.get(place).content.decode()
    form = {"m": "MZ-01", "asked": "1", "p.ID": "seen", "p.IN": "declared", "f.reason": "low_income"}
    page = window.post(place, form, headers={"HX-Request": "true"}).content.decode()
    assert "1 by commitment" in page
    assert "a signed commitment instead, checked afterwards" in page


def test_a_changed_phone_is_told_to_the_register_once(window: Client, who: dict[str, str]) -> None:
    place = started(window)
    form = {"m": "MZ-11", "p.ID": "seen", "changed": "phone", "new_value": "19900007788", "then": "accept"}
    assert window.post(place, form).status_code == 302
    assert Entry.objects.filter(verb="resident.correct").count() == 1
    assert Resident.objects.get(ref=who["张国富"]).provenance["phone"][0] == "desk"


def test_a_changed_bank_card_is_told_to_the_register_with_the_case_as_its_note(
    window: Client, who: dict[str, str]
) -> None:
    place = started(window)
    card = "农业银行 6228 4804 0256 4890 018"
    form = {"m": "MZ-11", "p.ID": "seen", "p.BK": "in", "changed": "bank", "f.bank_card": card, "then": "accept"}
    answer = window.post(place, form)
    assert answer.status_code == 302, answer.content.decode()[-900:]
    entry = Entry.objects.get(verb="resident.set_trait")
    assert entry.note == Visit.objects.get().number
    trait = Trait.objects.get(resident__ref=who["张国富"], kind="bank_card", to_on=None)
    kept = str(open_trait(trait.value, trait.id))
    assert kept.endswith("0018")
    assert "6228" not in kept
    assert Trait.objects.filter(resident__ref=who["张国富"], kind="bank_card").count() == 2, "the old one stays"


def test_somebody_new_is_added_without_leaving_and_goes_on(window: Client) -> None:
    number = number_of("19900615", "777")
    asked = window.post("/intake", {"q": number}).content.decode()
    assert f'value="{number}"' in asked
    assert "1990-06-15" in asked
    form = {
        "then": "new",
        "name": "周新来",
        "number": number,
        "door": "3-501",
        "phone": "19900003344",
        "registered": "1",
    }
    answer = window.post("/intake", form)
    assert answer.status_code == 302, answer.content.decode()
    assert "周新来" in window.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"number": "320299199006157771"}, "number"), ({"door": "99-999"}, "door"), ({"name": ""}, "name")],
)
def test_a_wrong_entry_of_somebody_new_is_said_beside_it(window: Client, change: dict[str, str], field: str) -> None:
    form = {
        "then": "new",
        "name": "周新来",
        "number": number_of("19900615", "777"),
        "door": "3-501",
        "phone": "",
    } | change
    answer = window.post("/intake", form)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.content.decode()
    assert not Resident.objects.filter(name="周新来").exists()


def test_a_person_of_another_community_is_named_with_their_station(who: dict[str, str]) -> None:
    people_there = number_of("19401110", "401")
    client = cast.client_for("sibling")
    client.cookies["language"] = "en"
    asked = client.post("/intake", {"q": people_there})
    page = asked.content.decode()
    assert "This number is on record for 张*富 at" in page
    assert "Take the person in from there, or call that station." in page
    assert "张国富" not in page
    assert 'name="then" value="new"' not in page, "a second record is not offered"


def test_the_number_is_read_while_it_is_typed(window: Client) -> None:
    good = window.post("/intake/number", {"number": number_of("19900615", "777")}).content.decode()
    assert "1990-06-15" in good
    bad = window.post("/intake/number", {"number": "320299199002317771"}).content.decode()
    assert 'class="error"' in bad


def test_drafts_are_listed_deleted_and_brought_back(window: Client) -> None:
    place = started(window)
    ref = place.rsplit("/", 1)[1]
    assert "张国富" in window.get("/drafts").content.decode()
    gone = window.post(f"/drafts/{ref}/drop", follow=True).content.decode()
    assert f'action="/drafts/{ref}/restore"' in gone
    assert window.post(f"/drafts/{ref}/restore").headers["Location"] == place


def test_the_notice_and_the_receipt_are_papers_and_each_copy_is_on_record(window: Client) -> None:
    place = started(window)
    window.post(place, {"m": "MZ-11", "then": "notice"})
    notice = window.get(f"{place}/once-notice.pdf")
    assert notice.content.startswith(b"%PDF")
    window.post(place, {"m": "MZ-11", "p.ID": "seen", "then": "accept"})
    number = Visit.objects.get().number
    for _copy in range(2):
        assert window.get(f"/visits/{number}/receipt.pdf").content.startswith(b"%PDF")
    assert Entry.objects.filter(verb="case.print").count() == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_matters_fit_one_sheet_of_paper(window: Client, language: str) -> None:
    window.cookies["language"] = language
    place = started(window)
    window.post(place, {"m": ["MZ-11", "MZ-10"], "q.photo": "bring", "then": "accept"})
    printed = window.get(f"/visits/{Visit.objects.get().number}/receipt.pdf").content
    assert pages(printed) == 1


def test_the_code_stands_on_the_screen_only_for_the_taker_and_only_at_first(
    window: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = started(window)
    window.post(place, {"m": "MZ-11", "p.ID": "seen", "then": "accept"})
    address = f"/visits/{Visit.objects.get().number}/receipt"
    assert window.get(address).content.decode().count('class="number"') == 2
    assert cast.client_for("window2").get(address).content.decode().count('class="number"') == 1
    Visit.objects.update(at=clock.now() - timedelta(hours=1))
    assert window.get(address).content.decode().count('class="number"') == 1
    assert cast.client_for("sibling").get(address).status_code == 404
