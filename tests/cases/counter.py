"""Residents who come to the counter: an old couple, a worker, a widow's late husband. All invented."""

from datetime import date, datetime, timedelta
from uuid import UUID

from tests import cast
from yimen.core.actor import SYSTEM
from yimen.core.clock import LOCAL
from yimen.core.identity import check_character
from yimen.core.ids import new_id
from yimen.registry.actions.loading import load_people, load_places
from yimen.registry.rules import rows

SINCE = date(2025, 3, 1)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL)
REGION = "320299"  # never assigned
PHONE = "19900006207"


def number_of(birth: str, order: str) -> str:
    """A number that passes its check, in a region nobody has."""
    body = f"{REGION}{birth}{order}"
    return body + check_character(body)


def people(community: str = cast.COMMUNITY) -> dict[str, str]:
    """Load one stairwell and four residents; name → public reference.

    张国富 (over 80, local, head of his household, bank card on file) and his wife 王秀英 live at 3-502, 陈立新 (41) at
    3-501; 钱德明 died in May.
    """
    compound, building, stairwell, first, second = (new_id() for _ in range(5))
    load_places(
        SYSTEM,
        rows=rows.PlaceRows(
            compounds=[rows.CompoundRow(id=compound, division_code=community, name="广瑞一村")],
            buildings=[
                rows.BuildingRow(id=building, division_code=community, compound_id=compound, number="3", floors=6)
            ],
            stairwells=[rows.StairwellRow(id=stairwell, division_code=community, building_id=building, number="1")],
            dwellings=[
                _dwelling(first, community, stairwell, "502"),
                _dwelling(second, community, stairwell, "501"),
            ],
        ),
        at=AT,
    )
    zhang, wang, chen, qian = (new_id() for _ in range(4))
    residents = [
        _resident(zhang, community, "张国富", number_of("19401110", "401"), phone=PHONE, marital="20"),
        _resident(wang, community, "王秀英", number_of("19480302", "402"), phone="", marital="20"),
        _resident(chen, community, "陈立新", number_of("19850520", "403"), phone="19900001234", marital="10"),
        _resident(qian, community, "钱德明", number_of("19400101", "405"), phone="", died_on=date(2026, 5, 4)),
    ]
    household = new_id()
    load_people(
        SYSTEM,
        rows=rows.PersonRows(
            residents=residents,
            residences=[
                _lives(zhang, first, community),
                _lives(wang, first, community),
                _lives(chen, second, community),
            ],
            households=[
                rows.HouseholdRow(
                    id=household,
                    division_code=community,
                    kind="living",
                    dwelling_id=first,
                    from_on=SINCE,
                    head_id=zhang,
                )
            ],
            members=[_member(household, zhang, "02", community), _member(household, wang, "10", community)],
            traits=[
                _trait(zhang, community, "receives_zunlaojin", False, "CIV"),
                _trait(zhang, community, "bank_card", "社会保障卡，尾号 7735", "LSS"),
            ],
            materials=[
                rows.MaterialRow(
                    division_code=community,
                    resident_id=zhang,
                    material_code=code,
                    source=source,
                    obtained_on=date(2026, 3, 2),
                )
                for code, source in (("BK", "desk"), ("HK", "POP"))
            ],
        ),
        at=AT,
    )
    return {resident.name: resident.ref for resident in residents}


def _dwelling(row: UUID, community: str, stairwell: UUID, room: str) -> rows.DwellingRow:
    return rows.DwellingRow(
        id=row,
        division_code=community,
        stairwell_id=stairwell,
        floor=int(room[0]),
        room=room,
        address=f"广瑞一村3号楼1单元{room}室",
    )


def _resident(row: UUID, community: str, name: str, number: str, **more: object) -> rows.ResidentRow:
    return rows.ResidentRow(
        id=row,
        division_code=community,
        name=name,
        source="POP",
        as_of_on=SINCE,
        number=number,
        registered_division=community[:6] + "000000",
        registered_address="无锡市梁溪区广瑞一村3号楼",
        **more,  # type: ignore[arg-type]  # a row's own fields
    )


def _lives(resident: UUID, dwelling: UUID, community: str) -> rows.ResidenceRow:
    return rows.ResidenceRow(
        division_code=community,
        resident_id=resident,
        dwelling_id=dwelling,
        kind="both",
        source="POP",
        as_of_on=SINCE,
        from_on=SINCE - timedelta(days=3650),
    )


def _member(household: UUID, resident: UUID, relation: str, community: str) -> rows.MemberRow:
    return rows.MemberRow(
        division_code=community, household_id=household, resident_id=resident, relation=relation, from_on=SINCE
    )


def _trait(resident: UUID, community: str, kind: str, value: object, source: str) -> rows.TraitRow:
    return rows.TraitRow(
        division_code=community,
        resident_id=resident,
        kind=kind,
        value=value,
        source=source,
        as_of_on=SINCE,
        evidence="matched",
        from_on=SINCE,
    )
