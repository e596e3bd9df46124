"""People by the sheet: judged, written once, and taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import COMMUNITY, NEXT_COMMUNITY, SIBLING, actor
from tests.registry.town import AT, TODAY, Town, number_of
from yimen.core.cipher import Cipher, cipher
from yimen.core.errors import NotAllowed
from yimen.registry import actions
from yimen.registry.actions.roster import Kept, judge, origin_of, take_back, write_people
from yimen.registry.models import Change, Household, HouseholdMember, Residence, Resident, Trait
from yimen.registry.queries.roster import Doors, people_by_number
from yimen.registry.rules import sealed
from yimen.registry.rules.roster import Said
from yimen.trail.models import Entry

FREE = number_of(date(1991, 5, 6), 11)
REF = "imp0rt000001"


def said(line: int, door: str = "", *, community: str = COMMUNITY, **values: Any) -> Said:
    """One row; `relation`, `traits` and so on by their own names, the rest are values."""
    found = Doors().find(community, door) if door else []
    own = {name: values.pop(name) for name in ("relation", "traits", "only_traits", "evidence") if name in values}
    return Said(
        line=line,
        division_code=community,
        values=values,
        evidence=own.pop("evidence", "seen"),
        dwelling=found[0][0] if found else None,
        door=found[0][1] if found else "",
        dwelling_code=community,
        **own,
    )


def write(rows: Sequence[Said], who: str = "head") -> list[Any]:
    """Write what the preview would show."""
    shown = {row.line: one.differences for row, one in zip(rows, judge(actor(who), rows), strict=True)}
    return write_people(actor(who), rows=rows, expected=shown, ref=REF, at=AT)


def newcomer(line: int = 1, **values: Any) -> Said:
    wanted = {"name": "钱小芳", "id_number": FREE, "birth_on": "1991-05-06", "sex": "1", **values}
    return said(line, "3-1-502", **wanted)


def undo(rows: Sequence[Said], written: Sequence[Any], who: str = "head") -> dict[int, list[str]]:
    kept = []
    for row, one in zip(rows, written, strict=True):
        if one.journal:
            person = one.journal.get("added") or one.judged.person.id
            kept.append(
                Kept(
                    row.line, person if not isinstance(person, str) else Resident.objects.get(id=person).id, one.journal
                )
            )
    return take_back(actor(who), rows=kept, origin=origin_of(REF, AT + timedelta(hours=1)))


def test_a_new_person_is_written_with_home_household_and_record(town: Town) -> None:
    (one,) = write([newcomer(phone="15400009999", traits={"is_veteran": True})])
    assert one.judged.verdict == "new"
    person = Resident.objects.get(name="钱小芳")
    assert (person.source, person.division_code, person.sex) == ("import", COMMUNITY, "1")
    assert Residence.objects.get(resident=person).from_on == TODAY
    assert HouseholdMember.objects.get(resident=person).relation == "02"
    assert Trait.objects.get(resident=person).kind == "is_veteran"
    assert Entry.objects.get(subject_id=str(person.id)).verb == "resident.import"


def test_the_same_rows_twice_change_nothing(town: Town) -> None:
    rows = [
        newcomer(traits={"is_veteran": True}),
        said(2, "3-2-502", id_number=town.people["张国富"].number, phone="15499998888"),
    ]
    assert [one.judged.verdict for one in write(rows)] == ["new", "changed"]
    before = Entry.objects.count()
    assert [one.judged.verdict for one in write(rows)] == ["same", "same"]
    assert Entry.objects.count() == before


def test_a_roster_finds_people_under_either_key_while_keys_are_rotated(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = cipher()._ring.added()
    newer = next(one for one in ring.keys if one != ring.current)
    turned = Cipher(ring.turned(newer))
    with monkeypatch.context() as patched:
        patched.setattr(sealed, "cipher", lambda: turned)
        added = str(write([newcomer()])[0].journal["added"])
        for number in (town.people["张国富"].number, FREE):  # of the old key, of the new one
            assert people_by_number([number])[number].values["id_number"] == number
    monkeypatch.setattr(sealed, "cipher", lambda: Cipher(ring))  # a machine that has not noticed yet
    assert str(people_by_number([FREE])[FREE].id) == added


def test_a_changed_value_keeps_the_old_one_with_its_source(town: Town) -> None:
    old = town.people["张国富"]
    write([said(1, id_number=old.number, phone="15499998888", marital="30")])
    changes = {row.field: (row.source, row.note, row.provenance_before) for row in Change.objects.all()}
    assert changes == {
        "phone": ("import", REF, ["resident", "2025-05-05", "stated"]),
        "marital": ("import", REF, None),
    }
    person = Resident.objects.get(id=old.id)
    assert (person.marital, person.provenance["phone"]) == ("30", ["import", TODAY.isoformat(), "seen"])
    assert person.version == 2


def test_what_the_row_does_not_say_is_left_alone(town: Town) -> None:
    (one,) = judge(actor("head"), [said(1, id_number=town.people["张国富"].number, phone="", marital="")])
    assert one.verdict == "same"


def test_a_person_of_another_station_is_refused_by_its_name(town: Town) -> None:
    (one,) = judge(actor("head"), [said(1, "3-1-502", id_number=town.people["章高峰"].number, name="章高峰")])
    assert (one.verdict, one.reason, one.params) == ("refused", "elsewhere", {"station": NEXT_COMMUNITY})


def test_a_street_takes_its_communities_and_a_window_takes_none(town: Town) -> None:
    (one,) = judge(actor("street"), [said(1, id_number=town.people["张国芳"].number, community=SIBLING)])
    assert one.verdict == "same"
    with pytest.raises(NotAllowed):
        judge(actor("window"), [])


def test_without_a_number_name_and_birth_date_decide_or_several_are_refused(town: Town) -> None:
    (one,) = judge(actor("head"), [said(1, name="张国富", birth_on="1946-11-09", marital="30")])
    assert [each.name for each in one.differences] == ["marital"]
    (none,) = judge(actor("head"), [said(1, name="张国富", birth_on="1946-11-08")])
    assert none.reason == "no_sex"


def test_a_like_person_with_another_number_is_new_and_pointed_out(town: Town) -> None:
    number = number_of(date(1946, 11, 9), 33)
    row = said(1, "3-1-502", name="张国富", id_number=number, birth_on="1946-11-09", sex="1")
    (one,) = judge(actor("head"), [row])
    assert one.verdict == "new"
    assert one.alike[0].startswith(town.people["张国富"].ref)


def test_only_a_document_changes_a_name(town: Town) -> None:
    row = said(1, id_number=town.people["张国富"].number, name="张国复", evidence="stated")
    (one,) = judge(actor("head"), [row])
    assert (one.verdict, one.reason) == ("refused", "needs_proof")


@pytest.mark.parametrize("only_traits", [False, True])
def test_a_number_of_somebody_of_quite_another_name_is_refused(town: Town, only_traits: bool) -> None:
    """A number that slipped by a row renames nobody and gives nobody another's trait."""
    number = town.people["张国富"].number
    rows = [
        said(at, id_number=number, name=name, traits={"is_dibao": True}, only_traits=only_traits)
        for at, name in enumerate(("李秀英", "张国复", "章锅"), 1)
    ]
    assert [one.reason for one in judge(actor("head"), rows)] == ["other_name", "", ""]


