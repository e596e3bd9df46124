"""Bad input: one clear sentence in Chinese and in English that says what to do; nothing lost, nothing half-saved."""

import html
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests import cast
from tests.cases.counter import number_of, people
from tests.cases.taking import taken
from tests.portal.conftest import Clock
from yimen.access import actions as access
from yimen.access.queries import account_named
from yimen.cases import actions
from yimen.cases.actions import drafts
from yimen.cases.models import Case, Draft, Visit
from yimen.cases.rules.application import Application
from yimen.catalogue.models import ItemVersion
from yimen.core.clock import LOCAL
from yimen.trail.models import Entry

pytestmark = pytest.mark.django_db

Send = Callable[[Client], Any]
LANGUAGES = ("zh-hans", "en")
ROOMS = ("trail", "access", "orgs", "registry", "catalogue", "cases")
NOT_COUNTED = ("Throttle", "Session")  # a look at the clock, not at what was typed


@pytest.fixture
def who(clock: Clock) -> dict[str, str]:
    """Residents at the counter: name → public reference."""
    return people()


def kept() -> dict[str, int]:
    """How many rows there are of everything, reads of persons aside."""
    found = {
        model._meta.label: model._default_manager.count()
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if model.__name__ not in NOT_COUNTED
    }
    return found | {"trail.Entry": Entry.objects.filter(is_read=False).count()}


def said(answer: Any) -> str:
    """The sentence of a refusal: of a problem document, beside a form, or on the calm page."""
    if "json" in answer.headers["Content-Type"]:
        body = json.loads(answer.content)
        return str(body["detail"] if "detail" in body else body["reason"])
    page = answer.content.decode()
    found = re.search(r'class="errors".*?<li>(.*?)</li>', page, re.S) or re.search(r'class="error"[^>]*>(.*?)<', page)
    found = found or re.search(r'class="calm">.*?<p>(.*?)</p>', page, re.S)
    assert found, page[:2000]
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip()


def refused(send: Send, chinese: str, english: str, *, username: str = "window", status: int = 422) -> None:
    """The same request in both languages: refused with these words each time, and nothing is kept of it."""
    before = kept()
    for language, words in zip(LANGUAGES, (chinese, english), strict=True):
        client = cast.client_for(username) if username else Client()
        client.cookies["language"] = language
        answer = send(client)
        assert answer.status_code == status, f"{answer.status_code} {answer.content[:500]!r}"
        sentence = said(answer)
        assert words in sentence, sentence
        assert sentence[-1] in "。？.?", "a whole sentence"
        assert ("。" in sentence) == (language == "zh-hans"), sentence
    assert kept() == before


def api(client: Client, path: str, body: dict[str, Any], **headers: str) -> Any:
    """A JSON POST."""
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=headers)


def bearer(username: str, clock: Clock) -> dict[str, str]:
    """The header of one of the cast."""
    return {"Authorization": f"Bearer {access.issue_token(username, at=clock.now)}"}


def new(**typed: str) -> Send:
    """The form for a resident nobody knows."""
    form = {"name": "周新来", "door": "3-501", "evidence": "seen", "number": number_of("19900615", "777"), **typed}
    return lambda client: client.post("/people/new", form)


def wrong_check(number: str) -> str:
    """The same number with another last character."""
    return number[:-1] + ("0" if number[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (wrong_check(number_of("19900615", "777")), "末位", "The last character does not match"),
        ("320299199002300771", "19900230", "19900230"),
        ("320299199002310771", "19900231", "19900231"),
        ("320299203001010771", "2030", "2030"),
        ("12345", "5", "5"),
    ],
    ids=["wrong check digit", "30 February", "31 February", "a birth in the future", "too short"],
)
def test_a_number_that_cannot_be_is_refused_everywhere_it_can_be_typed(
    who: dict[str, str], number: str, chinese: str, english: str
) -> None:
    refused(new(number=number), chinese, english)
    intake = {"then": "new", "name": "周新来", "door": "3-501", "number": number, "registered": "1"}
    refused(lambda client: client.post("/intake", intake), chinese, english)
    correct = {"field": "id_number", "value": number, "source": "desk", "evidence": "seen", "version": "1"}
    refused(lambda client: client.post(f"/people/{who['张国富']}/correct", correct), chinese, english)
    for language, words in zip(LANGUAGES, (chinese, english), strict=True):
        client = Client()
        client.cookies["language"] = language
        answer = api(client, "identity", {"number": number}).json()
        assert answer["valid"] is False
        assert words in answer["reason"]
        assert answer["reason_zh"].endswith("。")
        assert answer["reason_en"].endswith(".")


