"""Cases for tests, as acceptance leaves them, without going through intake."""

from datetime import datetime, timedelta

from tests import cast
from yimen.access.models import Account
from yimen.cases.actions.loading import CLOCK_FIELDS, set_clock
from yimen.cases.actions.numbering import fresh_secret, next_case_number
from yimen.cases.models import Case, CaseMaterial, Visit
from yimen.cases.rules import sealed
from yimen.catalogue import queries as catalogue
from yimen.catalogue.models import ItemVersion
from yimen.core.clock import local
from yimen.core.ids import new_id
from yimen.core.names import name_columns
from yimen.registry.models import Resident

MORNING = cast.MONDAY  # Monday 16 November 2026, ten o'clock


def resident(name: str = "陈立新", community: str = cast.COMMUNITY) -> Resident:
    """A resident with the least that is needed."""
    letters, keys = name_columns(name)
    return Resident.objects.create(
        division_code=community,
        name=name,
        sort_key=letters,
        name_keys=keys,
        sex="1",
        source="desk",
        as_of_on=cast.SINCE,
        created_at=MORNING,
    )


def account(username: str) -> Account:
    """The account of one of the cast."""
    return Account.objects.get(username=username)


def taken(
    *,
    owner: str | None = "window",
    first_asked: str = "window",
    level: str = "community",
    post: str = "MZ",
    promised: int = 7,
    legal: int | None = 15,
    at: datetime = MORNING,
    community: str = cast.COMMUNITY,
    restricted: bool = False,
    missing: tuple[str, ...] = (),
    department: str = "MZJ",
    secret: str = "",
    name: str = "陈立新",
) -> Case:
    """An accepted case, dated, with its papers: "ID" looked at, `missing` missing."""
    version = ItemVersion.objects.filter(content__post=post).order_by("item__position").first()
    assert version is not None
    number = next_case_number(community, local(at).date())
    visit_id, code = new_id(), secret or fresh_secret()
    visit = Visit.objects.create(
        id=visit_id,
        number=number,
        secret=sealed.seal(code, place=sealed.SECRET, row=visit_id),
        secret_hash=sealed.secret_hash(code),
        division_code=community,
        at=at,
    )
    case = Case(
        number=number,
        visit=visit,
        division_code=community,
        item_code=version.item_id,
        version=version,
        resident=resident(name, community),
        post=post,
        department=department,
        decision_level=level,
        is_restricted=restricted,
        state="open",
        desk_code=community,
        first_asked=account(first_asked),
        owner=account(owner) if owner else None,
        accepted_at=at,
        promised_days=promised,
        legal_days=legal,
    )
    set_clock(case, at=at)
    case.save(force_insert=True)
    CaseMaterial.objects.create(case=case, material_code="ID", state="look", by_name="沈晓岚", at=at)
    for code in missing:
        CaseMaterial.objects.create(case=case, material_code=code, state="missing", at=at)
    assert set(CLOCK_FIELDS)
    assert catalogue.version(version.id)
    return case


def later(**length: float) -> datetime:
    """A moment after acceptance."""
    return MORNING + timedelta(**length)