def test_what_changed_after_the_preview_is_refused(town: Town) -> None:
    row = said(1, id_number=town.people["张国富"].number, marital="30")
    (one,) = write_people(actor("head"), rows=[row], expected={1: ()}, ref=REF, at=AT)
    assert (one.judged.verdict, one.judged.reason) == ("refused", "changed_since")
    assert not Change.objects.exists()


def test_another_door_is_a_move_that_keeps_the_old_one(town: Town) -> None:
    old = town.people["王秀英"]
    row = said(1, "12-2-301", id_number=old.number)
    (one,) = written = write([row])
    assert [each.name for each in one.judged.differences] == ["door"]
    homes = list(Residence.objects.filter(resident=old.id).order_by("from_on", "kind").values_list("kind", "to_on"))
    assert homes == [("both", TODAY), ("living", None), ("registered", None)]
    assert undo([row], written) == {}
    assert Residence.objects.get(resident=old.id, to_on=None).kind == "both"
    member = HouseholdMember.objects.get(resident=old.id, to_on=None)
    assert member.household.dwelling_id == Residence.objects.get(resident=old.id, to_on=None).dwelling_id


def test_a_family_of_the_roster_becomes_one_household(town: Town) -> None:
    wife, child = number_of(date(1993, 1, 1), 12), number_of(date(2016, 1, 1), 13)
    rows = [
        newcomer(1, name="钱小妻", id_number=wife, birth_on="1993-01-01", sex="2", relation="10"),
        newcomer(2, relation="02"),
        newcomer(3, name="钱小子", id_number=child, birth_on="2016-01-01", sex="1", relation="20"),
    ]
    write(rows)
    home = Household.objects.get(members__resident__name="钱小妻")
    assert home.head is not None
    assert home.head.name == "钱小芳"
    assert home.members.count() == 3


