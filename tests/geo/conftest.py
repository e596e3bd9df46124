from datetime import date

import pytest

from tests import cast
from tests.registry.town import AT, Town
from yimen.core.actor import SYSTEM
from yimen.orgs import actions as orgs
from yimen.orgs.models import Station
from yimen.registry.models import Building

HERE = (120.33, 31.59)


@pytest.fixture
def placed(town: Town) -> Town:
    """Buildings have places, communities outlines next to one another, all made up."""
    for place, code in enumerate((cast.COMMUNITY, cast.SIBLING, cast.NEXT_COMMUNITY)):
        x = HERE[0] + place * 0.01
        square = [[x, HERE[1]], [x + 0.01, HERE[1]], [x + 0.01, HERE[1] + 0.01], [x, HERE[1] + 0.01], [x, HERE[1]]]
        orgs.load_outlines(
            SYSTEM,
            rows=[orgs.OutlineRow(code, [[square]])],
            source="test",
            reference="EPSG:4490",
            on=date(2025, 1, 6),
            at=AT,
        )
        Building.objects.filter(division_code=code).update(longitude=x + 0.005, latitude=HERE[1] + 0.005)
    Station.objects.update(households=3)
    return town