def test_what_was_typed_stands_in_the_form_again(who: dict[str, str]) -> None:
    window = cast.client_for("window")
    page = new(number="12345", phone="19900003344")(window).content.decode()
    for value in ("周新来", "3-501", "12345", "19900003344"):
        assert f'value="{value}"' in page
    page = window.post("/people/new", {"name": "周新来", "number": number_of("19850520", "403"), "door": "3-501"})
    assert f"/people/{who['陈立新']}" in page.content.decode()  # the record to open instead
    away = {"person": ref_of("window"), "reason": "leave", "from_at": "2026-02-31T09:00", "note": "看病"}
    assert 'value="看病"' in window.post("/cover/away", away).content.decode()
    case = taken()
    form = {"kind": "correction", "gaps": "IN", "reason": ""}
    page = window.post(f"/cases/{case.number}/pause", form)
    assert re.search(r'value="IN" checked', page.content.decode())


def test_full_width_digits_are_understood(who: dict[str, str]) -> None:
    number = number_of("19900615", "777")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    window = cast.client_for("window")
    assert new(number=wide, phone="１９９００００３３４４", door="３－５０１")(window).status_code == 302
    found = window.post("/search", {"q": wide}, follow=True)
    assert "周新来" in found.content.decode()
    assert api_valid(wide)


def api_valid(number: str) -> bool:
    """What the arithmetic says of a number."""
    client = Client()
    client.cookies["language"] = "zh-hans"
    return bool(api(client, "identity", {"number": number}).json()["valid"])


def test_two_people_with_one_number_are_told_apart_by_name(who: dict[str, str]) -> None:
    taken_number = number_of("19850520", "403")  # of 陈立新
    refused(new(number=taken_number), "已登记在陈*新名下", "already on record for 陈*新")
    correct = {"field": "id_number", "value": taken_number, "source": "desk", "evidence": "seen", "version": "1"}
    refused(
        lambda client: client.post(f"/people/{who['王秀英']}/correct", correct),
        "已登记在陈*新名下",
        "already on record for 陈*新",
    )
    at_the_counter = post("/intake", {"q": taken_number})
    there = ("请从那边接收", "Take the person in from there")
    refused(at_the_counter, *there, username="nextdoor", status=200)  # somebody else's resident, not a mistake


def test_31_february_is_no_date_wherever_one_is_typed(who: dict[str, str], clock: Clock) -> None:
    refused(new(number="", birth_on="1990-02-31", sex="1"), "1990-02-31", "1990-02-31")
    refused(new(from_on="2026-02-31"), "没有 2026-02-31 这一天", "2026-02-31 is not a real date")
    move = {"door": "3-501", "on": "2026-02-31"}
    refused(lambda client: client.post(f"/people/{who['张国富']}/move", move), "2026-02-31", "2026-02-31")
    away = {"person": ref_of("window"), "reason": "leave", "from_at": "2026-02-31T09:00"}
    refused(lambda client: client.post("/cover/away", away), "日期", "not a date")
    year = {"year": "2027", "source": "通知", "holidays": "2027-01-01 2027-02-31"}
    refused(lambda client: client.post("/calendar/load", year), "2027-02-31", "2027-02-31", username="sysadmin")
    headers = bearer("window", clock)
    form = {"resident": who["张国富"], "matters": ["MZ-09"], "fields": {"happened_on": "2026-02-31", "loss": "水淹"}}
    refused(lambda client: api(client, "cases", form, **headers), "日期", "date")
    refused(reckoned("2026-02-31T10:00", "3"), "格式不对", "wrong form")


