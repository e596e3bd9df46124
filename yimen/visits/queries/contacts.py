"""What residents said, as staff reads it: one list, open first; one contact with its words; who called before.

A contact about a protected resident is known to the station's head and the named handlers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from yimen.access.check import require
from yimen.access.scope import bounds
from yimen.core.actor import Actor, Role
from yimen.core.errors import NotFound, RuleBroken
from yimen.core.masking import mask_phone, mask_words
from yimen.core.phones import inspect_phone
from yimen.orgs.queries import community_codes
from yimen.registry.queries import search
from yimen.trail.record import looked
from yimen.visits.rules import sealed

PAGE = 40
MOST_BEFORE = 20  # contacts of one number


@dataclass(frozen=True, slots=True)
class Row:
    """One contact. `answers`: who answers for it now; `phone` is masked, numbers inside `words` too."""

    ref: str
    number: str
    division_code: str
    via: str
    state: str
    at: datetime
    name: str
    resident_ref: str
    phone: str
    dwelling_ref: str
    door: str
    patch: int | None
    answers: str
    case_number: str
    draft_ref: str
    call_back: bool
    called_back_at: datetime | None
    words: str

    @property
    def is_to_call(self) -> bool:
        """Whether a promised call was not made yet."""
        return self.state == "open" and self.call_back and self.called_back_at is None


@dataclass(frozen=True, slots=True)
class Page:
    """A contact with its answer, where it came from, and earlier contacts of the same number."""

    row: Row
    answer: str
    source: str  # place of the box, name of the group
    first_asked: str
    by_name: str
    answered_by: str
    closed_at: datetime | None
    before: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by: a view of `rules.speaking.VIEWS`, a way, a patch."""

    view: str = ""
    via: str = ""
    patch_id: UUID | None = None


_COLUMNS = """
c.id, c.ref, c.number, c.division_code, c.via, c.state, c.at, coalesce(nullif(c.caller_name, ''), r.name, ''),
coalesce(r.ref, ''), c.phone, coalesce(d.ref, ''), coalesce(d.door, ''), p.number, coalesce(a.name, ''),
c.case_number, c.draft_ref, c.call_back, c.called_back_at, c.words
"""
_WITH = """
left join registry_resident r on r.id = c.resident_id
left join registry_dwelling d on d.id = c.dwelling_id
left join patches_patch p on p.id = c.patch_id
left join access_account a on a.id = coalesce(c.handed_to_id, c.first_asked_id)
"""
# SQL over `visits_contact x`: whom the contact is about may be known to this person.
SEEN = """
(x.resident_id is null or %(is_head)s or not exists (
  select from registry_resident q where q.id = x.resident_id and q.is_protected and not exists (
    select from registry_handler h where h.resident_id = q.id and h.account_id = %(me)s)))
"""
# SQL over `visits_contact x`: this person is to answer it. What nobody was asked first, since the patch had no officer
# when it came, waits for the head.
_MINE_TO_ANSWER = """
x.state = 'open' and (coalesce(x.handed_to_id, x.first_asked_id) = %(me)s
                      or %(is_head)s and x.handed_to_id is null and x.first_asked_id is null)
"""
_BLOCK = f"""
select {_COLUMNS} from unnest(%(codes)s::text[]) k(code) cross join lateral (
  select x.id from visits_contact x
  where x.division_code = k.code and {{which}} and {SEEN}
    and (%(after_at)s::timestamptz is null or (x.at, x.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid))
  order by x.at desc, x.id desc limit {PAGE + 1}
) f join visits_contact c on c.id = f.id {_WITH}
order by c.at desc, c.id desc limit {PAGE + 1}
"""
_VIEWS = {
    "": ("x.state = 'open'", "x.state <> 'open'"),
    "open": ("x.state = 'open'",),
    "mine": (_MINE_TO_ANSWER,),
    "callback": ("x.state = 'open' and x.call_back and x.called_back_at is null",),
    "answered": ("x.state = 'answered'",),
    "case": ("x.state = 'case'",),
}


