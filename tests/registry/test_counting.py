"""The households of a station are the doors lived in, counted when many people come or go, and every night."""

from datetime import timedelta

import pytest

from tests import cast
from tests.registry.test_duplicates import told
from tests.registry.town import AT, Town
from yimen.core.actor import SYSTEM
from yimen.core.errors import NotAllowed
from yimen.orgs.models import Station
from yimen.registry import actions
from yimen.registry.jobs import count_households
from yimen.registry.models import Residence, Resident
from yimen.trail.record import record


def households(code: str = cast.COMMUNITY) -> int:
    return Station.objects.get(division_id=code).households


def lived_in() -> int:
    living = Residence.objects.filter(division_code=cast.COMMUNITY, to_on=None, kind__in=("both", "living"))
    return living.filter(resident__died_on=None).values("dwelling").distinct().count()


def test_a_roster_that_ends_has_the_households_of_its_community_counted(town: Town) -> None:
    told()
    assert households() == lived_in() > 0
    Station.objects.update(households=7)
    record(SYSTEM, "import.finish", subject=("import", town.people["王秀英"].id), division_code=cast.COMMUNITY, at=AT)
    told()
    assert (households(), households(cast.SIBLING)) == (lived_in(), 7)


def test_a_door_whose_last_resident_died_is_no_household_from_the_night_on(town: Town) -> None:
    told()
    before = households()
    alone = Residence.objects.filter(division_code=cast.COMMUNITY, to_on=None).first()
    assert alone is not None
    Resident.objects.filter(residences__dwelling=alone.dwelling_id).update(died_on=(AT - timedelta(days=1)).date())
    count_households.func(timestamp=0)
    assert households() == before - 1 == lived_in()


def test_nobody_counts_by_hand(town: Town) -> None:
    with pytest.raises(NotAllowed):
        actions.count_households(cast.actor("head"), division_code=cast.COMMUNITY)