def reckoned(accepted_at: str, days: str) -> Send:
    """The public arithmetic of limits."""
    return lambda client: client.get("/api/v1/deadline", {"accepted_at": accepted_at, "working_days": days})


def ref_of(username: str) -> str:
    """The public reference of one of the cast."""
    found = account_named(username)
    assert found is not None
    return found.ref


def test_a_birth_in_the_future_is_refused_without_a_number_too(who: dict[str, str]) -> None:
    refused(new(number="", birth_on="2030-01-01", sex="1"), "今天以后", "in the future")


def test_a_matter_not_yet_in_force_is_taken_from_its_day_on(who: dict[str, str], clock: Clock) -> None:
    row = ItemVersion.objects.get(item_id="MZ-15")
    ItemVersion.objects.filter(pk=row.pk).update(from_on=date(2026, 12, 1))
    headers = bearer("window", clock)
    body = {"resident": who["张国富"], "matters": ["MZ-15"]}
    refused(lambda client: api(client, "cases", body, **headers), "2026-12-01", "2026-12-01")
    ref = drafts.start(cast.actor("window"), resident_ref=who["张国富"], at=clock.now)
    form = {"m": "MZ-15", "then": "accept"}
    refused(lambda client: client.post(f"/intake/{ref}", form), "2026-12-01", "2026-12-01")


def test_a_person_of_another_street_does_not_exist_for_the_next_door(who: dict[str, str], clock: Clock) -> None:
    ref, number = who["张国富"], taken(at=clock.now).number
    chinese, english = "没有找到", "Not found"
    for address in (f"/people/{ref}", f"/people/{ref}/correct", f"/people/{ref}/move", f"/cases/{number}"):
        refused(get(address), chinese, english, username="nextdoor", status=404)
    for address, form in (
        (f"/people/{ref}/reveal", {"field": "id", "reason": "verify"}),
        ("/intake", {"resident": ref}),
        (f"/cases/{number}/note", {"text": "看看"}),
    ):
        refused(post(address, form), chinese, english, username="nextdoor", status=404)
    headers = bearer("nextdoor", clock)
    body = {"resident": ref, "matters": ["MZ-15"]}
    refused(lambda client: api(client, "cases", body, **headers), chinese, english, status=404)
    refused(
        lambda client: api(client, f"cases/{number}/note", {"text": "看看"}, **headers), chinese, english, status=404
    )


def get(address: str) -> Send:
    return lambda client: client.get(address)


def post(address: str, form: dict[str, str]) -> Send:
    return lambda client: client.post(address, form)


def test_an_expired_draft_says_so_and_the_person_is_one_step_away(who: dict[str, str], clock: Clock) -> None:
    ref = drafts.start(cast.actor("window"), resident_ref=who["张国富"], at=clock.now)
    drafts.save(cast.actor("window"), ref=ref, application=Application(matters=("MZ-15",)), at=clock.now)
    clock.passes(days=8)
    for form in ({"m": "MZ-15", "then": "accept"}, {"m": "MZ-15"}):
        refused(post(f"/intake/{ref}", form), "草稿", "This draft ended")
    assert Draft.objects.get().visit_id is None
    again = cast.client_for("window").post("/intake", {"resident": who["张国富"]})
    assert again.status_code == 302