def contacts(actor: Actor, asked: Asked, *, after: str = "", at: datetime) -> tuple[list[Row], str]:
    """A page of contacts within reach, open ones first, then the rest, each latest first, and the key of the next
    page; on record as a look."""
    require(actor, "contact.list")
    values = _values(actor) | {"codes": list(community_codes(actor.reach)), "via": asked.via, "patch": asked.patch_id}
    narrowed = (" and x.via = %(via)s" if asked.via else "") + (" and x.patch_id = %(patch)s" if asked.patch_id else "")
    blocks = list(_VIEWS.get(asked.view, _VIEWS[""]))
    start = _key(actor, after) if after else None
    if start is not None and not start[2] and len(blocks) > 1:
        blocks = blocks[1:]
    found: list[Row] = []
    for place, which in enumerate(blocks):
        if len(found) > PAGE:
            break
        key = start if start is not None and place == 0 else (None, None, False)
        found += _rows(_BLOCK.format(which=which + narrowed), values | {"after_at": key[0], "after_id": key[1]})
    shown = found[:PAGE]
    looked(
        actor,
        "contact.list",
        subject=("contacts", actor.reach),
        division_code=actor.reach,
        at=at,
        changes={"shown": len(shown)},
    )
    return shown, shown[-1].ref if len(found) > PAGE else ""


def _key(actor: Actor, ref: str) -> tuple[datetime, UUID, bool] | None:
    low, high = bounds(actor)
    sql = "select at, id, state = 'open' from visits_contact where ref = %s and division_code >= %s"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} and division_code < %s", (ref, low, high))
        found: tuple[datetime, UUID, bool] | None = cursor.fetchone()
    return found


def _values(actor: Actor) -> dict[str, Any]:
    low, high = bounds(actor)
    return {"is_head": actor.role is Role.HEAD, "me": actor.account_id, "low": low, "high": high}


def _rows(sql: str, values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_row(row) for row in cursor.fetchall()]


def _row(row: tuple[Any, ...]) -> Row:
    cells = list(row[1:19])
    cells[8] = mask_phone(sealed.unseal(cells[8], place=sealed.PHONE, row=row[0])) if cells[8] else ""
    cells[17] = mask_words(sealed.unseal(cells[17], place=sealed.WORDS, row=row[0]))
    return Row(*cells)


_MINE = f"""
select x.ref, x.via, x.at, x.call_back and x.called_back_at is null, x.caller_name, count(*) over ()
from visits_contact x where x.division_code = %(low)s and {_MINE_TO_ANSWER} and {SEEN}
order by x.at limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contact that waits for one person."""

    ref: str
    via: str
    at: datetime
    is_to_call: bool
    name: str


def waiting_for(actor: Actor, *, most: int) -> tuple[list[Waiting], int]:
    """The open contacts this person answers for, longest waiting first, and how many there are."""
    require(actor, "contact.list")
    with connection.cursor() as cursor:
        cursor.execute(_MINE, _values(actor) | {"most": most})
        rows = cursor.fetchall()
    return [Waiting(*row[:5]) for row in rows], rows[0][5] if rows else 0


_ONE = f"""
select {_COLUMNS}, c.answer, coalesce(b.place, g.name, ''), coalesce(m.name, ''), c.by_name, c.answered_by, c.closed_at,
  c.phone_hash
from visits_contact c {_WITH}
left join visits_contactbox b on b.id = c.box_id left join visits_channel g on g.id = c.channel_id
left join access_account m on m.id = c.first_asked_id
where c.id = (select x.id from visits_contact x where x.ref = %(ref)s and x.division_code >= %(low)s
  and x.division_code < %(high)s and {SEEN})
"""
_BEFORE = f"""
select {_COLUMNS} from (
  select x.id from visits_contact x where x.phone_hash = any(%(hashes)s) and x.division_code >= %(low)s
    and x.division_code < %(high)s and x.ref <> %(ref)s and {SEEN} order by x.at desc limit {MOST_BEFORE}
) f join visits_contact c on c.id = f.id {_WITH} order by c.at desc, c.id desc
"""


