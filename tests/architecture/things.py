"""One of each kind of object that an address may name."""

import io
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from PIL import Image

from tests import cast
from tests.architecture.grid import Row
from tests.cases.counter import PHONE, people
from tests.patches.conftest import begin, name
from tests.visits.conftest import find, record_visit
from yimen.access.models import Account
from yimen.cases.actions import complain, drafts
from yimen.cases.actions.intake import accept
from yimen.cases.rules.application import Application
from yimen.core.actor import Actor, Role
from yimen.core.clock import local, now
from yimen.exchange.actions import upload
from yimen.geo.models import GroundFile
from yimen.orgs.actions import mark_absent
from yimen.patches.actions import publish_plan, start_plan
from yimen.patches.actions.printing import ask_print, draw_print
from yimen.patches.actions.signs import keep_photo
from yimen.registry.models import Building, Duplicate, Dwelling, Residence, Resident
from yimen.visits.actions import boxes, channels
from yimen.visits.actions.contacts import Entry, Said, take


@dataclass(frozen=True)
class Things:
    """One of each kind of object, all of one community."""

    refs: dict[str, str]

    def address(self, row: Row) -> str:
        """The row's address with real objects in it."""
        filled = row.door.address
        if row.kind:
            filled = re.sub(
                r"<str:(ref|number|code|account)>|<number>|\{(number|ref)\}", self.refs[row.kind], filled, count=1
            )
        fixed = {
            "<int:year>": "2026",
            "<str:layer>/<int:z>/<int:x>/<int:y>": "buildings/15/27334/13351",
            "<uuid:token>": "01890000-0000-7000-8000-000000000000",
            "<str:name>": "dibao_line",
        }
        for mark, value in fixed.items():
            filled = filled.replace(mark, value)
        if "catalogue" in filled or "guides" in filled or "/check/" in filled:
            filled = filled.replace("<str:code>", "MZ-11")
        return re.sub(r"<str:\w+>|\{(number|ref)\}", "zzzzzzzzzzzz", filled)


def one_of_each() -> Things:
    """One of each kind of object, all in the window's community; needs the matters."""
    refs, at = people(), now()
    window = cast.actor("window")
    receipt = accept(
        window,
        resident_ref=refs["张国富"],
        application=Application(matters=("MZ-11",), asked=True, papers={"ID": "seen"}),
        at=at,
    )
    by_resident = Actor(role=Role.RESIDENT, reach=cast.COMMUNITY, name="resident")
    follow_up, _secret = complain(by_resident, number=receipt.number, text="等了很久", at=at)
    draft_ref = drafts.start(window, resident_ref=refs["陈立新"], at=at)
    colleague = Account.objects.get(username="window2")
    absence = mark_absent(
        cast.actor("head"),
        account_ref=colleague.ref,
        from_at=at,
        to_at=at + timedelta(hours=2),
        reason="meeting",
        at=at,
    )
    roster = upload(cast.actor("head"), chunks=["姓名,电话\n".encode()], name="名册.csv", at=at)
    dwelling = Residence.objects.filter(resident__ref=refs["张国富"]).values_list("dwelling__ref", flat=True)[0]
    return Things(
        {
            "resident": refs["张国富"],
            "duplicate": _pair(refs["张国富"], refs["陈立新"], at),
            "case": receipt.number,
            "draft": draft_ref,
            "dwelling": dwelling,
            "building": Building.objects.get(stairwell__dwelling__ref=dwelling).ref,
            "follow_up": follow_up.ref,
            "absence": absence.ref,
            "worker": colleague.ref,
            "station": cast.COMMUNITY,
            "import": roster.ref,
            "ground": _ground(at),
            **_patched(window, at),
            **_spoken(window, refs["张国富"], at),
            **_walked(dwelling, at),
        }
    )


def _ground(at: datetime) -> str:
    """A file of places of the community's buildings."""
    street = cast.actor("street")
    kinds = {"kind": "buildings", "features": [], "said": "EPSG:4490", "name": "places.geojson"}
    return GroundFile.objects.create(
        division_code=cast.COMMUNITY, by_name=street.name, state="open", at=at, changed_at=at, **kinds
    ).ref


def _patched(window: Actor, at: datetime) -> dict[str, str]:
    """A patch of the community with its officer, a PDF of its boards that is ready, and the officer's photo."""
    patch = begin(1)[0]
    name(patch, "window")
    made = ask_print(window, kind="boards", is_due=False, origin="https://yimen.example", at=at)
    draw_print(made.ref, at=at)
    account = Account.objects.get(username="window")
    photo = io.BytesIO()
    Image.new("RGB", (42, 56), "navy").save(photo, format="PNG")
    keep_photo(window, account_ref=account.ref, content=photo.getvalue(), at=at)
    return {"patch": patch.ref, "print": made.ref, "portrait": account.ref, **_divided(at)}


def _divided(at: datetime) -> dict[str, str]:
    """A division that was published, and a what-if for another."""
    head, today = cast.actor("head"), local(at).date()
    first = start_plan(head, division_code=cast.COMMUNITY, from_on=today, as_is=True, at=at)
    made = publish_plan(head, ref=first.ref, edition=1, from_on=today, at=at)
    plan = start_plan(head, division_code=cast.COMMUNITY, from_on=today, as_is=True, at=at)
    return {"plan": plan.ref, "publication": made.ref}


def _spoken(window: Actor, resident_ref: str, at: datetime) -> dict[str, str]:
    """A contact box, a chat group, and a call about a resident who is to be called back."""
    box = boxes.set_up(window, place="三号楼门口", at=at)
    group = channels.set_up(window, kind="微信", name="广瑞一村居民群", at=at)
    said = Said("楼道灯不亮", "张国富", PHONE)
    made = take(
        window, entry=Entry(key=uuid4(), via="call", said=said, resident_ref=resident_ref, call_back=True), at=at
    )
    return {"box": box.ref, "channel": group.ref, "contact": made.ref}


def _walked(dwelling_ref: str, at: datetime) -> dict[str, str]:
    """A visit at the resident's door, and a number it found."""
    visit = record_visit(Dwelling.objects.get(ref=dwelling_ref).door, at=at, note="都好")
    return {"visit": visit.ref, "finding": find(visit, "phone", {"phone": PHONE}).ref}


def _pair(one: str, other: str, at: datetime) -> str:
    """The two stand on the desk as if they were one person."""
    first, second = sorted(Resident.objects.filter(ref__in=(one, other)).values_list("id", flat=True))
    made = Duplicate.objects.create(
        division_code=cast.COMMUNITY, first_id=first, second_id=second, grounds=["name"], compared="", found_at=at
    )
    return made.ref
