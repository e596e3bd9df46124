"""Two records of one person become one, and two again within 30 days, exactly as they were."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import actor, client_for
from tests.registry.town import AT, TODAY, Town, number_of
from yimen.core.errors import NotFound, RuleBroken
from yimen.registry import actions, queries
from yimen.registry.actions.correcting import current
from yimen.registry.models import Household, HouseholdMember, MaterialOnFile, Merge, Residence, Resident, Trait
from yimen.registry.rules.merging import PICKABLE
from yimen.trail.models import Entry

HEAD = "head"


def merge(town: Town, **others: Any) -> Merge:
    said: dict[str, Any] = {"reason": "同一人，身份证已核对", "at": AT, **others}
    return actions.merge(actor(HEAD), keep_ref=town.people["张国富"].ref, merge_ref=town.people["单雄信"].ref, **said)


def picture(town: Town) -> str:
    """Everything about the two records, decrypted, without what only counts upwards."""
    seen: dict[str, Any] = {}
    for name in ("张国富", "单雄信"):
        resident = Resident.objects.get(id=town.people[name].id)
        plain: dict[str, Any] = {field: current(resident, field) for field in (*PICKABLE, "sex", "birth_on")}
        plain |= {
            "keys": resident.name_keys,
            "sort": resident.sort_key,
            "hash": bytes(resident.id_hash or b"").hex(),
            "tails": [resident.id_tail4, resident.id_tail6, resident.phone_tail4],
            "provenance": resident.provenance,
            "merged": resident.merged_into_id,
            "community": resident.division_code,
        }
        seen[name] = plain
        for model in (Residence, HouseholdMember, Trait, MaterialOnFile):
            seen[f"{name} {model.__name__}"] = list(model.objects.filter(resident=resident).order_by("id").values())
    seen["heads"] = list(Household.objects.order_by("id").values())
    return json.dumps(seen, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)


def test_the_kept_record_has_everything_and_the_other_one_leads_to_it(town: Town) -> None:
    kept, other = town.people["张国富"], town.people["单雄信"]
    merge(town, take=["phone"])
    page = queries.resident_page(actor(HEAD), kept.ref, AT)
    assert set(page.ids) == {kept.id, other.id}
    assert next(fact for fact in page.facts if fact.name == "phone").text == "154 **** 0003"
    assert page.home is not None
    assert page.home.door == "3-2-502"
    assert [home.door for home in page.homes] == ["3-2-502", "3-1-101"]
    assert queries.resident_page(actor(HEAD), other.ref, AT).moved_to == kept.ref
    assert set(queries.aliases_of(other.id)) == set(queries.aliases_of(kept.id)) == {kept.id, other.id}
    assert queries.known([other.id])[other.id].name == "张国富"
    assert [row.name for row in queries.search(actor(HEAD), "单雄信", AT).people] == []
    assert [row.name for row in queries.search(actor(HEAD), other.phone, AT).people] == ["张国富"]
    assert Entry.objects.filter(verb="resident.merge").count() == 2


def test_the_home_may_be_taken_from_the_other_record(town: Town) -> None:
    merge(town, take_home=True)
    page = queries.resident_page(actor(HEAD), town.people["张国富"].ref, AT)
    assert page.home is not None
    assert page.home.door == "3-1-101"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(take=st.sets(st.sampled_from(PICKABLE)), take_home=st.booleans(), days=st.integers(0, 30))
def test_undo_restores_both_records_exactly(town: Town, take: set[str], take_home: bool, days: int) -> None:
    with transaction.atomic():
        before = picture(town)
        row = merge(town, take=take, take_home=take_home)
        assert picture(town) != before
        back = actions.undo_merge(actor(HEAD), merge_ref=row.ref, at=AT + timedelta(days=days))
        assert back.id == town.people["单雄信"].id
        assert picture(town) == before
        transaction.set_rollback(True)


def test_what_happened_after_the_merge_stays_with_the_kept_record(town: Town) -> None:
    row = merge(town, take=["marital", "phone"])
    kept = Resident.objects.get(id=town.people["张国富"].id)
    later = AT + timedelta(days=3)
    actions.correct(
        actor(HEAD),
        ref=kept.ref,
        values={"phone": "15400005555"},
        source="resident",
        evidence="stated",
        version=kept.version,
        at=later,
    )
    actions.move(actor(HEAD), ref=kept.ref, dwelling_ref=town.door("12-1-501"), on=later.date(), at=later)
    actions.undo_merge(actor(HEAD), merge_ref=row.ref, at=later)
    for name, door in (("张国富", "12-1-501"), ("单雄信", "3-1-101")):
        page = queries.resident_page(actor(HEAD), town.people[name].ref, later)
        assert page.home is not None
        assert page.home.door == door
    kept.refresh_from_db()
    assert current(kept, "phone") == "15400005555"


def test_a_chain_of_merges_is_undone_from_its_end(town: Town) -> None:
    people = town.people
    first = merge(town)
    second = actions.merge(
        actor(HEAD), keep_ref=people["王秀英"].ref, merge_ref=people["张国富"].ref, reason="核对", at=AT
    )
    everybody = {people[name].id for name in ("张国富", "单雄信", "王秀英")}
    assert set(queries.aliases_of(people["单雄信"].id)) == everybody
    with pytest.raises(RuleBroken, match="merged once more since"):
        actions.undo_merge(actor(HEAD), merge_ref=first.ref, at=AT)
    actions.undo_merge(actor(HEAD), merge_ref=second.ref, at=AT)
    assert set(queries.aliases_of(people["单雄信"].id)) == {people["张国富"].id, people["单雄信"].id}
    actions.undo_merge(actor(HEAD), merge_ref=first.ref, at=AT)
    assert queries.aliases_of(people["单雄信"].id) == [people["单雄信"].id]


def test_undo_ends_after_thirty_days_and_happens_once(town: Town) -> None:
    row = merge(town)
    with pytest.raises(RuleBroken, match="more than 30 days"):
        actions.undo_merge(actor(HEAD), merge_ref=row.ref, at=AT + timedelta(days=31))
    for who in ("sibling", "nextdoor"):
        with pytest.raises(NotFound):
            actions.undo_merge(actor(who), merge_ref=row.ref, at=AT)
    actions.undo_merge(actor(HEAD), merge_ref=row.ref, at=AT)
    with pytest.raises(RuleBroken, match="already been undone"):
        actions.undo_merge(actor(HEAD), merge_ref=row.ref, at=AT)


@pytest.mark.parametrize(
    ("others", "sentence"),
    [({"reason": " "}, "Say how you know"), ({"take": ["version"]}, "not in the list")],
)
def test_a_merge_needs_a_reason_and_known_fields(town: Town, others: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        merge(town, **others)


def test_nobody_is_merged_with_themselves_or_out_of_reach(town: Town) -> None:
    ref = town.people["张国富"].ref
    with pytest.raises(RuleBroken, match="one and the same record"):
        actions.merge(actor(HEAD), keep_ref=ref, merge_ref=ref, reason="核对", at=AT)
    with pytest.raises(NotFound):
        actions.merge(actor(HEAD), keep_ref=ref, merge_ref=town.people["张国芳"].ref, reason="核对", at=AT)


def test_a_merged_record_is_not_worked_on_any_more(town: Town) -> None:
    merge(town)
    with pytest.raises(RuleBroken, match="was merged into another one"):
        actions.move(actor(HEAD), ref=town.people["单雄信"].ref, dwelling_ref=town.door("12-1-501"), on=TODAY, at=AT)


def test_the_number_of_a_merged_record_still_belongs_to_the_person(town: Town) -> None:
    number = town.people["单雄信"].number
    merge(town, take=["id_number"])
    with pytest.raises(RuleBroken, match="already on record"):
        actions.add_resident(actor(HEAD), name="单雄信", number=number, dwelling_ref=town.door("12-1-501"), at=AT)
    assert number == number_of(date(1980, 11, 9), 3)


def test_a_record_merged_into_one_of_another_community_says_so_and_no_more(town: Town) -> None:
    here, there = town.people["单雄信"], Resident.objects.get(ref=town.people["张国芳"].ref)
    street = actor("street")
    actions.merge(street, keep_ref=there.ref, merge_ref=here.ref, reason="同一人，身份证已核对", at=AT)
    assert queries.resident_page(street, here.ref, AT).moved_to == there.ref
    client = client_for(HEAD)
    for address in (f"/people/{here.ref}", f"/people/{here.ref}/correct", f"/people/{here.ref}/move"):
        answer = client.get(address)
        assert answer.status_code == 404
        said = answer.content.decode()
        assert "已并入您的管辖范围之外的一份档案" in said
        assert there.ref not in said
        assert there.name not in said
    with pytest.raises(NotFound) as unknown:
        queries.resident_page(actor("faraway"), here.ref, AT)
    assert "merged" not in str(unknown.value)