def contact_page(actor: Actor, ref: str, *, at: datetime) -> Page:
    """One contact within reach with its words and who called before; on record as a look. NotFound out of reach."""
    require(actor, "contact.read")
    values = _values(actor) | {"ref": ref}
    with connection.cursor() as cursor:
        cursor.execute(_ONE, values)
        found = cursor.fetchone()
    if found is None:
        raise NotFound()
    answer, source, first, by_name, answered_by, closed_at, phone_hash = found[19:]
    row = _row(found)
    phone = sealed.unseal(found[9], place=sealed.PHONE, row=found[0]) if phone_hash else ""
    before = _rows(_BEFORE, values | {"hashes": sealed.phone_hashes(phone)}) if phone else []
    looked(actor, "contact.read", subject=("contact", found[0]), division_code=row.division_code, at=at)
    said = mask_words(sealed.unseal(answer, place=sealed.ANSWER, row=found[0]))
    return Page(row, said, source, first, by_name, answered_by, closed_at, before)


def caller(actor: Actor, phone: str, *, at: datetime) -> list[Row]:
    """Everything on record from one number within reach, latest first; on record as a look. RuleBroken for a text that
    is no phone number."""
    require(actor, "contact.list")
    number, wrong = inspect_phone(phone)
    if wrong:
        raise RuleBroken(wrong, field="caller")
    found = _rows(_BEFORE, _values(actor) | {"ref": "", "hashes": sealed.phone_hashes(number)})
    looked(
        actor,
        "contact.list",
        subject=("contacts", actor.reach),
        division_code=actor.reach,
        at=at,
        changes={"shown": len(found), "by": "phone"},
    )
    return found


_LIVING = """
select r.ref, r.name from registry_dwelling d join registry_residence l on l.dwelling_id = d.id
join registry_resident r on r.id = l.resident_id
where d.ref = %(door)s and d.division_code >= %(low)s and d.division_code < %(high)s
  and l.to_on is null and l.kind in ('both', 'living')
  and r.merged_into_id is null and r.died_on is null and not r.is_protected order by r.birth_on nulls last, r.id
"""


def people_for(actor: Actor, *, dwelling_ref: str, name: str, phone: str, at: datetime) -> list[tuple[str, str]]:
    """Whom a contact may be about, reference and words: who lives at the door, those of that name first and alone;
    without a door whoever the phone, or else the name, finds."""
    require(actor, "contact.take")
    if dwelling_ref:
        low, high = bounds(actor)
        with connection.cursor() as cursor:
            cursor.execute(_LIVING, {"door": dwelling_ref, "low": low, "high": high})
            living = [(ref, own) for ref, own in cursor.fetchall()]
        return [one for one in living if one[1] == name.strip()] or living
    for text in (phone, name):
        found = search(actor, text, at).people if text.strip() else ()
        alive = [one for one in found if not one.is_dead]
        if alive:
            return [(one.ref, f"{one.name}  {one.door}  {one.phone}".strip()) for one in alive]
    return []


def may_see(actor: Actor, resident_id: UUID | None) -> bool:
    """Whether a contact about this resident is this person's to know of."""
    if resident_id is None or actor.role in (Role.HEAD, Role.SYSTEM):
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "select not r.is_protected or exists (select from registry_handler h"
            " where h.resident_id = r.id and h.account_id = %s) from registry_resident r where r.id = %s",
            (actor.account_id, resident_id),
        )
        found = cursor.fetchone()
    return bool(found and found[0])


_HOME = """
select dwelling_id from registry_residence
where resident_id = %s and to_on is null and kind in ('both', 'living') limit 1
"""


def home_of(resident_id: UUID) -> UUID | None:
    """The door at which a resident lives."""
    with connection.cursor() as cursor:
        cursor.execute(_HOME, (resident_id,))
        found = cursor.fetchone()
    return found[0] if found else None
