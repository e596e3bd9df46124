"""What stands in the tables, and what two workers at once leave there."""

import threading
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests.cast import actor
from tests.registry.town import AT, TODAY, Town, build_town, number_of
from yimen.core.errors import RuleBroken
from yimen.registry import actions, queries
from yimen.registry.models import Residence, Resident, Trait
from yimen.registry.rules import sealed

NUMBER = number_of(date(1991, 5, 6), 11)


def dump() -> str:
    """Every row of every table as text, as a stolen copy would show it."""
    parts = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"select t::text, encode(t::text::bytea, 'hex') from \"{model._meta.db_table}\" t")
            parts += [cell for row in cursor.fetchall() for cell in row]
    return "\n".join(parts)


def test_a_copy_of_the_tables_holds_no_number_and_no_phone(town: Town) -> None:
    person = town.people["张国富"]
    added = actions.add_resident(
        actor("window"), name="钱小芳", number=NUMBER, phone="15400009999", dwelling_ref=town.door("3-1-502"), at=AT
    )
    actions.correct(
        actor("window"),
        ref=person.ref,
        values={"phone": "15400008888"},
        source="resident",
        evidence="stated",
        version=Resident.objects.get(id=person.id).version,
        at=AT,
    )
    actions.reveal(actor("window"), ref=added.ref, field="id", reason="verify", at=AT)
    for q in (NUMBER, "15400009999", NUMBER[-4:], person.number):
        queries.search(actor("window"), q, AT)
    actions.merge(
        actor("head"), keep_ref=person.ref, merge_ref=added.ref, reason="核对", take=["id_number", "phone"], at=AT
    )
    copy = dump()
    assert "张国富" in copy
    for secret in (NUMBER, person.number, person.phone, "15400009999", "15400008888"):
        assert secret not in copy
        assert secret.encode().hex() not in copy


def test_equal_tails_of_two_communities_do_not_look_alike(town: Town) -> None:
    tails = Resident.objects.filter(phone_tail4__isnull=False).values_list("phone_tail4", flat=True)
    assert len(set(tails)) == len(tails)
    one = Resident.objects.get(id=town.people["张国富"].id)
    actions.take_in(
        actor("sibling"),
        number=town.people["张国富"].number,
        dwelling_ref=town.door("3-2-501", "320213025002"),
        on=TODAY,
        at=AT,
    )
    other = Resident.objects.get(id=one.id)
    assert (one.id_tail4, one.id_tail6, one.phone_tail4) != (other.id_tail4, other.id_tail6, other.phone_tail4)
    assert one.id_hash == other.id_hash


def test_two_windows_adding_one_number_leave_one_record_and_one_sentence(own_database: None) -> None:
    town = build_town()
    workers = [actor("window"), actor("window2"), actor("window3"), actor("window4")]
    start = threading.Barrier(len(workers))
    said: list[str] = []

    def add(place: int) -> None:
        try:
            start.wait()
            actions.add_resident(workers[place], name="钱小芳", number=NUMBER, dwelling_ref=town.door("3-1-502"), at=AT)
            said.append("added")
        except RuleBroken as refused:
            said.append(refused.field)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(place,)) for place in range(len(workers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["added", "number", "number", "number"]
    assert Resident.objects.filter(name="钱小芳").count() == 1


def test_the_database_itself_refuses_two_homes_at_once(town: Town) -> None:
    home = Residence.objects.get(resident=town.people["张国富"].id)
    other = Residence.objects.exclude(dwelling=home.dwelling_id).first()
    assert other is not None
    home.pk, home.dwelling_id = other.pk.__class__(int=1), other.dwelling_id
    with pytest.raises(IntegrityError, match="residence_lives_in_one_place"), transaction.atomic():
        home.save(force_insert=True)


def test_words_and_phones_among_the_traits_are_sealed_and_masked(town: Town) -> None:
    person = town.people["张国富"]
    for kind, value in (("emergency_phone", "15400007777"), ("bank_card", "社保卡 6222021103012345678")):
        actions.set_trait(
            actor("window"),
            ref=person.ref,
            kind=kind,
            value=value,
            source="resident",
            evidence="stated",
            on=TODAY,
            at=AT,
        )
    copy = dump()
    assert "15400007777" not in copy
    assert "6222021103012345678" not in copy
    page = queries.resident_page(actor("window"), person.ref, AT)
    shown = {trait.kind: trait.value for trait in page.traits}
    assert (shown["emergency_phone"], shown["bank_card"]) == ("154 **** 7777", "社保卡 **** 5678")
    facts = queries.facts_of(person.id, TODAY)
    assert (facts["emergency_phone"], facts["bank_card"]) == ("154 **** 7777", "社保卡 **** 5678")


def test_traits_of_before_are_sealed_by_the_migration(town: Town) -> None:
    person = Resident.objects.get(id=town.people["张国富"].id)
    plain = Trait.objects.create(
        division_code=person.division_code,
        resident=person,
        kind="emergency_phone",
        value="15400007777",
        source="desk",
        as_of_on=TODAY,
        evidence="stated",
        from_on=TODAY,
    )
    assert queries.facts_of(person.id, TODAY)["emergency_phone"] == "154 **** 7777"  # readable until then
    import_module("yimen.registry.migrations.0003_seal_words_of_traits").seal(apps, None)
    assert "15400007777" not in dump()
    plain.refresh_from_db()
    assert sealed.open_trait(plain.value, plain.id) == "15400007777"
