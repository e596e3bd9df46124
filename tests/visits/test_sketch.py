"""Coverage as a picture and as one page: places as they lie, each compared with its own goal."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests import cast
from tests.registry.town import AT
from yimen.core.actor import SYSTEM
from yimen.patches.models import Patch
from yimen.registry.models import Building
from yimen.visits.actions.folding import fold_communities
from yimen.visits.models import Monthly
from yimen.visits.rules.months import first_of
from yimen.visits.rules.sketch import WIDTH, Area, readable, shade_of, sketch

PLACES = st.lists(
    st.tuples(st.integers(0, 720), st.integers(0, 400), st.text("乡镇村", min_size=1, max_size=6)), max_size=12
)
SPOTS = st.tuples(st.floats(119.5, 120.7), st.floats(31.1, 32.1))


@given(PLACES)
def test_names_on_the_picture_never_run_into_each_other_and_none_is_lost_without_cause(
    places: list[tuple[int, int, str]],
) -> None:
    areas = [Area(str(number), (), x, y) for number, (x, y, _name) in enumerate(places)]
    names = {str(number): name for number, (_x, _y, name) in enumerate(places)}
    kept = readable(areas, names, size=26.0)

    def meet(one: Area, other: Area) -> bool:
        reach = (len(names[one.code]) + len(names[other.code])) * 13
        return abs(one.y - other.y) < 26 and abs(one.x - other.x) < reach

    for place, one in enumerate(areas):
        before = [other for other in areas[:place] if other.code in kept]
        assert (one.code in kept) is not any(meet(one, other) for other in before)


@given(st.dictionaries(st.text("0123456789", min_size=1, max_size=4), SPOTS, min_size=1, max_size=8))
def test_every_place_lies_in_the_box_north_up(places: dict[str, tuple[float, float]]) -> None:
    shapes = {code: [[[(x, y), (x + 0.01, y), (x + 0.01, y + 0.01), (x, y)]]] for code, (x, y) in places.items()}
    drawn = sketch(shapes)
    assert [one.code for one in drawn.areas] == sorted(places)
    for one in drawn.areas:
        for ring in one.rings:
            assert all(0 <= x <= WIDTH and 0 <= y <= drawn.height for x, y in ring)
    high = sorted(places, key=lambda code: -places[code][1])
    tops = {one.code: one.y for one in drawn.areas}
    assert [round(tops[code]) for code in high] == sorted(round(top) for top in tops.values())


def test_a_shade_says_how_far_a_place_came_with_its_own() -> None:
    pairs = ((0, 0), (0, 4), (9, 20), (10, 20), (13, 20), (14, 20), (17, 20), (18, 20), (19, 20), (20, 20))
    assert [shade_of(*pair) for pair in pairs] == [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]
    assert sketch({}).areas == ()


@pytest.mark.django_db
def test_the_page_and_the_sheet_show_the_patches(patches: list[Patch]) -> None:
    for number, east in (("3", 120.304), ("12", 120.306)):
        Building.objects.filter(division_code=cast.COMMUNITY, number=number).update(longitude=east, latitude=31.505)
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=first_of(AT.date()), at=AT)
    client = cast.client_for("head")
    page = client.get("/coverage?month=2026-11").content.decode()
    assert page.count('<path class="sketch-') == 2
    assert page.count('class="sketch-part"') == 2  # the share of each patch stands on it
    answer = client.get("/coverage.pdf?month=2026-11")
    assert answer["Content-Type"] == "application/pdf"
    text = pages_of(answer.content)
    assert len(text) == 1
    assert "第 1 片区" in text[0]
    assert "沈晓岚" not in text[0]  # people are not compared
    assert client.get(f"/coverage.pdf?of={cast.SIBLING}").status_code == 404


@pytest.mark.django_db
def test_a_station_of_thirty_patches_still_fits_one_page(patches: list[Patch]) -> None:
    fold_communities(SYSTEM, codes=(cast.COMMUNITY,), month=first_of(AT.date()), at=AT)
    names = [field.name for field in Monthly._meta.local_concrete_fields if field.name != "pk"]
    [row] = Monthly.objects.filter(code=patches[0].code).values(*names)
    Monthly.objects.bulk_create(Monthly(**row | {"code": f"{cast.COMMUNITY}{number:03}"}) for number in range(3, 31))
    answer = cast.client_for("head").get("/coverage.pdf?month=2026-11")
    assert len(pages_of(answer.content)) == 1


def pages_of(body: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(body)).pages]
