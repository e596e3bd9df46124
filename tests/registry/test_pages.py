"""The register's pages: they open in both languages, keep what was typed, and give nothing away out of reach."""

from datetime import date
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import cast
from tests.registry.town import Town, number_of
from yimen.registry.models import Merge, Residence, Resident
from yimen.registry.queries import quota
from yimen.registry.rules.reveal import Pace
from yimen.trail.models import Entry

HTMX = {"HX-Request": "true"}
FREE = number_of(date(1991, 5, 6), 11)


def ref(town: Town, name: str = "张国富") -> str:
    return town.people[name].ref


def html(response: Any) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.fixture
def window(town: Town) -> Client:
    return cast.client_for("window")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "/people",
        "/people/{ref}",
        "/people/new",
        "/people/{ref}/correct",
        "/people/{ref}/correct?field=marital",
        "/people/{ref}/correct?field=died_on",
        "/people/{ref}/move",
        "/people/{ref}/merge",
        "/people/{ref}/merge?other={other}",
        "/people/{ref}/traits",
        "/people/{ref}/seen-by",
        "/doors/{door}",
        "/search",
    ],
)
def test_a_page_opens_in_both_languages_and_shows_no_whole_number(town: Town, path: str, language: str) -> None:
    client = cast.client_for("head")
    client.cookies["language"] = language
    filled = path.format(ref=ref(town), other=ref(town, "单雄信"), door=town.door("3-2-502"))
    response = client.get(filled)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language
    for person in town.people.values():
        assert person.number not in html(response)
        assert person.phone not in html(response)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/people/{ref}"),
        ("get", "/people/{ref}/correct"),
        ("get", "/people/{ref}/move"),
        ("get", "/people/{ref}/merge"),
        ("get", "/people/{ref}/traits"),
        ("get", "/doors/{door}"),
        ("post", "/people/{ref}/reveal"),
        ("post", "/people/{ref}/correct"),
        ("post", "/people/{ref}/move"),
        ("post", "/people/{ref}/traits"),
        ("post", "/people/{ref}/traits/end"),
    ],
)
@pytest.mark.parametrize("who", ["sibling", "nextdoor", "faraway"])
def test_out_of_reach_reads_exactly_like_nothing_there(town: Town, method: str, path: str, who: str) -> None:
    client = cast.client_for(who)
    said = {
        "field": "id",
        "reason": "verify",
        "source": "desk",
        "evidence": "seen",
        "kind": "is_veteran",
        "version": "1",
        "dwelling": "x",
    }
    there = getattr(client, method)(path.format(ref=ref(town), door=town.door("3-2-502")), said)
    nowhere = getattr(client, method)(path.format(ref="0" * 12, door="0" * 12), said)
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert blurred(there, ref(town), town.door("3-2-502")) == blurred(nowhere, "0" * 12)


def blurred(response: Any, *refs: str) -> str:
    """The page without what is different each time: tokens, the moment, the address asked for."""
    import re

    text = html(response)
    for one in refs:
        text = text.replace(one, "REF")
    return re.sub(r'(content|value)="[A-Za-z0-9]{64}"|[0-9]{2}:[0-9]{2}', "", text)


def test_the_box_answers_htmx_with_rows_and_marks_the_sole_exact_match(town: Town, window: Client) -> None:
    rows = html(window.post("/search", {"q": town.people["张国富"].number}, headers=HTMX))
    assert f'href="/people/{ref(town)}"' in rows
    assert "data-exact" in rows
    assert "<html" not in rows
    assert 'href="/people/new"' in rows
    assert "data-exact" not in html(window.post("/search", {"q": "3-502"}, headers=HTMX))


def test_the_box_finds_matters_and_pages_too(window: Client) -> None:
    assert "/calendar" not in html(window.post("/search", {"q": "居民"}, headers=HTMX)).split("<h3>")[0]
    assert 'href="/people"' in html(window.post("/search", {"q": "居民"}, follow=True))


