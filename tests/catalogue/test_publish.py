"""Publishing a version: under a decision, within the law, and never over somebody else's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.cases.taking import taken
from yimen.catalogue import queries
from yimen.catalogue.actions import load_default_catalogue, publish
from yimen.catalogue.forms import read_edit, typed_of, ways_of
from yimen.catalogue.models import ItemVersion, Parameter
from yimen.catalogue.rules import Clause
from yimen.catalogue.views.editing import known_today
from yimen.core.actor import SYSTEM
from yimen.core.errors import Conflict, NotAllowed, RuleBroken
from yimen.orgs.queries import forget_names
from yimen.trail.models import Entry

TODAY = cast.MONDAY.date()
CODE = "MZ-01"  # legal 30 working days, promised 20


@pytest.fixture
def city(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The city office at its browser, on the Monday of the cast."""
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    queries.forget()
    signed_in = cast.client_for("city")
    signed_in.cookies["language"] = "en"
    yield signed_in
    queries.forget()


def form(**changed: str) -> dict[str, str]:
    """The edit form as it stands, with a decision, and what was changed."""
    item = queries.history(CODE)[0].item
    papers = {f"paper-{code}": way for code, way in ways_of(item).items()}
    begins = (datetime.now().astimezone() + timedelta(days=400)).date().isoformat()
    filled = typed_of(item) | papers | {"decision_no": "Wuxi 2026-7", "from_on": begins, "based_on": "1"}
    return filled | changed


def sent(city: Client, **changed: str) -> Any:
    return city.post(f"/catalogue/{CODE}/edit", form(**changed))


def test_the_differences_are_seen_before_anything_is_published(city: Client) -> None:
    page = sent(city, promised_days="12").content.decode()
    assert "<del>20 working days</del>" in page
    assert "<ins>12 working days</ins>" in page
    assert ItemVersion.objects.filter(item_id=CODE).count() == 1


def test_confirmed_it_is_published_under_its_decision(city: Client) -> None:
    response = sent(city, promised_days="12", **{"paper-BK": ""}, confirmed="1")
    assert response.headers["Location"] == f"/catalogue/{CODE}?done=published"
    made = ItemVersion.objects.get(item_id=CODE, number=2)
    assert (made.promised_days, made.decision_no) == (12, "Wuxi 2026-7")
    assert "BK" not in made.content["materials"]
    assert made.content["conditions"] == ItemVersion.objects.get(item_id=CODE, number=1).content["conditions"]
    assert Entry.objects.get(verb="catalogue.publish").changes["fields"] == ["materials", "promised_days"]
    page = city.get(f"/catalogue/{CODE}").content.decode()
    assert "Wuxi 2026-7" in page
    assert "2 differences" in page


def test_digits_typed_wide_are_digits(city: Client) -> None:
    wide = {digit: digit + 0xFEE0 for digit in b"0123456789-"}
    begins = form()["from_on"].translate(wide)
    response = sent(city, promised_days="12".translate(wide), from_on=begins, confirmed="1")
    assert response.headers["Location"] == f"/catalogue/{CODE}?done=published"
    assert ItemVersion.objects.get(item_id=CODE, number=2).promised_days == 12


@pytest.mark.parametrize("number", ["", "   "])
def test_nothing_is_published_without_a_decision(city: Client, number: str) -> None:
    response = sent(city, promised_days="12", decision_no=number, confirmed="1")
    assert response.status_code == 422
    assert "Nothing enters the catalogue without a decision." in response.content.decode()
    with pytest.raises(RuleBroken, match="without a decision"):
        _publish(decision_no=number)
    with pytest.raises(IntegrityError, match="version_has_decision"), transaction.atomic():
        ItemVersion.objects.filter(item_id=CODE).update(decision_no="")


def _publish(**changed: Any) -> ItemVersion:
    given: dict[str, Any] = {"changes": {"promised_days": 12}, "decision_no": "Wuxi 2026-7", "from_on": TODAY}
    return publish(cast.actor("city"), code=CODE, at=cast.MONDAY, **(given | changed))


