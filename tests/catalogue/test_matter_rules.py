"""Conditions, suggestions, the once-only checklist, forms and limits."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.catalogue.rules import (
    AccessKind,
    Answer,
    ChecklistLine,
    Clause,
    Field,
    FieldType,
    Holding,
    Item,
    MaterialState,
    Needs,
    OnFile,
    Text,
    answered,
    checklist,
    eligibility,
    form_values,
    limits_ok,
    read_defaults,
    suggestions,
)
from yimen.catalogue.rules.shapes import Option

CATALOGUE = read_defaults()
ITEMS = CATALOGUE.items
DAY = date(2026, 11, 23)
AGED = {"age": 80, "hukou_local": True, "receives_zunlaojin": False, "is_deceased": False}


# ---- conditions


@pytest.mark.parametrize(
    ("operator", "value", "found", "answer"),
    [
        (">=", 80, 80, Answer.YES),
        (">=", 80, 79, Answer.NO),
        ("between", (6, 17), 17, Answer.YES),
        ("between", (6, 17), 18, Answer.NO),
        ("in", ("A", "B"), "B", Answer.YES),
        ("in", ("A", "B"), "C", Answer.NO),
        ("==", True, True, Answer.YES),
        ("!=", True, True, Answer.NO),
        ("<", "2016-01-01", date(2015, 12, 31), Answer.YES),
        ("<", "2016-01-01", "2016-01-01", Answer.NO),
        ("<=", 900, Decimal("900.00"), Answer.YES),
        ("<", 900, "nine hundred", Answer.UNKNOWN),
        ("==", True, 1, Answer.UNKNOWN),
        ("<", "soon", date(2015, 12, 31), Answer.UNKNOWN),
        ("in", (1, "B"), "C", Answer.UNKNOWN),
        ("<=", 2, None, Answer.UNKNOWN),
    ],
)
def test_a_clause_is_answered_in_three_values(operator: str, value: object, found: object, answer: Answer) -> None:
    assert eligibility([Clause("x", operator, value)], {"x": found}, {}).answer is answer


def test_a_parameter_the_city_has_not_set_leaves_the_answer_open() -> None:
    clauses = [Clause("age", ">=", "$bus_card_age")]
    verdict = eligibility(clauses, {"age": 90}, {"bus_card_age": None})
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.to_ask == ("$bus_card_age",)
    assert eligibility(clauses, {"age": 90}, {"bus_card_age": 70}).answer is Answer.YES


def test_one_no_decides_even_when_something_else_is_unknown() -> None:
    verdict = eligibility(ITEMS["MZ-11"].conditions, {"age": 79}, {})
    assert verdict.answer is Answer.NO
    assert [reason.clause.attribute for reason in verdict.against] == ["age"]
    assert verdict.to_ask == ("hukou_local", "is_deceased")


FACTS = st.dictionaries(
    st.sampled_from(sorted(CATALOGUE.attributes)),
    st.one_of(st.none(), st.booleans(), st.integers(0, 120), st.dates(), st.sampled_from(["1", "unemployed"])),
)


@given(facts=FACTS, item=st.sampled_from(sorted(ITEMS)), data=st.data())
def test_forgetting_a_fact_never_makes_anyone_ineligible(
    facts: dict[str, object], item: str, data: st.DataObject
) -> None:
    conditions = ITEMS[item].conditions
    before = eligibility(conditions, facts, {}).answer
    for name in data.draw(st.sets(st.sampled_from(sorted(facts)))) if facts else ():
        facts = {key: value for key, value in facts.items() if key != name}
    after = eligibility(conditions, facts, {}).answer
    assert after in (before, Answer.UNKNOWN)


# ---- suggestions


def test_a_person_turning_80_is_shown_the_allowance_with_the_reason() -> None:
    found = {suggestion.code: suggestion for suggestion in suggestions(ITEMS.values(), AGED)}
    assert found["MZ-11"].reason == Text(
        "已满 80 周岁，户籍在本区，没有领取记录。",
        "Aged 80 and registered here, with no allowance on record.",
    )


@pytest.mark.parametrize("without", [{"receives_zunlaojin": True}, {"receives_zunlaojin": None}, {"age": 79}])
def test_without_every_fact_the_allowance_is_not_suggested(without: dict[str, object]) -> None:
    assert "MZ-11" not in {each.code for each in suggestions(ITEMS.values(), {**AGED, **without})}


def test_nothing_is_suggested_for_the_dead() -> None:
    assert suggestions(ITEMS.values(), AGED | {"is_veteran": True, "is_deceased": True}) == []


def test_a_restricted_matter_is_not_suggested_even_with_a_rule() -> None:
    hidden = replace(ITEMS["MZ-11"], access=AccessKind.RESTRICTED)
    assert suggestions([hidden], AGED) == []


@given(facts=FACTS)
def test_nothing_is_suggested_that_the_person_may_not_have(facts: dict[str, object]) -> None:
    found = suggestions(ITEMS.values(), facts)
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    for each in found:
        assert eligibility(ITEMS[each.code].conditions, facts, {}).answer is not Answer.NO


# ---- the once-only checklist


def _lines(*codes: str, **more: object) -> dict[str, ChecklistLine]:
    options = {"on_file": {}, "answers": {}, "on": DAY} | more
    matters = [ITEMS[code].needs for code in codes]
    lines = checklist(matters, CATALOGUE.materials, **options)  # type: ignore[arg-type]  # options of any kind
    return {line.material.code: line for line in lines}


def test_each_paper_is_listed_once_over_several_matters() -> None:
    lines = _lines("MZ-11", "MZ-14")
    assert set(lines) == {"ID", "HK", "BK", "AP", "MD", "LB"}
    assert lines["ID"].items == ("MZ-11", "MZ-14")


def test_the_visit_of_the_reference_page_leaves_one_paper_missing() -> None:
    lines = _lines(
        "MZ-11",
        "MZ-14",
        on_file={"BK": OnFile("desk", date(2026, 3, 2))},
        answers=answered(ITEMS["MZ-14"].ask, {"is_dibao": False}),
    )
    states = {code: line.state for code, line in lines.items()}
    assert states == {
        "MD": MaterialState.MISSING,
        "ID": MaterialState.LOOK,
        "BK": MaterialState.KEPT,
        "HK": MaterialState.SHARED,
        "AP": MaterialState.SHARED,
        "LB": MaterialState.WAIVED,
    }
    assert next(iter(lines)) == "MD"
    assert lines["LB"].because == Text("没有领", "No")


def test_a_proxy_brings_a_letter_and_only_where_a_proxy_is_allowed() -> None:
    assert _lines("MZ-11", proxy=True)["PR"].state is MaterialState.MISSING
    assert "PR" not in _lines("MZ-11")
    assert "PR" not in _lines("HW-01", proxy=True)
    assert _lines("MZ-11", answers={"who_comes": "proxy"})["PR"].items == ("MZ-11",)


def test_a_copy_serves_until_the_last_day_of_its_months() -> None:
    kept = {"PH": OnFile("desk", date(2024, 11, 23))}
    assert _lines("MZ-10", on_file=kept)["PH"].state is MaterialState.KEPT
    line = _lines("MZ-10", on_file=kept, on=DAY + timedelta(days=1))["PH"]
    assert line.state is MaterialState.MISSING
    assert line.valid_until == DAY
    assert "no longer valid" in line.reason


def test_a_copy_of_the_31st_serves_to_the_end_of_a_short_month() -> None:
    kept = {"SP": OnFile("desk", date(2026, 11, 30))}
    line = _lines("LD-03", on_file=kept, on=date(2026, 12, 1))["SP"]
    assert line.valid_until == date(2027, 2, 28)


def test_a_paper_that_may_not_be_reused_is_asked_for_again() -> None:
    assert _lines("MZ-06", on_file={"MD": OnFile("desk", DAY)})["MD"].state is MaterialState.MISSING


def test_an_expired_answer_of_a_system_is_not_shared_again() -> None:
    told = OnFile("DIS", date(2016, 1, 1), date(2025, 12, 31), Holding.SYSTEM)
    assert _lines("MZ-21", on_file={"DC": told})["DC"].state is MaterialState.MISSING
    assert _lines("MZ-21")["DC"].state is MaterialState.SHARED


def test_a_system_that_cannot_be_asked_today_leaves_the_paper_to_bring() -> None:
    line = _lines("MZ-11", connected={"CIV"})["HK"]
    assert line.state is MaterialState.MISSING
    assert line.source == ""


def test_a_commitment_stands_in_unless_one_matter_wants_the_paper_itself() -> None:
    assert _lines("MZ-01")["IN"].state is MaterialState.PROMISED
    strict = Needs("X", ("IN",))
    lines = checklist([ITEMS["MZ-01"].needs, strict], CATALOGUE.materials, {}, {}, on=DAY)
    state = next(line.state for line in lines if line.material.code == "IN")
    assert state is MaterialState.SHARED


def test_a_paper_waived_for_one_matter_is_still_wanted_by_another() -> None:
    strict = Needs("X", ("LB",))
    lines = checklist([ITEMS["MZ-14"].needs, strict], CATALOGUE.materials, {}, {"on_dibao": "no"}, on=DAY, connected=())
    assert next(line.state for line in lines if line.material.code == "LB") is MaterialState.MISSING


def test_the_registry_answers_what_it_knows_and_nothing_else() -> None:
    questions = ITEMS["LD-02"].ask
    assert answered(questions, {"has_disability_certificate": False}) == {"has_disability": "no"}
    assert answered(questions, {"is_dibao": None}) == {}


def test_every_reason_has_its_state() -> None:
    assert set(MaterialState) == {"kept", "shared", "promised", "look", "missing", "waived"}


ANSWERS = {question.key: question for item in ITEMS.values() for question in item.ask}


@given(
    codes=st.lists(st.sampled_from(sorted(ITEMS)), unique=True, max_size=4),
    held=st.dictionaries(st.sampled_from(sorted(CATALOGUE.materials)), st.dates(date(2020, 1, 1), DAY)),
    chosen=st.dictionaries(st.sampled_from(sorted(ANSWERS)), st.integers(0, 1)),
    proxy=st.booleans(),
)
def test_no_paper_is_forgotten_and_none_is_asked_for_twice(
    codes: list[str], held: dict[str, date], chosen: dict[str, int], proxy: bool
) -> None:
    on_file = {code: OnFile("desk", day) for code, day in held.items()}
    answers = {key: ANSWERS[key].answers[index].key for key, index in chosen.items()}
    matters = [ITEMS[code].needs for code in codes]
    lines = checklist(matters, CATALOGUE.materials, on_file, answers, proxy=proxy, on=DAY)
    listed = [line.material.code for line in lines]
    assert len(listed) == len(set(listed))
    assert {material for matter in matters for material in matter.materials} <= set(listed)
    for line in lines:
        assert line.items
        if line.state is MaterialState.KEPT:
            assert line.material.reusable
            assert line.valid_until is None or line.valid_until >= DAY


# ---- forms


def _field(kind: FieldType, required: bool = False) -> Field:
    options = (Option("a", "甲", "A"), Option("b", "乙", "B")) if kind is FieldType.CHOICE else ()
    return Field("x", Text("某项", "Something"), kind, required, options=options)


@pytest.mark.parametrize(
    ("kind", "written", "kept"),
    [
        (FieldType.TEXT, "  广瑞一村 ", "广瑞一村"),
        (FieldType.INT, "１２", 12),
        (FieldType.MONEY, "38,420.6", "38420.60"),
        (FieldType.MONEY, "0", "0.00"),
        (FieldType.DATE, "2011/5/31", "2011-05-31"),
        (FieldType.BOOL, "on", True),
        (FieldType.BOOL, "no", False),
        (FieldType.CHOICE, "b", "b"),
        (FieldType.PHONE, "0510-0000 0120", "051000000120"),
        (FieldType.PHONE, "+86 100 0000 0000", "+8610000000000"),
        (FieldType.TEXT, "", None),
        (FieldType.DATE, "  ", None),
    ],
)
def test_a_value_is_understood(kind: FieldType, written: str, kept: object) -> None:
    result = form_values([_field(kind)], {"x": written})
    assert result.errors == []
    assert result.values == {"x": kept}


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (FieldType.INT, "two"),
        (FieldType.INT, "-1"),
        (FieldType.INT, "²"),
        (FieldType.INT, "9" * 30),
        (FieldType.MONEY, "1.005"),
        (FieldType.MONEY, "-5"),
        (FieldType.MONEY, "NaN"),
        (FieldType.MONEY, "1e400"),
        (FieldType.DATE, "2011-02-31"),
        (FieldType.DATE, "31.2"),
        (FieldType.DATE, "11-5-31"),
        (FieldType.BOOL, "maybe"),
        (FieldType.CHOICE, "c"),
        (FieldType.PHONE, "call me"),
        (FieldType.TEXT, "长" * 201),
        (FieldType.LONGTEXT, "长" * 2001),
    ],
)
def test_a_value_that_cannot_be_understood_is_refused_in_words(kind: FieldType, written: str) -> None:
    result = form_values([_field(kind)], {"x": written})
    assert [error.field for error in result.errors] == ["x"]
    assert result.errors[0].message
    assert result.values == {}


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_required_field_may_not_be_left_empty(kind: FieldType) -> None:
    assert form_values([_field(kind, required=True)], {}).errors == [("x", "Please fill this in.")]


def test_a_required_consent_may_not_be_refused() -> None:
    consent = _field(FieldType.BOOL, required=True)
    assert form_values([consent], {"x": "off"}).errors
    assert form_values([consent], {"x": "on"}).values == {"x": True}


def test_what_is_no_field_of_the_form_is_dropped() -> None:
    assert form_values([_field(FieldType.TEXT)], {"x": "a", "is_admin": "1"}).values == {"x": "a"}


@given(kind=st.sampled_from(list(FieldType)), written=st.text(max_size=40))
def test_any_text_is_either_understood_or_refused_and_understood_text_stays(kind: FieldType, written: str) -> None:
    first = form_values([_field(kind)], {"x": written})
    assert len(first.values) + len(first.errors) == 1
    assert json.dumps(first.values)
    if first.values.get("x") is not None:
        assert form_values([_field(kind)], first.values) == first


# ---- limits


@given(legal=st.one_of(st.none(), st.integers(0, 400)), promised=st.integers(-5, 400))
def test_a_promise_is_never_longer_than_the_law(legal: int | None, promised: int) -> None:
    assert limits_ok(legal, promised) == (promised >= 0 and not (legal is not None and promised > legal))


def test_needs_carry_what_the_checklist_reads() -> None:
    item: Item = ITEMS["MZ-14"]
    assert item.needs == Needs(item.code, item.materials, item.ask, item.declare_instead, item.look_only, item.proxy)