@pytest.mark.parametrize("q", ["", "\x00", "👵", "%", "x" * 5000, "\u202e", "<script>alert(1)</script>"])
def test_the_search_page_never_breaks(window: Client, q: str) -> None:
    for headers in ({}, HTMX):
        response = window.post("/search", {"q": q}, headers=headers, follow=True)
        assert response.status_code == 200
        assert "<script>alert" not in html(response)


def test_the_list_is_narrowed_and_keeps_names_out_of_addresses(town: Town, window: Client) -> None:
    def found(**sent: str) -> str:
        return html(window.post("/people", sent, follow=True))

    shown = found(name="zgf")
    assert "张国富" in shown
    assert "单雄信" not in shown
    assert "张国富" not in found(from_age="10", to_age="60")
    assert "单雄信" in found(from_age="46", to_age="46")
    assert "买买提·吐尔逊" in found(door="12号楼")
    assert "单雄信" not in found(door="12号楼")
    assert "张国芳" not in html(window.get("/people"))


def test_a_reveal_puts_the_number_in_place_and_has_it_masked_again(town: Town, window: Client) -> None:
    path, number = f"/people/{ref(town)}/reveal", town.people["张国富"].number
    shown = html(window.post(path, {"field": "id", "reason": "verify"}, headers=HTMX))
    assert f"{number[:6]} {number[6:14]} {number[14:]}" in shown
    assert 'data-expires="60"' in shown
    page = window.post(path, {"field": "phone", "reason": "call"})
    assert page.headers["Refresh"] == f"60;url=/people/{ref(town)}"
    assert page.headers["Cache-Control"] == "no-store"
    assert Entry.objects.filter(verb="resident.reveal").count() == 2


def test_a_reveal_without_words_is_refused_in_its_place(town: Town, window: Client) -> None:
    path = f"/people/{ref(town)}/reveal"
    for headers, status in ((HTMX, 200), ({}, 422)):
        response = window.post(path, {"field": "id", "reason": "other"}, headers=headers)
        assert response.status_code == status
        assert town.people["张国富"].number not in html(response)


def test_a_refused_registration_keeps_what_was_typed(town: Town, window: Client) -> None:
    response = window.post("/people/new", {"name": "钱小芳", "number": "123", "door": "3-1-502", "phone": "154"})
    assert response.status_code == 422
    for typed in ("钱小芳", 'value="123"', 'value="3-1-502"', 'value="154"'):
        assert typed in html(response)


def test_a_door_that_fits_several_is_chosen_and_the_resident_registered(town: Town, window: Client) -> None:
    said = {"name": "钱小芳", "number": FREE, "door": "3-501", "evidence": "seen"}
    asked = window.post("/people/new", said)
    assert asked.status_code == 422
    for unit in ("1", "2"):
        assert town.door(f"3-{unit}-501") in html(asked)
    assert 'name="chosen_for" value="3-501"' in html(asked)
    done = window.post("/people/new", {**said, "chosen_for": "3-501", "dwelling": town.door("3-2-501")})
    added = Resident.objects.get(name="钱小芳")
    assert (done.status_code, done.headers["Location"]) == (302, f"/people/{added.ref}?done=added")
    assert "3-2-501" in html(window.get(f"/people/{added.ref}"))


def test_the_form_says_while_typing_who_is_already_on_record(town: Town, window: Client) -> None:
    known = html(window.post("/people/new/check", {"number": town.people["张国富"].number}))
    assert f"/people/{ref(town)}" in known
    assert "1946-11-09" in known
    assert "/people/" not in html(window.post("/people/new/check", {"number": FREE, "name": "钱小芳"}))


def test_another_station_s_resident_is_taken_in_by_one_button(town: Town) -> None:
    sibling = cast.client_for("sibling")
    said = {"name": "张国富", "number": town.people["张国富"].number, "door": "3-2-501", "evidence": "seen"}
    asked = sibling.post("/people/new", said)
    assert asked.status_code == 422
    assert 'name="take_in"' in html(asked)
    assert sibling.post("/people/new", {**said, "take_in": "1"}).status_code == 302
    assert Resident.objects.get(id=town.people["张国富"].id).division_code == cast.SIBLING


