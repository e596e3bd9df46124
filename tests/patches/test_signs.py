"""Boards and cards: what they say, where they hang, which are to be replaced; in real PDFs with the Chinese font."""

import io
import re
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tests import cast
from tests.patches.conftest import begin, name
from tests.registry.town import Town
from yimen.access.models import Account
from yimen.core.errors import NotFound, RuleBroken
from yimen.orgs.actions import set_phone
from yimen.patches.actions.printing import KEPT, ask_print, draw_print, purge_prints, unfinished_prints
from yimen.patches.actions.signs import give_cards, keep_photo, post_boards
from yimen.patches.models import Board, Card, Officer, Patch, Portrait, Print
from yimen.patches.queries.pages import Replacing, to_replace
from yimen.patches.queries.signs import print_file, print_of, signs_of
from yimen.patches.rules.signs import COLUMNS, ROWS, Spot, plan_of, spans
from yimen.registry.models import Compound
from yimen.trail.models import Entry

AT = cast.MONDAY


@pytest.fixture
def patch(town: Town) -> Patch:
    """One patch with officer and deputy."""
    made = begin(1)[0]
    name(made, "window")
    name(made, "window2", "B")
    set_phone(cast.actor("street"), phone="0510-00000100", at=AT)
    set_phone(cast.actor("city"), phone="12345", at=AT)
    return made


def drawn(kind: str, **asked: object) -> PdfReader:
    made = ask_print(cast.actor("head"), kind=kind, origin="https://yimen.example", at=AT, **{"is_due": False} | asked)  # type: ignore[arg-type]  # what each test adds
    draw_print(made.ref, at=AT)
    content = print_file(cast.COMMUNITY, made.ref)
    assert content is not None
    return PdfReader(io.BytesIO(content))


def photo(size: tuple[int, int] = (300, 400), kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "navy").save(made, format=kind)
    return made.getvalue()


def test_every_stairwell_has_a_board_with_name_phones_and_code(patch: Patch) -> None:
    pages = drawn("boards").pages
    signs = signs_of(cast.COMMUNITY, at=AT)[0].signs
    assert len(pages) == len(signs) > 1
    said = pages[0].extract_text().replace("\n", "")
    for words in ("沈晓岚", "许一帆", "12345", "0510-00000100", f"yimen.example/p/o/{patch.ref}"):
        assert words in said
    width, height = (round(float(side) / 72 * 25.4) for side in (pages[0].mediabox.width, pages[0].mediabox.height))
    assert (width, height) == (210, 297)
    fonts = pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]  # a PDF dictionary
    assert all("NotoSansCJK" in font.get_object()["/BaseFont"] for font in fonts)


def test_a_number_stays_on_the_line_of_the_word_that_follows_it(patch: Patch) -> None:
    for length in range(6, 16):  # wherever the line ends
        Compound.objects.filter(division_code=cast.COMMUNITY).update(name="湖" * length)
        for kind in ("boards", "cards"):
            lines = drawn(kind).pages[0].extract_text().splitlines()
            assert not any(re.search(r"[0-9]\s*$", line) and "湖" in line for line in lines)
            assert not any(re.match(r"\s*[号楼单元]", line) for line in lines), lines


def test_long_names_stay_within_the_sign_and_the_page(patch: Patch) -> None:
    Compound.objects.filter(division_code=cast.COMMUNITY).update(name="太湖国际花园东区南苑三期四组团")
    Account.objects.filter(username="window").update(name="阿依努尔·买买提江·吐尔逊")
    pages = drawn("boards").pages
    assert len(pages) == len(signs_of(cast.COMMUNITY, at=AT)[0].signs)
    top, size, sign = float(pages[0].mediabox.height), 0.0, 12 / 25.4 * 72  # the blue sign begins 12 mm from the edge
    ends: list[float] = []

    def follow(operator: bytes, given: list[Any], page: list[float], line: list[float]) -> None:
        nonlocal size
        if operator == b"Tf":
            size = float(given[1])
        elif operator in (b"Tj", b"TJ"):
            ends.append(top - (page[1] * line[4] + page[3] * line[5] + page[5]) - 0.8 * size)

    pages[0].extract_text(visitor_operand_before=follow)
    assert min(ends) > sign
    assert "吐尔逊" in pages[0].extract_text().replace("\n", "")