def test_a_promise_longer_than_the_law_is_refused_by_page_action_and_database(city: Client) -> None:
    response = sent(city, promised_days="31", confirmed="1")
    assert response.status_code == 422
    page = response.content.decode()
    assert "longer than the legal limit of 30 working days" in page
    assert 'value="31"' in page, "what was typed stays"
    with pytest.raises(RuleBroken, match="longer than the legal limit"):
        _publish(changes={"promised_days": 31})
    with pytest.raises(IntegrityError, match="promise_within_law"), transaction.atomic():
        ItemVersion.objects.filter(item_id=CODE).update(promised_days=31)
    assert ItemVersion.objects.filter(item_id=CODE).count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("promised_days", "-1", "whole number of working days"),
        ("promised_days", "ten", "whole number of working days"),
        ("legal_days", "1000", "whole number of working days"),
        ("from_on", "2026-02-31", "not a date of the calendar"),
        ("who_en", "One line too many\nfor\nthe\nChinese", "same number of lines"),
        ("returns_zh", "没有竖线\n第二行\n第三行", "reason | what mends it"),
    ],
)
def test_every_fault_is_named_beside_its_field_and_nothing_is_lost(
    city: Client, field: str, typed: str, words: str
) -> None:
    response = sent(city, **{field: typed, "cost_zh": "不收费用"}, confirmed="1")
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "不收费用" in page
    assert ItemVersion.objects.filter(item_id=CODE).count() == 1


def test_a_version_that_changes_nothing_is_not_published(city: Client) -> None:
    response = sent(city, confirmed="1")
    assert "Nothing differs from version 1" in response.content.decode()


def test_a_version_cannot_begin_in_the_past(city: Client) -> None:
    response = sent(city, promised_days="12", from_on="2020-01-01", confirmed="1")
    assert response.status_code == 422
    assert "cannot begin in the past" in response.content.decode()


def test_open_cases_keep_the_version_they_were_taken_under(city: Client) -> None:
    case = taken(promised=20, legal=30)
    before = case.version_id
    _publish(from_on=TODAY)
    case.refresh_from_db()
    assert case.version_id == before
    assert queries.version(before).item.promised_days == 20
    assert queries.version_on(CODE, TODAY).item.promised_days == 12


def test_only_the_city_publishes(city: Client) -> None:
    for username in ("street", "district", "window", "dept", "auditor"):
        assert cast.client_for(username).get(f"/catalogue/{CODE}/edit").status_code == 403, username
        with pytest.raises(NotAllowed):
            publish(cast.actor(username), code=CODE, changes={}, decision_no="X", from_on=TODAY, at=cast.MONDAY)


def test_changes_made_from_an_older_version_are_refused(city: Client) -> None:
    _publish(from_on=TODAY)
    response = sent(city, promised_days="10", based_on="1", confirmed="1")
    assert response.status_code == 422
    assert "was published while you were writing" in response.content.decode()
    with pytest.raises(Conflict):
        _publish(from_on=TODAY + timedelta(days=5), based_on=1)


def test_two_publishers_at_once_make_one_version_and_one_refusal(own_database: None) -> None:
    load_default_catalogue(SYSTEM, at=cast.MONDAY)
    queries.forget()
    office = cast.actor("city")

    def one(day: date) -> str:
        try:
            publish(
                office,
                code=CODE,
                changes={"promised_days": 12},
                decision_no="Wuxi 2026-7",
                from_on=day,
                based_on=1,
                at=cast.MONDAY,
            )
            return "published"
        except RuleBroken:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(one, (TODAY, TODAY + timedelta(days=1))))
    assert answers == ["published", "refused"]
    assert ItemVersion.objects.filter(item_id=CODE).count() == 2
    queries.forget()


def test_the_counts_are_24_and_88_until_a_decision_changes_them(city: Client) -> None:
    assert "24 categories, 88 matters" in city.get("/catalogue").content.decode()
    ItemVersion.objects.filter(item_id=CODE).update(to_on=TODAY)
    queries.forget()
    page = city.get("/catalogue").content.decode()
    assert "24 categories, 87 matters" in page
    assert "Minimum living allowance: first check ended on 2026-11-16." in page


def test_matters_are_filtered_by_words_post_and_category(city: Client) -> None:
    for asked, inside, outside in (
        ({"q": "gljt"}, "MZ-11", "MZ-01"),
        ({"post": "LD"}, "LD-01", "MZ-01"),
        ({"category": "C01"}, "MZ-01", "LD-01"),
    ):
        page = city.get("/catalogue", asked).content.decode()
        assert f'href="/catalogue/{inside}"' in page
        assert f'href="/catalogue/{outside}"' not in page


def test_conditions_are_read_in_words_in_both_languages(city: Client) -> None:
    english = city.get("/catalogue/MZ-11").content.decode()
    assert "Age: at least 80" in english
    city.cookies["language"] = "zh-hans"
    assert "年龄：不低于 80" in city.get("/catalogue/MZ-11").content.decode()


