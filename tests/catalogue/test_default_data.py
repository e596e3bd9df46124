"""The default catalogue: counts, references, words in both languages, and the promises it makes."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, fields, is_dataclass
from statistics import median
from typing import Any

import pytest

from yimen.catalogue.rules import (
    AccessKind,
    Answer,
    FieldType,
    Handling,
    Item,
    ItemStatus,
    Text,
    eligibility,
    item_of,
    limits_ok,
    read_defaults,
)
from yimen.orgs.actions.loading import shipped_rows

CATALOGUE = read_defaults()
ITEMS = tuple(CATALOGUE.items.values())
POSTS = [row["code"] for row in shipped_rows("posts")]
DEPARTMENTS = {row["code"] for row in shipped_rows("departments")}
OPERATORS = {"==", "!=", "<", "<=", ">", ">=", "between", "in"}


@pytest.fixture(params=ITEMS, ids=lambda item: item.code)
def item(request: pytest.FixtureRequest) -> Item:
    found: Item = request.param
    return found


def _texts(value: Any) -> Iterator[Text]:
    """Every pair of texts inside a shape, options of choice fields included."""
    if hasattr(value, "zh") and hasattr(value, "en"):
        yield Text(value.zh, value.en)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _public(item: Item) -> list[Text]:
    guide = item.guide
    return [*guide.who, *guide.steps, *(r.reason for r in guide.returns), *(r.repair for r in guide.returns)]


def test_there_are_24_categories_and_88_matters() -> None:
    assert len(CATALOGUE.categories) == 24
    assert len(ITEMS) == 88
    assert len(CATALOGUE.materials) == 34


def test_the_six_posts_answer_for_36_9_10_17_7_and_9_matters() -> None:
    counts = Counter(item.post for item in ITEMS)
    assert counts == {"MZ": 36, "WJ": 9, "HW": 10, "ZZ": 17, "JS": 7, "LD": 9}
    assert list(counts) == POSTS


def test_every_category_has_a_matter_of_its_own_post() -> None:
    assert {item.category for item in ITEMS} == set(CATALOGUE.categories)
    assert all(CATALOGUE.categories[item.category].post == item.post for item in ITEMS)


def test_a_code_begins_with_its_post() -> None:
    assert all(item.code.startswith(f"{item.post}-") for item in ITEMS)


def test_the_initial_load_has_a_decision() -> None:
    assert CATALOGUE.decision_no.zh
    assert CATALOGUE.valid_from.isoformat() == "2011-01-01"


def test_posts_departments_papers_and_systems_of_a_matter_are_known(item: Item) -> None:
    assert item.post in POSTS
    assert item.department in DEPARTMENTS
    assert set(item.materials) <= set(CATALOGUE.materials)
    assert {*item.reads, *item.writes} <= set(CATALOGUE.systems)


def test_conditions_use_known_facts_parameters_and_operators(item: Item) -> None:
    for clause in (*item.conditions, *(item.suggest.all if item.suggest else ())):
        assert clause.attribute in CATALOGUE.attributes
        assert clause.operator in OPERATORS
        values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
        names = [value[1:] for value in values if isinstance(value, str) and value.startswith("$")]
        assert set(names) <= set(CATALOGUE.parameters)


def test_no_parameter_is_set_before_the_city_sets_it() -> None:
    assert all(parameter.value is None for parameter in CATALOGUE.parameters.values())


def test_the_promise_is_within_the_law(item: Item) -> None:
    assert limits_ok(item.legal_days, item.promised_days)
    assert (item.promised_days == 0) == (item.handling is Handling.IMMEDIATE)


def test_papers_shown_and_papers_replaced_are_papers_of_the_matter(item: Item) -> None:
    assert set(item.look_only) <= set(item.materials)
    assert set(item.declare_instead) <= set(item.materials)
    assert ("ID" in item.materials) == ("ID" in item.look_only)


def test_questions_add_known_papers_and_waive_papers_of_the_matter(item: Item) -> None:
    assert len(item.ask) <= 5
    for question in item.ask:
        assert len(question.answers) >= 2
        assert not question.fact or {*CATALOGUE.attributes, *CATALOGUE.facts} >= {question.fact}
        for answer in question.answers:
            assert set(answer.adds) <= set(CATALOGUE.materials)
            assert set(answer.waives) <= set(item.materials)
    asks_who = any(question.key == "who_comes" for question in item.ask)
    assert item.proxy or not asks_who


def test_one_question_key_means_one_question() -> None:
    meanings: dict[str, Any] = {}
    for item in ITEMS:
        for question in item.ask:
            assert meanings.setdefault(question.key, question) == question


def test_a_form_is_short_and_bound_to_known_facts(item: Item) -> None:
    assert 0 < len(item.form) <= 8
    assert len({field.key for field in item.form}) == len(item.form)
    for field in item.form:
        assert not field.fact or {*CATALOGUE.attributes, *CATALOGUE.facts} >= {field.fact}
        assert (field.type is FieldType.CHOICE) == bool(field.options)
        assert len({option.key for option in field.options}) == len(field.options)


def test_four_of_five_form_fields_come_filled_in() -> None:
    asked = [field for item in ITEMS for field in item.form]
    assert sum(bool(field.fact) for field in asked) / len(asked) >= 0.8


def test_no_form_asks_for_religion_and_none_demands_a_photograph_or_whereabouts(item: Item) -> None:
    assert not re.search("religio|faith|宗教|信仰", json.dumps(asdict(item), ensure_ascii=False))
    demanded = {field.key for field in item.form if field.required}
    assert not demanded & {"photo", "photograph", "location", "position", "duration"}


def test_restricted_facts_are_never_on_a_form(item: Item) -> None:
    restricted = {code for code, each in CATALOGUE.attributes.items() if "restricted" in each.how.en}
    assert len(restricted) == 4
    assert not restricted & {field.fact for field in item.form}


def test_a_guide_says_who_how_and_what_goes_wrong(item: Item) -> None:
    assert 1 <= len(item.guide.who) <= 2
    assert 3 <= len(item.guide.steps) <= 5
    assert 1 <= len(item.guide.returns) <= 3
    assert item.guide.cost.zh == "不收费"
    assert 2 <= len(item.guidance) <= 5


def test_every_text_is_in_both_languages() -> None:
    seen = 0
    for text in _texts(CATALOGUE):
        seen += 1
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert text.en.strip()
        assert not re.search("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]", text.en)
    assert seen > 2000


def test_chinese_is_set_in_chinese_punctuation_without_exclamation() -> None:
    for text in _texts(CATALOGUE):
        assert not re.search(r"[,;!?()！]", text.zh), text.zh
        assert "!" not in text.en
        assert not re.search(r"[\u4e00-\u9fff]\d|\d[\u4e00-\u9fff]", text.zh), text.zh
        assert not re.search("工作天|非法|您必须", text.zh), text.zh


def test_public_sentences_are_short_and_plain(item: Item) -> None:
    for text in _public(item):
        assert len(text.zh) <= 25, text.zh
        assert not re.search("[A-Z]{2}|必访|弱势|条线", text.zh), text.zh
        assert not re.search(r"\b[A-Z]{2,3}(-\d\d)?\b", text.en), text.en


def test_the_median_public_sentence_is_at_most_25_characters() -> None:
    assert median(len(text.zh) for item in ITEMS for text in _public(item)) <= 25


def test_texts_name_no_amount_of_money(item: Item) -> None:
    for text in _public(item):
        assert not re.search(r"\d+\s*(元|万元)|\byuan\b", f"{text.zh} {text.en}")


def test_at_least_20_matters_are_proposed_by_the_platform() -> None:
    assert sum(item.suggest is not None for item in ITEMS) >= 20


def test_restricted_and_closed_matters_are_never_proposed() -> None:
    hidden = [i for i in ITEMS if i.access is AccessKind.RESTRICTED or i.status is ItemStatus.HISTORIC]
    assert len(hidden) == 9
    assert all(item.suggest is None for item in hidden)


def test_a_reason_names_only_facts_that_the_rule_has_checked(item: Item) -> None:
    if item.suggest is None:
        return
    checked = {clause.attribute for clause in item.suggest.all}
    for words in (item.suggest.reason.zh, item.suggest.reason.en):
        assert set(re.findall(r"\{(\w+)\}", words)) <= checked


def test_nobody_is_ineligible_for_want_of_information(item: Item) -> None:
    verdict = eligibility(item.conditions, {}, {})
    assert verdict.answer is (Answer.UNKNOWN if item.conditions else Answer.YES)


def test_a_matter_survives_the_way_through_json(item: Item) -> None:
    assert item_of(json.loads(json.dumps(asdict(item)))) == item