def test_the_same_submit_twice_gives_the_same_receipt(who: dict[str, str], clock: Clock) -> None:
    ref = drafts.start(cast.actor("window"), resident_ref=who["张国富"], at=clock.now)
    window = cast.client_for("window")
    form = {"m": "MZ-15", "then": "accept"}
    first, second = window.post(f"/intake/{ref}", form), window.post(f"/intake/{ref}", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert Case.objects.count() == Visit.objects.count() == 1
    headers = {**bearer("window", clock), "Idempotency-Key": "once-1"}
    body = {"resident": who["张国富"], "matters": ["MZ-12"], "papers": {"ID": "seen"}}
    client = Client()
    client.cookies["language"] = "en"
    one, two = api(client, "cases", body, **headers), api(client, "cases", body, **headers)
    assert one.json() == two.json()
    assert Case.objects.count() == 2
    other = {**body, "matters": ["MZ-11"]}
    words = ("已用于另一个请求", "was used for another request")
    refused(lambda client: api(client, "cases", other, **headers), *words)


def test_of_two_workers_who_claim_one_case_the_second_is_told_who_has_it(who: dict[str, str], clock: Clock) -> None:
    number = taken(owner=None, first_asked="window3", at=clock.now).number
    assert cast.client_for("window").post(f"/cases/{number}/claim").status_code == 302
    words = (f"{number} 已由沈晓岚认领，请认领下一件。", f"沈晓岚 has already claimed {number}. Take the next one.")
    refused(post(f"/cases/{number}/claim", {}), *words, username="window2", status=409)
    headers = bearer("window2", clock)
    refused(lambda client: api(client, f"cases/{number}/claim", {}, **headers), *words, status=409)


def test_a_decision_by_the_wrong_level_names_the_office_that_decides(who: dict[str, str], clock: Clock) -> None:
    case = taken(level="district", at=clock.now)
    form = {"outcome": "approved", "text": "同意"}
    send = post(f"/cases/{case.number}/decide", form)
    refused(send, "由梁溪区决定", "is decided by Liangxi")
    actions.send_up(cast.actor("window"), number=case.number, opinion="建议批准", at=clock.now)
    for username in ("street", "city", "window"):
        refused(send, "在梁溪区，由那里决定", "lies with Liangxi", username=username)
    mine = taken(at=clock.now)
    refused(post(f"/cases/{mine.number}/decide", form), "由社区决定", "at the community", username="district")


def test_a_pause_without_a_reason_or_without_saying_what_is_missing(who: dict[str, str], clock: Clock) -> None:
    number = taken(at=clock.now).number
    reason, gaps = ("请写", "Write the reason"), ("请", "Name what is missing")
    refused(post(f"/cases/{number}/pause", {"kind": "correction", "gaps": "IN", "reason": " 　 "}), *reason)
    refused(post(f"/cases/{number}/pause", {"kind": "correction", "reason": "缺"}), *gaps)
    headers = bearer("window", clock)
    refused(lambda client: api(client, f"cases/{number}/pause", {"reason": "", "gaps": ["IN"]}, **headers), *reason)
    assert Case.objects.get().state == "open"


def test_a_limit_over_a_year_without_calendar_is_a_provisional_date_and_no_error(
    who: dict[str, str], clock: Clock
) -> None:
    clock.now = datetime(2026, 12, 30, 10, tzinfo=LOCAL)
    answer = Client().get("/api/v1/deadline?accepted_at=2026-12-30T10:00:00%2B08:00&working_days=5").json()
    assert (answer["due_on"], answer["provisional"]) == ("2027-01-06", True)
    ref = drafts.start(cast.actor("window"), resident_ref=who["张国富"], at=clock.now)
    for language, words in zip(LANGUAGES, ("暂定", "provisional"), strict=True):
        window = cast.client_for("window")
        window.cookies["language"] = language
        assert words in window.post(f"/intake/{ref}", {"m": "MZ-15"}, follow=True).content.decode()
    far = "/api/v1/deadline?accepted_at=2026-12-30T10:00:00%2B08:00&working_days=100000"
    assert Client().get(far).json()["provisional"] is True
    for days in ("-1", "100001"):
        refused(reckoned("2026-12-30T10:00", days), "0 到 100000", "between 0 and 100000")
    for days in ("1e9", "three", ""):
        refused(reckoned("2026-12-30T10:00", days), "格式不对", "wrong form")


def test_the_token_of_a_worker_who_left_opens_nothing(who: dict[str, str], clock: Clock) -> None:
    headers, page = bearer("window3", clock), cast.client_for("window3")
    access.close_account(cast.actor("sysadmin"), ref=ref_of("window3"), at=clock.now)
    words = ("已离岗，请申请自己的令牌。", "has left the post. Ask for a token of your own.")
    clock.passes(seconds=1)
    refused(lambda client: client.get("/api/v1/cases", headers=headers), *words, status=401)
    assert page.get("/").status_code == 302  # their browser is signed out too