def test_cards_are_drawn_where_city_and_street_have_set_no_number(town: Town) -> None:
    name(begin(1)[0], "window")
    assert "沈晓岚" in drawn("cards").pages[0].extract_text()


def test_a3_is_the_same_board_larger(patch: Patch) -> None:
    page = drawn("boards", paper="a3").pages[0]
    assert round(float(page.mediabox.width) / 72 * 25.4) == 297
    assert "沈晓岚" in page.extract_text()


def test_cards_come_ten_to_a_sheet_one_for_each_household(patch: Patch) -> None:
    households = sum(sign.place.households for sign in signs_of(cast.COMMUNITY, at=AT)[0].signs)
    pages = drawn("cards").pages
    assert len(pages) == -(-households // 10)
    assert sum(page.extract_text().count("沈晓岚") for page in pages) == households


def test_a_new_officer_makes_every_board_and_card_due_and_nothing_else(patch: Patch) -> None:
    head = cast.actor("head")
    assert post_boards(head, patch_ref=patch.ref, at=AT) == len(signs_of(cast.COMMUNITY, at=AT)[0].signs)
    assert give_cards(head, patch_ref=patch.ref, at=AT) > 0
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert (found.boards_due, found.cards_due) == (0, 0)
    with pytest.raises(RuleBroken, match="up to date"):
        post_boards(head, patch_ref=patch.ref, at=AT)
    with pytest.raises(RuleBroken, match="Nothing is to be printed"):
        drawn("boards", is_due=True)
    Officer.objects.filter(patch=patch, side="A").update(to_on=AT.date())
    name(patch, "window3", from_on=AT.date())
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert found.boards_due == len(found.signs)
    assert found.cards_due == sum(sign.place.households for sign in found.signs)
    assert sum(sign.old_cards for sign in found.signs) == Card.objects.filter(replaced_on=None).count()
    assert "陆建明" in drawn("boards", is_due=True).pages[0].extract_text()
    give_cards(head, patch_ref=patch.ref, at=AT)
    post_boards(head, patch_ref=patch.ref, at=AT)
    assert Card.objects.filter(replaced_on=AT.date()).count() == Card.objects.filter(replaced_on=None).count()
    assert Board.objects.filter(removed_on=None).count() == len(found.signs)
    assert {"board.post", "card.give", "sign.print"} <= set(Entry.objects.values_list("verb", flat=True))


def test_a_new_deputy_makes_the_boards_and_cards_due_that_name_the_one_before(patch: Patch) -> None:
    head = cast.actor("head")
    post_boards(head, patch_ref=patch.ref, at=AT)
    give_cards(head, patch_ref=patch.ref, at=AT)
    Officer.objects.filter(patch=patch, side="B").update(to_on=AT.date())
    name(patch, "window3", "B", from_on=AT.date())
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert found.boards_due == len(found.signs)
    assert found.cards_due == sum(sign.place.households for sign in found.signs) > 0
    cards = Card.objects.filter(replaced_on=None).count()
    assert to_replace(found.standing, at=AT) == Replacing(len(found.signs), cards)
    assert "陆建明" in drawn("boards", is_due=True).pages[0].extract_text()
    assert post_boards(head, patch_ref=patch.ref, at=AT) == len(found.signs)
    assert give_cards(head, patch_ref=patch.ref, at=AT) == cards
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert (found.boards_due, found.cards_due) == (0, 0)
    assert to_replace(found.standing, at=AT) == Replacing(0, 0)


def test_a_deputy_who_left_the_station_is_named_on_no_board(patch: Patch) -> None:
    post_boards(cast.actor("head"), patch_ref=patch.ref, at=AT)
    Account.objects.filter(username="window2").update(is_active=False)
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert found.boards_due == len(found.signs)
    assert "许一帆" not in drawn("boards", is_due=True).pages[0].extract_text()


def test_signs_of_before_the_register_of_deputies_name_the_deputy_of_their_day(patch: Patch) -> None:
    head, fill = cast.actor("head"), import_module("yimen.patches.migrations.0005_deputies_named").Migration
    post_boards(head, patch_ref=patch.ref, at=AT)
    give_cards(head, patch_ref=patch.ref, at=AT)
    Board.objects.update(deputy=None)
    Card.objects.update(deputy=None)
    with connection.cursor() as cursor:
        for operation in fill.operations:
            cursor.execute(operation.sql)
    found = signs_of(cast.COMMUNITY, at=AT)[0]
    assert (found.boards_due, found.cards_due) == (0, 0)


def test_boards_of_a_patch_are_printed_also_while_only_its_cards_are_due(patch: Patch) -> None:
    post_boards(cast.actor("head"), patch_ref=patch.ref, at=AT)
    page = cast.client_for("head").get("/patches/signs").content.decode()
    forms = re.findall(r'name="patch" value="\w+"><input type="hidden" name="due" value="(1?)">.*?value="(\w+)"', page)
    assert forms == [("", "boards"), ("1", "cards")]


def test_some_stairwells_can_be_written_down_alone(patch: Patch) -> None:
    first = signs_of(cast.COMMUNITY, at=AT)[0].signs[0]
    assert post_boards(cast.actor("window"), patch_ref=patch.ref, stairwell_ids={first.place.id}, at=AT) == 1
    assert Board.objects.get().stairwell_id == first.place.id


def test_without_an_officer_there_is_no_name_to_print(town: Town) -> None:
    bare = begin(1)[0]
    with pytest.raises(RuleBroken, match="has no officer"):
        drawn("boards")
    with pytest.raises(RuleBroken, match="has no officer"):
        post_boards(cast.actor("head"), patch_ref=bare.ref, at=AT)


def test_who_does_not_answer_for_a_patch_writes_nothing_down(patch: Patch) -> None:
    with pytest.raises(RuleBroken):
        post_boards(cast.actor("window3"), patch_ref=patch.ref, at=AT)
    with pytest.raises(NotFound):
        give_cards(cast.actor("nexthead"), patch_ref=patch.ref, at=AT)
    assert not Board.objects.exists()


def test_a_worker_that_died_leaves_its_sheets_to_the_next_and_old_ones_go(patch: Patch) -> None:
    made = ask_print(cast.actor("head"), kind="boards", is_due=False, origin="https://yimen.example", at=AT)
    assert unfinished_prints() == [made.ref]
    draw_print(made.ref, at=AT)
    draw_print(made.ref, at=AT)  # a second worker has nothing to do
    shown = print_of(cast.COMMUNITY, made.ref)
    assert shown is not None
    assert (shown.state, shown.percent) == ("done", 100)
    assert unfinished_prints() == []
    assert purge_prints(at=AT + KEPT) == 0
    assert purge_prints(at=AT + KEPT + timedelta(seconds=1)) == 1


def test_sheets_that_cannot_be_drawn_say_so_and_are_not_tried_for_ever(patch: Patch) -> None:
    made = ask_print(cast.actor("head"), kind="boards", patch_ref=patch.ref, is_due=False, origin="x", at=AT)
    draw_print(made.ref, at=AT - timedelta(days=3650))  # nothing stood then
    assert Print.objects.get().state == "failed"
    assert unfinished_prints() == []


def test_a_photo_is_drawn_anew_and_stands_on_the_board(patch: Patch) -> None:
    account = Account.objects.get(username="window")
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "CANARY CAMERA"
    Image.new("RGB", (900, 400), "navy").save(made, format="JPEG", exif=exif)
    keep_photo(cast.actor("window"), account_ref=account.ref, content=made.getvalue(), at=AT)
    kept = bytes(Portrait.objects.get().image)
    assert b"CANARY" not in kept
    assert Image.open(io.BytesIO(kept)).size == (420, 560)
    assert len(drawn("boards").pages[0].images) == 1


def test_a_photo_stands_upright_also_where_its_camera_noted_nonsense_beside(patch: Patch) -> None:
    """The width (tag 256) in letters: whoever writes such notes out again breaks on them."""
    notes = "45786966 0000 4d4d002a00000008 0002 0100 0002 00000001 61000000 0112 0003 00000001 00060000 00000000"
    picture = Image.new("RGB", (560, 420), "red")
    picture.paste("blue", (0, 0, 560, 210))  # blue above; turned to the right, it is on the right
    made = io.BytesIO()
    picture.save(made, format="JPEG", exif=bytes.fromhex(notes))
    account = Account.objects.get(username="window")
    keep_photo(cast.actor("window"), account_ref=account.ref, content=made.getvalue(), at=AT)
    with Image.open(io.BytesIO(bytes(Portrait.objects.get().image))) as kept:
        left, right = kept.convert("RGB").getpixel((100, 280)), kept.convert("RGB").getpixel((320, 280))
    assert left == pytest.approx((254, 0, 0), abs=8)
    assert right == pytest.approx((0, 0, 254), abs=8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no photo that can be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "no photo that can be read"),
        (b"<svg onload=alert(1)>", "no photo that can be read"),
        (photo(kind="GIF"), "no photo that can be read"),
        (b"x" * (8 * 2**20 + 1), "larger than 8 MB"),
    ],
)
def test_what_is_no_photo_is_refused(patch: Patch, content: bytes, words: str) -> None:
    account = Account.objects.get(username="window")
    with pytest.raises(RuleBroken, match=words):
        keep_photo(cast.actor("window"), account_ref=account.ref, content=content, at=AT)