def test_correct_move_merge_and_their_undoing_through_the_pages(town: Town) -> None:
    head, one, other = cast.client_for("head"), ref(town), ref(town, "单雄信")
    version = Resident.objects.get(ref=one).version
    said = {"field": "marital", "value": "30", "source": "desk", "evidence": "seen", "version": version}
    assert head.post(f"/people/{one}/correct", said).status_code == 302
    assert head.post(f"/people/{one}/correct", said).status_code == 422  # the form is stale now
    change = Resident.objects.get(ref=one).changes.get()
    assert head.post(f"/people/{one}/undo", {"change": str(change.id)}).status_code == 302
    assert head.post(f"/people/{one}/undo", {"change": "nonsense"}).status_code == 404
    assert head.post(f"/people/{one}/move", {"door": "12-1-501"}).status_code == 302
    assert Residence.objects.get(resident__ref=one, to_on=None, kind="living").dwelling.door == "12-1-501"
    merged = {"other": other, "then": "merge", "why": "核对", "pick-phone": "take", "pick-home": "keep"}
    assert head.post(f"/people/{one}/merge", merged).status_code == 302
    assert head.get(f"/people/{other}").headers["Location"] == f"/people/{one}"
    for form in ("correct", "move", "merge", "traits"):
        assert head.get(f"/people/{other}/{form}").headers["Location"] == f"/people/{one}/{form}"
    row = Merge.objects.get()
    assert row.ref in html(head.get(f"/people/{one}"))
    assert head.post(f"/people/{one}/part", {"merge": row.ref}).status_code == 302
    assert head.get(f"/people/{other}").status_code == 200


def test_a_merge_without_a_reason_keeps_the_picks(town: Town) -> None:
    head, one, other = cast.client_for("head"), ref(town), ref(town, "单雄信")
    response = head.post(f"/people/{one}/merge", {"other": other, "then": "merge", "pick-phone": "take"})
    assert response.status_code == 422
    assert 'name="pick-phone" value="take" checked' in html(response)


def test_the_head_reads_who_looked_and_why(town: Town, window: Client) -> None:
    window.get(f"/people/{ref(town)}")
    window.post(f"/people/{ref(town)}/reveal", {"field": "phone", "reason": "other", "note": "回访通知"})
    shown = html(cast.client_for("head").get(f"/people/{ref(town)}/seen-by"))
    assert "沈晓岚" in shown
    assert "回访通知" in shown
    assert window.get(f"/people/{ref(town)}/seen-by").status_code == 403


def looks(*names: str, town: Town, who: str) -> int:
    ids = [str(town.people[name].id) for name in names]
    return Entry.objects.filter(verb="resident.read", subject_id__in=ids, actor_name=cast.actor(who).name).count()


def test_forms_that_show_a_resident_are_looks_like_the_page_itself(town: Town, window: Client) -> None:
    one, other = ref(town), ref(town, "单雄信")
    assert window.get(f"/people/{one}/correct?field=birth_on").status_code == 200
    assert looks("张国富", town=town, who="window") == 1
    assert window.get(f"/people/{one}/merge?other={other}").status_code == 200
    assert looks("张国富", "单雄信", town=town, who="window") == 3
    assert window.get(f"/people/{one}/merge?other=nobody").status_code == 404
    assert looks("张国富", "单雄信", town=town, who="window") == 3


def test_merging_above_the_stations_is_no_way_round_the_pace(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "pace_of", lambda _at: Pace(hour=1, day=1))
    one, other = ref(town), ref(town, "单雄信")
    assert cast.client_for("street").get(f"/people/{one}/merge?other={other}").status_code == 422
    assert looks("张国富", "单雄信", town=town, who="street") < 2
