"""Add, correct, move, keep: the effect, the refusal and the record of each."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import override_settings

from tests.cast import COMMUNITY, SIBLING, actor
from tests.registry.town import AT, TODAY, Town, number_of
from yimen.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from yimen.registry import actions, queries
from yimen.registry.models import Change, Household, HouseholdMember, Residence, Resident, Trait
from yimen.registry.rules import sealed, traits
from yimen.registry.rules.traits import TraitKind
from yimen.trail.models import Entry

FREE = number_of(date(1991, 5, 6), 11)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = (
        TraitKind("is_veteran", "退役军人", "Veteran", "bool", "CIV"),
        TraitKind("age", "年龄", "Age", "int", "POP"),
    )
    monkeypatch.setattr(traits, "_source", lambda: kinds)
    monkeypatch.setattr(traits, "_kinds", {})


def verbs(resident_id: UUID) -> list[str]:
    return list(Entry.objects.filter(subject_id=str(resident_id)).order_by("id").values_list("verb", flat=True))


def correct(town: Town, name: str, values: dict[str, str], who: str = "window", **others: object) -> Resident:
    person = town.people[name]
    version = Resident.objects.get(id=person.id).version
    said: dict[str, object] = {"source": "desk", "evidence": "seen", "version": version, "note": "", **others}
    return actions.correct(actor(who), ref=person.ref, values=values, at=AT, **said)  # type: ignore[arg-type]  # values of any kind, as a form sends them


# --- add ------------------------------------------------------------------------------------------


def test_a_new_resident_is_found_at_once_with_what_the_number_says(town: Town) -> None:
    added = actions.add_resident(
        actor("window"), name="钱小芳", number=FREE, phone="15400009999", dwelling_ref=town.door("3-1-502"), at=AT
    )
    assert (added.sex, added.birth_on, added.division_code) == ("1", date(1991, 5, 6), COMMUNITY)
    assert [row.name for row in queries.search(actor("window"), FREE, AT).people] == ["钱小芳"]
    home = Residence.objects.get(resident=added)
    assert (home.kind, home.from_on, home.to_on) == ("living", TODAY, None)
    assert HouseholdMember.objects.get(resident=added).relation == "02"
    assert verbs(added.id) == ["resident.add"]


def test_a_newcomer_may_join_the_household_at_the_door(town: Town) -> None:
    added = actions.add_resident(
        actor("window"), name="张小宝", number=FREE, dwelling_ref=town.door("3-2-502"), relation="40", at=AT
    )
    members = queries.facts_of(added.id, TODAY).household
    assert [(member.name, member.relation) for member in members] == [
        ("张国富", "02"),
        ("王秀英", "10"),
        ("张小宝", "40"),
    ]


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"number": "320299199105061234"}, "number", "The last character does not match"),
        ({"number": "320299199102311234"}, "number", "not a real date"),
        ({"number": "320299209902211234"}, "number", "lies in the future"),
        ({"number": ""}, "birth_on", "Neither an identity number nor a birth date"),
        ({"number": "", "birth_on": "1991-02-31"}, "birth_on", "not a real date"),
        ({"number": "", "birth_on": "0199-05-06", "sex": "2"}, "birth_on", "more than 150 years ago"),
        ({"number": "", "birth_on": "1991-05-06"}, "sex", "Choose the sex: without an identity number"),
        ({"number": FREE, "birth_on": "1991-05-07"}, "birth_on", "The identity number says 1991-05-06"),
        ({"name": "  "}, "name", "needs a name"),
        ({"phone": "1234"}, "phone", "mobile number"),
        ({"dwelling_ref": "nowhere"}, "door", "There is no such door"),
        ({"relation": "XX"}, "relation", "not in the list"),
        ({"from_on": TODAY + timedelta(days=1)}, "on", "lies in the future"),
        ({"from_on": date(202, 11, 23)}, "on", "more than 150 years ago"),
        ({"evidence": "rumour"}, "evidence", "how sure"),
    ],
)
def test_what_cannot_be_right_is_refused_with_one_sentence(
    town: Town, given: dict[str, object], field: str, sentence: str
) -> None:
    values: dict[str, object] = {"name": "钱小芳", "number": FREE, "dwelling_ref": town.door("3-1-502"), **given}
    with pytest.raises(RuleBroken, match=sentence) as refused:
        actions.add_resident(actor("window"), at=AT, **values)  # type: ignore[arg-type]  # values of any kind, as a form sends them
    assert refused.value.field == field
    assert not Resident.objects.filter(name="钱小芳").exists()


def test_full_width_digits_and_the_old_form_meet_the_same_person(town: Town) -> None:
    number = town.people["张国富"].number
    wide = number.translate({ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789X"})
    for typed in (wide, number[:6] + number[8:17]):
        with pytest.raises(RuleBroken, match=r"already on record for 张\*富\. Open that record"):
            actions.add_resident(actor("window"), name="张国富", number=typed, dwelling_ref=town.door("3-1-502"), at=AT)


def test_somebody_known_to_another_station_is_named_masked_with_that_station(town: Town) -> None:
    with pytest.raises(RuleBroken, match=r"张\*富 at .*Take the person in from there"):
        actions.add_resident(
            actor("sibling"),
            name="张国富",
            number=town.people["张国富"].number,
            dwelling_ref=town.door("3-2-501", SIBLING),
            at=AT,
        )


@override_settings(MADE_UP_NUMBERS=False)
def test_a_number_that_no_card_can_bear_is_refused_unless_the_city_is_made_up(town: Town) -> None:
    with pytest.raises(RuleBroken, match="never given to any place") as refused:
        actions.add_resident(actor("window"), name="钱小芳", number=FREE, dwelling_ref=town.door("3-1-502"), at=AT)
    assert refused.value.field == "number"
    with pytest.raises(RuleBroken, match="never given to any place"):
        correct(town, "张国富", {"id_number": number_of(date(1946, 2, 2), 1)})
    real = number_of(date(1991, 5, 6), 11, region="320213")
    assert actions.add_resident(actor("window"), name="钱小芳", number=real, dwelling_ref=town.door("3-1-502"), at=AT)


def test_only_stations_add_residents(town: Town) -> None:
    for username in ("street", "district", "city", "finance", "auditor"):
        with pytest.raises(NotAllowed):
            actions.add_resident(actor(username), name="钱小芳", number=FREE, dwelling_ref=town.door("3-1-502"), at=AT)


# --- correct --------------------------------------------------------------------------------------


def test_a_correction_keeps_old_and_new_with_source_and_date(town: Town) -> None:
    resident = correct(town, "张国富", {"marital": "30", "phone": "154 0000 7777"}, source="visit", note="丧偶")
    assert (resident.marital, sealed.open_phone(resident.phone, resident.id)) == ("30", "15400007777")
    assert resident.provenance["marital"] == ["visit", TODAY.isoformat(), "seen"]
    change = Change.objects.get(resident=resident, field="marital")
    assert sealed.open_change(change.old_value, change.new_value, change.id) == ("20", "30")
    assert (change.by_name, change.note, change.source) == ("沈晓岚", "丧偶", "visit")
    assert [row.name for row in queries.search(actor("window"), "15400007777", AT).people] == ["张国富"]
    assert list(queries.search(actor("window"), "15400000001", AT).people) == []
    assert Entry.objects.get(verb="resident.correct").changes == ["marital", "phone"]


def test_what_stands_on_a_document_needs_a_document(town: Town) -> None:
    for values in ({"name": "张国付"}, {"id_number": FREE}, {"sex": "2"}, {"died_on": "2026-11-01"}):
        with pytest.raises(RuleBroken, match="Only a document changes this") as refused:
            correct(town, "张国富", values, evidence="stated")
        assert refused.value.field == "evidence"
    assert correct(town, "张国富", {"name": "张国付"}).name == "张国付"
    assert [row.name for row in queries.search(actor("window"), "国付", AT).people] == ["张国付"]


def test_a_number_brings_birth_date_and_sex_along(town: Town) -> None:
    resident = correct(town, "王秀英", {"id_number": FREE})
    assert (resident.birth_on, resident.sex) == (date(1991, 5, 6), "1")
    assert set(Change.objects.filter(resident=resident).values_list("field", flat=True)) == {
        "id_number",
        "birth_on",
        "sex",
    }
    with pytest.raises(RuleBroken, match="The identity number says 1991-05-06"):
        correct(town, "王秀英", {"birth_on": "1991-05-07"})
    with pytest.raises(RuleBroken, match="says the other sex"):
        correct(town, "王秀英", {"sex": "2"})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"marital": "77"}, "not in the list"),
        ({"shoe_size": "42"}, "not in the list"),
        ({"marital": "20"}, "Nothing differs"),
        ({"died_on": "2999-01-01"}, "lies in the future"),
        ({"died_on": "1940-01-01"}, "before the birth date"),
        ({"name": ""}, "needs a name"),
        ({"registered_address": "广" * 201}, "too long"),
        ({"registered_division": "无锡"}, "digits only"),
    ],
)
def test_a_correction_that_cannot_be_right_changes_nothing(town: Town, values: dict[str, str], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        correct(town, "张国富", values)
    assert not Change.objects.exists()


def test_a_stale_form_is_refused_and_names_who_was_faster(town: Town) -> None:
    version = Resident.objects.get(id=town.people["张国富"].id).version
    correct(town, "张国富", {"marital": "30"}, who="window2")
    with pytest.raises(Conflict, match="许一帆 changed this record at 11-16 10:00"):
        correct(town, "张国富", {"marital": "40"}, version=version)


def test_a_correction_is_put_back_with_its_source(town: Town) -> None:
    before = Resident.objects.get(id=town.people["张国富"].id)
    correct(town, "张国富", {"phone": "15400007777"})
    change = Change.objects.get(field="phone")
    after = actions.undo_correction(actor("head"), change_id=change.id, at=AT)
    assert sealed.open_phone(after.phone, after.id) == "15400000001"
    assert (after.phone_hash, after.phone_tail4) == (bytes(before.phone_hash or b""), before.phone_tail4)
    assert after.provenance == before.provenance
    with pytest.raises(RuleBroken, match="changed again later"):
        actions.undo_correction(actor("head"), change_id=change.id, at=AT)
    assert verbs(after.id)[-1] == "resident.undo"


def test_nobody_reaches_into_another_community(town: Town) -> None:
    for who in ("sibling", "nextdoor", "faraway", "nexthead"):
        with pytest.raises(NotFound):
            correct(town, "张国富", {"marital": "30"}, who=who)


# --- move -----------------------------------------------------------------------------------------


def test_a_move_closes_one_door_and_opens_another(town: Town) -> None:
    person = town.people["王秀英"]
    actions.move(actor("window"), ref=person.ref, dwelling_ref=town.door("12-1-501"), on=TODAY, at=AT, reason="分户")
    rows = Residence.objects.filter(resident=person.id).order_by("kind", "from_on")
    assert [(row.kind, row.dwelling.door, row.to_on) for row in rows] == [
        ("both", "3-2-502", TODAY),
        ("living", "12-1-501", None),
        ("registered", "3-2-502", None),
    ]
    assert [member.name for member in queries.facts_of(town.people["张国富"].id, TODAY).household] == ["张国富"]
    assert [member.relation for member in queries.facts_of(person.id, TODAY).household] == ["02"]
    assert queries.facts_of(person.id, TODAY)["residence_months"] == 0
    assert verbs(person.id) == ["resident.move"]


def test_moving_back_to_the_registered_door_makes_it_one_again(town: Town) -> None:
    person = town.people["王秀英"]
    actions.move(actor("window"), ref=person.ref, dwelling_ref=town.door("12-1-501"), on=TODAY, at=AT)
    actions.move(actor("window"), ref=person.ref, dwelling_ref=town.door("3-2-502"), on=TODAY, relation="10", at=AT)
    opened = Residence.objects.filter(resident=person.id, to_on=None)
    assert [(row.kind, row.dwelling.door) for row in opened] == [("both", "3-2-502")]
    assert [member.name for member in queries.facts_of(person.id, TODAY).household] == ["张国富", "王秀英"]


def test_the_last_to_leave_closes_the_household(town: Town) -> None:
    person = town.people["买买提·吐尔逊"]
    actions.move(
        actor("window"), ref=person.ref, dwelling_ref=town.door("12-1-501"), on=TODAY, with_registration=True, at=AT
    )
    assert Household.objects.get(dwelling__door="12-1-302").to_on == TODAY
    assert [row.kind for row in Residence.objects.filter(resident=person.id, to_on=None)] == ["both"]


@pytest.mark.parametrize("goes_along", [True, False])
def test_a_registration_that_goes_along_leaves_the_registered_household(town: Town, goes_along: bool) -> None:
    person = town.people["买买提·吐尔逊"]
    home = Household.objects.get(dwelling__door="12-1-302")
    registered = Household.objects.create(
        division_code=home.division_code,
        kind="registered",
        dwelling=home.dwelling,
        head_id=person.id,
        from_on=home.from_on,
    )
    HouseholdMember.objects.create(
        division_code=home.division_code,
        household=registered,
        resident_id=person.id,
        relation="02",
        from_on=home.from_on,
    )
    window = actor("window")
    actions.move_away(window, ref=person.ref, on=TODAY, at=AT, to="乌鲁木齐", with_registration=goes_along)
    registered.refresh_from_db()
    assert (registered.to_on, registered.head_id) == ((TODAY, None) if goes_along else (None, person.id))
    actions.undo_leaving(actor("head"), ref=person.ref, at=AT)
    registered.refresh_from_db()
    assert (registered.to_on, registered.head_id) == (None, person.id)
    assert HouseholdMember.objects.filter(household=registered, resident=person.id, to_on=None).exists()
    door = town.door("12-1-501")
    actions.move(window, ref=person.ref, dwelling_ref=door, on=TODAY, at=AT, with_registration=goes_along)
    registered.refresh_from_db()
    assert registered.to_on == (TODAY if goes_along else None)


@pytest.mark.parametrize(
    ("door", "on", "sentence"),
    [
        ("3-2-502", TODAY, "already live at this door"),
        ("12-1-501", TODAY + timedelta(days=1), "lies in the future"),
        ("12-1-501", date(2010, 1, 1), "before 2015-03-01"),
    ],
)
def test_a_move_that_cannot_be_is_refused(town: Town, door: str, on: date, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        actions.move(actor("window"), ref=town.people["张国富"].ref, dwelling_ref=town.door(door), on=on, at=AT)


def test_another_station_s_door_says_who_takes_them_in_and_how(town: Town) -> None:
    person, door = town.people["张国富"], town.door("3-2-501", SIBLING)
    with pytest.raises(RuleBroken, match="That station takes the person in"):
        actions.move(actor("window"), ref=person.ref, dwelling_ref=door, on=TODAY, at=AT)
    actions.set_trait(
        actor("window"), ref=person.ref, kind="is_veteran", value="", source="CIV", evidence="seen", on=TODAY, at=AT
    )
    taken = actions.take_in(actor("sibling"), number=person.number, dwelling_ref=door, on=TODAY, at=AT)
    assert (taken.id, taken.division_code) == (person.id, SIBLING)
    for typed in (person.number[-4:], person.number[-6:], "0001"):
        assert "张国富" in {row.name for row in queries.search(actor("sibling"), typed, AT).people}
        assert "张国富" not in {row.name for row in queries.search(actor("window"), typed, AT).people}
    assert set(Trait.objects.filter(resident=person.id).values_list("division_code", flat=True)) == {SIBLING}
    with pytest.raises(NotFound):
        queries.resident_page(actor("window"), person.ref, AT)


# --- traits and papers ----------------------------------------------------------------------------


def test_a_trait_has_one_open_value_and_a_past(town: Town) -> None:
    ref = town.people["张国富"].ref
    say: Callable[..., object] = lambda value, on: actions.set_trait(  # noqa: E731  # a name of its own type
        actor("window"), ref=ref, kind="is_veteran", value=value, source="CIV", evidence="seen", on=on, at=AT
    )
    say("1", TODAY - timedelta(days=30))
    say("0", TODAY - timedelta(days=10))
    rows = Trait.objects.filter(kind="is_veteran").order_by("from_on")
    assert [(row.value, row.to_on) for row in rows] == [(True, TODAY - timedelta(days=10)), (False, None)]
    assert queries.facts_of(town.people["张国富"].id, TODAY - timedelta(days=20))["is_veteran"] is True
    assert queries.facts_of(town.people["张国富"].id, TODAY)["is_veteran"] is False
    actions.end_trait(actor("window"), ref=ref, kind="is_veteran", on=TODAY, at=AT)
    assert "is_veteran" not in queries.facts_of(town.people["张国富"].id, TODAY)
    with pytest.raises(RuleBroken, match="already ended"):
        actions.end_trait(actor("window"), ref=ref, kind="is_veteran", on=TODAY, at=AT)


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("is_rich", "", "not in the list"),
        ("age", "81", "worked out from birth date"),
        ("is_veteran", "maybe", "does not fit"),
    ],
)
def test_a_trait_nobody_knows_is_refused(town: Town, kind: str, value: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        actions.set_trait(
            actor("window"),
            ref=town.people["张国富"].ref,
            kind=kind,
            value=value,
            source="CIV",
            evidence="seen",
            on=TODAY,
            at=AT,
        )


def test_a_paper_on_file_is_there_for_the_next_matter(town: Town) -> None:
    person = town.people["张国富"]
    for months, number in ((24, ""), (2, "LX26-0916-000001")):
        actions.keep_material(
            actor("window"),
            ref=person.ref,
            material_code="PH",
            obtained_on=TODAY - timedelta(days=30 * months),
            valid_until=TODAY + timedelta(days=365 - 30 * months),
            case_number=number,
            at=AT,
        )
    assert [(paper.code, paper.case_number) for paper in queries.materials_on_file(person.id, TODAY)] == [
        ("PH", "LX26-0916-000001")
    ]