def test_a_flood_of_pixels_is_refused_before_it_is_opened(patch: Patch) -> None:
    made = io.BytesIO()
    Image.new("1", (20000, 20000)).save(made, format="PNG")
    account = Account.objects.get(username="window")
    with pytest.raises(RuleBroken, match=r"40 million pixels|no photo that can be read"):
        keep_photo(cast.actor("window"), account_ref=account.ref, content=made.getvalue(), at=AT)


def test_a_colleagues_photo_is_the_heads_to_change(patch: Patch) -> None:
    colleague = Account.objects.get(username="window2")
    with pytest.raises(RuleBroken):
        keep_photo(cast.actor("window"), account_ref=colleague.ref, content=photo(), at=AT)
    keep_photo(cast.actor("head"), account_ref=colleague.ref, content=photo(), at=AT)


def test_the_phone_of_a_street_is_digits(patch: Patch) -> None:
    with pytest.raises(RuleBroken, match="digits"):
        set_phone(cast.actor("street"), phone="call me", at=AT)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        (["12", "13", "14", "16"], "12–14、16"),
        (["1", "2"], "1、2"),
        (["甲", "3", "1", "2"], "1–3、甲"),
        ([], ""),
    ],
)
def test_buildings_are_named_in_few_words(numbers: list[str], words: str) -> None:
    assert spans(numbers) == words


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.booleans()), min_size=1, max_size=90))
def test_every_building_of_the_patch_is_drawn_in_a_cell_of_its_own(points: list[tuple[float, float, bool]]) -> None:
    spots = [Spot(f"{n:02}", str(n), x, y, own) for n, (x, y, own) in enumerate(points)]
    drawn_ = plan_of(spots)
    assert len({(one.x, one.y) for one in drawn_}) == len(drawn_)
    own = {one.key for one in spots if one.is_own}
    assert {one.key for one in drawn_ if one.is_own} == own or len(own) > COLUMNS * ROWS
    assert plan_of(spots[::-1]) == drawn_ or len(own) > COLUMNS * ROWS
    assert all(0 <= one.x < 1 and 0 <= one.y < 1 for one in drawn_)