def test_the_same_number_twice_in_a_batch_counts_once(town: Town) -> None:
    written = write([newcomer(1), newcomer(2, name="钱小方")])
    assert [(one.judged.verdict, one.judged.reason) for one in written] == [("new", ""), ("refused", "twice")]


def test_undo_restores_values_sources_and_traits_and_removes_newcomers(town: Town) -> None:
    old = town.people["张国富"]
    rows = [
        newcomer(1, traits={"is_veteran": True}),
        said(2, id_number=old.number, phone="15499998888", traits={"medical_insured": False, "is_veteran": True}),
    ]
    written = write(rows)
    assert undo(rows, written) == {}
    assert not Resident.objects.filter(name="钱小芳").exists()
    person = Resident.objects.get(id=old.id)
    assert person.provenance["phone"] == ["resident", "2025-05-05", "stated"]
    assert [row.kind for row in Trait.objects.filter(resident=person, to_on=None)] == ["medical_insured"]
    again = judge(actor("head"), [said(2, id_number=old.number, phone=old.phone)])
    assert again[0].verdict == "same"


def test_undo_leaves_and_names_what_was_touched_later(town: Town) -> None:
    old = town.people["张国富"]
    rows = [newcomer(1), said(2, id_number=old.number, phone="15499998888", marital="30")]
    written = write(rows)
    ref = Resident.objects.get(name="钱小芳").ref
    actions.keep_material(actor("window"), ref=ref, material_code="ID", obtained_on=TODAY, at=AT)
    actions.correct(
        actor("window"),
        ref=old.ref,
        values={"phone": "15411112222"},
        source="desk",
        evidence="seen",
        at=AT + timedelta(minutes=1),
    )
    assert undo(rows, written) == {1: ["added"], 2: ["phone"]}
    assert Resident.objects.get(id=old.id).marital == "20"
    assert Resident.objects.filter(ref=ref).exists()


def test_one_person_in_two_records_of_either_length_is_met_by_the_very_number(town: Town) -> None:
    """A record with the old fifteen digits and one with eighteen: neither takes the other's number."""
    old = town.people["张国富"]
    short = old.number[:6] + old.number[8:17]
    Resident.objects.filter(id=town.people["王秀英"].id).update(**cells_of(short, town.people["王秀英"].id))
    (one,) = judge(actor("head"), [said(1, id_number=old.number, name="张国富")])
    assert (one.verdict, one.person and one.person.ref) == ("same", old.ref)
    (other,) = judge(actor("head"), [said(1, id_number=short, name="王秀英")])
    assert (other.verdict, other.person and other.person.ref) == ("same", town.people["王秀英"].ref)


def cells_of(number: str, row: UUID) -> dict[str, Any]:
    return sealed.number_cells(number, community=COMMUNITY, row=row)._asdict()


def test_a_trait_holds_from_the_day_the_roster_says_and_ends_when_it_says_so(town: Town) -> None:
    old, since = town.people["张国富"], date(2026, 3, 1)
    write([replace(said(1, id_number=old.number, traits={"is_veteran": True}), traits_from={"is_veteran": since})])
    assert Trait.objects.get(resident=old.id, kind="is_veteran").from_on == since
    write([said(1, id_number=old.number, traits={"is_veteran": False})])
    assert not Trait.objects.filter(resident=old.id, kind="is_veteran", to_on=None).exists()
