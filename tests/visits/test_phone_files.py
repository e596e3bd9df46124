"""What a phone saves as a file and what it is told of each record: nothing lost, and where it counts in words."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import cast
from tests.patches.conftest import name
from tests.registry.town import build_town
from tests.visits.walking import AT, Phone, patches, refs, said
from yimen.core.errors import RuleBroken
from yimen.core.ids import new_id
from yimen.patches.models import Officer, Patch, Placement
from yimen.registry.models import Dwelling
from yimen.visits.actions.recording import Recorded, import_visits
from yimen.visits.models import Visit
from yimen.visits.queries.credit import Credit
from yimen.visits.rules.offline import MOST_FILED, MOST_RECORDS
from yimen.visits.views.records import MOST_FILE_BYTES, from_file
from yimen.visits.views.words import credit_words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def town() -> None:
    build_town()


def parcel(phone: Phone, door: str, count: int, *, note: str = "") -> dict[str, Any]:
    """What a phone writes into a file: records of its own."""
    moment = (AT - timedelta(hours=2)).isoformat()
    record = {"door": door, "outcome": "met", "at": moment, "note": note, "found": {}}
    return {
        "account": phone.account,
        "device": str(phone.id),
        "sent_at": AT.isoformat(),
        "ahead": 0,
        "records": [{"id": str(new_id()), **record} for _one in range(count)],
    }


def brought_in(*parcels: dict[str, Any]) -> Sequence[Recorded]:
    """The file at the station."""
    return import_visits(cast.actor("head"), parcels=from_file(json.dumps(parcels).encode(), received_at=AT))


def test_more_than_a_sending_holds_comes_in_with_one_file_once() -> None:
    mine, _other = patches()
    first, second = Phone(), Phone()  # the number a phone has changes when somebody else was packed on it in between
    door = refs(mine)[0]
    file = [*(parcel(first, door, MOST_RECORDS) for _one in range(2)), parcel(second, door, 7)]
    assert sum(one.is_new for one in brought_in(*file)) == 207
    assert not [one for one in brought_in(*file) if one.is_new or one.refused]
    assert Visit.objects.count() == 207


def test_the_largest_file_a_phone_writes_is_read() -> None:
    mine, _other = patches()
    phone = Phone()
    words = "说" * 500
    found = {kind: {"words": "说" * 200} for kind in ("need", "turned_away", "moved_out")}
    found |= {"new_tenant": {"name": "说" * 200, "phone": "说" * 200}, "phone": {"phone": "说" * 200}}
    one = parcel(phone, refs(mine)[0], MOST_FILED, note=words)
    for record in one["records"]:
        record["found"] = found
    text = json.dumps([one], ensure_ascii=False).encode()
    assert len(text) < MOST_FILE_BYTES
    assert len(from_file(text, received_at=AT)[0][0]) == MOST_FILED


def test_a_file_beyond_its_limits_or_of_a_stranger_takes_nothing() -> None:
    mine, _other = patches()
    phone, door = Phone(), refs(mine)[0]
    with pytest.raises(RuleBroken, match="at most"):
        brought_in(*(parcel(phone, door, MOST_RECORDS) for _one in range(MOST_FILED // MOST_RECORDS + 1)))
    with pytest.raises(RuleBroken, match="at most"):
        brought_in(parcel(phone, door, MOST_RECORDS + 1))
    with pytest.raises(RuleBroken, match="no phone of this station"):
        brought_in(parcel(phone, door, 1), parcel(phone, door, 1) | {"device": str(new_id())})
    for unreadable in (b"[", b"[[]]", b"[1]", b'[{"records": 1}]', b"[" * 100_000):
        with pytest.raises(RuleBroken, match="could not be read"):
            from_file(unreadable, received_at=AT)
    with pytest.raises(RuleBroken, match="more than 8 MB"):
        from_file(b" " * (MOST_FILE_BYTES + 1), received_at=AT)
    assert not Visit.objects.exists()


def test_the_page_that_brings_a_file_in_names_each_door_it_refuses() -> None:
    mine, _other = patches()
    phone, door = Phone(), refs(mine)[0]
    file = parcel(phone, door, 2)
    file["records"][1]["at"] = (AT + timedelta(days=400)).isoformat()
    sent = SimpleUploadedFile("walk.json", json.dumps([file]).encode())
    shown = cast.client_for("head").post("/m/import", {"file": sent}).content.decode()
    assert "收下 1 条" in shown
    assert f"<b>{Dwelling.objects.get(ref=door).door}</b>" in shown


def moved(door: str, patch: Patch, after: timedelta) -> None:
    """The stairwell of a door goes to another patch."""
    well, day = Dwelling.objects.get(ref=door).stairwell_id, (AT + after).date()
    Placement.objects.filter(stairwell=well).update(to_on=day)
    Placement.objects.create(division_code=cast.COMMUNITY, stairwell_id=well, patch=patch, from_on=day)


def test_an_officer_is_told_where_a_record_counts_whose_door_changed_patches() -> None:
    mine, other = patches()
    phone, door = Phone(), refs(mine)[0]
    moved(door, other, timedelta(days=1))
    usual, before = said(refs(mine)[1]), said(door)
    after = said(door, at=AT + timedelta(days=1, hours=1))
    sent_at = AT + timedelta(days=1, hours=2)
    done = phone.sends(usual, before, after, at=sent_at)
    last = Officer.objects.get(patch=other, side="A").account.name
    told = [None, Credit(mine.number, "", other.number), Credit(other.number, last, other.number)]
    if Dwelling.objects.get(ref=usual.door).stairwell_id == Dwelling.objects.get(ref=door).stairwell_id:
        told[0] = told[1]
    assert [one.credit for one in done] == told
    assert [one.credit for one in phone.sends(usual, before, after, at=sent_at)] == told  # sent again: the same words
    assert "换过片区" in credit_words(Credit(1, "", 2))
    assert last in credit_words(Credit(2, last, 2))


def test_a_door_that_lies_in_no_patch_and_one_without_an_officer_are_told_too() -> None:
    mine, other = patches()
    phone, door = Phone(), refs(mine)[0]
    Officer.objects.filter(patch=mine).update(to_on=(AT + timedelta(days=1)).date())
    done = phone.sends(said(door, at=AT + timedelta(days=1)), at=AT + timedelta(days=1, hours=1))
    assert done[0].credit == Credit(mine.number, "", mine.number)
    name(mine, "window3", from_on=(AT + timedelta(days=2)).date())
    words = {credit_words(Credit(*each)) for each in ((None, "", None), (1, "", None), (1, "", 1))}
    assert len(words) == 3
    assert other.number != mine.number