def test_a_city_number_needs_its_document(city: Client) -> None:
    response = city.post("/catalogue/parameters/dibao_line", {"value": "1150", "document": ""})
    assert response.status_code == 422
    response = city.post("/catalogue/parameters/dibao_line", {"value": "lots", "document": "Wuxi 2026-9"})
    assert response.status_code == 422
    assert not Parameter.objects.exclude(value=None).exists()
    city.post("/catalogue/parameters/dibao_line", {"value": "1150", "document": "Wuxi 2026-9"})
    assert "below Minimum living allowance line (1150)" in city.get(f"/catalogue/{CODE}").content.decode()
    assert cast.client_for("street").post("/catalogue/parameters/dibao_line", {"value": "1"}).status_code == 403


def test_a_fresh_process_shows_the_catalogue_in_fifteen_queries(city: Client) -> None:
    queries.forget()
    forget_names()
    with CaptureQueriesContext(connection) as asked:
        assert city.get("/catalogue").status_code == 200
    assert len(asked) <= 15


def test_names_offices_conditions_and_forms_are_edited_too(city: Client) -> None:
    item = queries.history(CODE)[0].item
    conditions, fields = len(item.conditions), len(item.form)
    rows = {
        "name_zh": "最低生活保障初审",
        "name_en": "Minimum living allowance: first review",
        "level": "street",
        "cond-0-fact": "",
        "cond-0-value": "",  # emptied: the condition goes
        f"cond-{conditions}-fact": "age",
        f"cond-{conditions}-is": "between",
        f"cond-{conditions}-value": "18-59.5",
        "form-0-zh": "",
        "form-0-en": "",
        f"form-{fields}-zh": "冬季取暖",
        f"form-{fields}-en": "Heating in winter",
        f"form-{fields}-kind": "choice",
        f"form-{fields}-required": "1",
        f"form-{fields}-options": "gas = 燃气 = gas; none = 没有 = none",
    }
    assert sent(city, **rows, confirmed="1").status_code == 302
    made = queries.history(CODE)[0].item
    assert (made.name.zh, made.decision_level) == ("最低生活保障初审", "street")
    assert made.conditions == (*item.conditions[1:], Clause("age", "between", (18, 59.5)))
    assert [each.key for each in made.form] == [*[each.key for each in item.form[1:]], "own_1"]
    assert [(one.key, one.zh, one.en) for one in made.form[-1].options] == [
        ("gas", "燃气", "gas"),
        ("none", "没有", "none"),
    ]
    assert ItemVersion.objects.get(item_id=CODE, number=2).name == "最低生活保障初审"


@pytest.mark.parametrize(
    ("row", "named", "words"),
    [
        ({"cond-0-fact": "shoe_size"}, "cond-0-fact", "Choose the fact from the list"),
        ({"cond-0-is": "~"}, "cond-0-is", "Choose how the fact is compared"),
        ({"cond-0-value": ""}, "cond-0-value", "Write what the fact is compared with"),
        ({"cond-0-value": "perhaps"}, "cond-0-value", "yes or no: write one of the two"),
        ({"cond-1-value": "$nothing"}, "cond-1-value", "No city number is called $nothing"),
        ({"cond-1-value": "many"}, "cond-1-value", "This fact is a number"),
        ({"cond-1-is": "between", "cond-1-value": "79-60"}, "cond-1-value", "the smaller first"),
        ({"form-0-en": ""}, "form-0-zh", "label in both languages"),
        ({"form-0-kind": "photograph"}, "form-0-kind", "Choose the kind of answer"),
        ({"form-0-kind": "choice", "form-0-options": "a = b"}, "form-0-options", "key = Chinese = English"),
        ({"name_en": ""}, "name_en", "a name in both languages"),
        ({"post": "XX"}, "post", "Choose one from the list"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named_in_its_cell(
    city: Client, row: dict[str, str], named: str, words: str
) -> None:
    response = sent(city, **row, confirmed="1")
    page = response.content.decode()
    assert response.status_code == 422
    assert f'id="f-{named}-error"' in page
    assert words in page
    assert ItemVersion.objects.filter(item_id=CODE).count() == 1


def test_every_matter_of_the_catalogue_comes_back_from_its_form_as_it_was(city: Client) -> None:
    known = known_today()
    for version in queries.live(TODAY).values():
        post = QueryDict(mutable=True)
        for name, value in (
            typed_of(version.item) | {f"paper-{c}": w for c, w in ways_of(version.item).items()}
        ).items():
            post[name] = value
        post["decision_no"], post["from_on"] = "Wuxi 2026-7", "2027-01-01"
        edited = read_edit(post, version.item, known)
        assert (version.code, edited.changes, edited.errors) == (version.code, {}, [])
