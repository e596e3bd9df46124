"""Write down visits: each exactly once by the id it was given where it was made, credited to the door and its day."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from yimen.access.check import require
from yimen.access.models import Account
from yimen.core.actor import Actor
from yimen.core.clock import local
from yimen.core.database import reaching
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.reach import EVERYWHERE
from yimen.orgs.queries import Away, absences
from yimen.patches.queries.placing import patches_of_dwellings
from yimen.patches.queries.standing import Person, Standing, patches_by_id
from yimen.trail.record import record
from yimen.visits.actions.proposing import note_findings
from yimen.visits.models import Device, Visit
from yimen.visits.queries.credit import Credit, credit_of, number_of
from yimen.visits.queries.packed import Packed, door_in_reach, packed_doors
from yimen.visits.rules import sealed
from yimen.visits.rules.offline import Said, Sent, require_few, require_fileable, when
from yimen.visits.rules.words import check_said, clean_content, is_late

OTHER_ACCOUNT = N_("These records were made under another account. Sign in as the person who made them, then send.")
OTHER_PHONE = N_("This phone is registered to another account. Sign in as its officer, or pack it anew.")
NEVER_PACKED = N_("This phone was never packed with this door. Record the visit at the desk instead.")
OTHER_WORDS = N_("This record has arrived before with other words. Keep the first one, or save yours as a new record.")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one record. `is_new` is False for a replay, which is answered like the first time. `refused` is
    why it was not taken."""

    id: UUID
    is_new: bool = False
    ref: str = ""
    refused: RuleBroken | None = None
    door: str = ""  # its number, where it is known
    credit: Credit | None = None  # where it counts, unless that goes without saying


@transaction.atomic
def record_visit(actor: Actor, *, said: Said, at: datetime) -> Recorded:
    """One visit from a page of the desk: the door lies within the actor's reach. RuleBroken when it is refused."""
    require(actor, "visit.record")
    door = door_in_reach(actor, said.door)
    if door is None:
        raise NotFound()
    (done,) = _take(
        actor, _Officer(actor.person, actor.name), {door.ref: door}, [said], Sent(received_at=at), is_import=False
    )
    if done.refused is not None:
        raise done.refused
    return done


@transaction.atomic
def record_visits(actor: Actor, *, records: Sequence[Said], sent: Sent) -> list[Recorded]:
    """Many records of the actor's own phone, each with what became of it, in the order given.

    RuleBroken, and nothing taken, when the phone or the pack belongs to another account.
    """
    require(actor, "visit.record")
    require_few(records)
    account = Account.objects.get(id=actor.person)
    if sent.account_ref and sent.account_ref != account.ref:
        raise RuleBroken(OTHER_ACCOUNT)
    _require_phone(sent, account.id)
    officer = _Officer(account.id, account.name)
    return _of_phone(actor, officer, records, sent, is_import=False)


@transaction.atomic
def import_visits(actor: Actor, *, parcels: Sequence[tuple[Sequence[Said], Sent]]) -> list[Recorded]:
    """Records that officers handed over as a file: theirs, with the name of whoever brought them in on the trail.

    RuleBroken, and nothing taken, when a parcel names no phone of an officer of this station, and for too many.
    """
    require(actor, "visit.import")
    require_fileable([records for records, _sent in parcels])
    return [done for records, sent in parcels for done in _brought_in(actor, records, sent)]


def _brought_in(actor: Actor, records: Sequence[Said], sent: Sent) -> list[Recorded]:
    phone = Device.objects.filter(id=sent.device_id).select_related("account").first() if sent.device_id else None
    if phone is None or not actor.reaches(phone.division_code) or phone.account.ref != sent.account_ref:
        raise RuleBroken(
            N_("This file comes from no phone of this station. Ask the officer who saved it."), field="file"
        )
    officer = _Officer(phone.account_id, phone.account.name)
    return _of_phone(actor, officer, records, sent, is_import=True)


@dataclass(frozen=True, slots=True)
class _Officer:
    """Whose visits they are."""

    id: UUID
    name: str


def _require_phone(sent: Sent, account_id: UUID) -> None:
    if sent.device_id is None:
        raise RuleBroken(OTHER_PHONE)
    with reaching(EVERYWHERE):
        found = Device.objects.filter(id=sent.device_id, account_id=account_id).update(seen_at=sent.received_at)
    if not found:
        raise RuleBroken(OTHER_PHONE)


def _of_phone(
    actor: Actor, officer: _Officer, records: Sequence[Said], sent: Sent, *, is_import: bool
) -> list[Recorded]:
    doors = packed_doors(officer.id, (said.door for said in records))
    with _reach_for(actor, doors):
        done = {
            one.id: one for one in _take(actor, officer, doors, sorted(records, key=_by_id), sent, is_import=is_import)
        }
    return [done[said.id] for said in records]


def _by_id(said: Said) -> UUID:
    """Two sendings of the same records lock them in the same order, so neither waits for the other for ever."""
    return said.id


def _reach_for(actor: Actor, doors: dict[str, Packed]) -> AbstractContextManager[None]:
    """The actor's own reach, unless a packed door has left it: then these doors, known by id, are all it is for."""
    if all(actor.reaches(door.division_code) for door in doors.values()):
        return nullcontext()
    return reaching(EVERYWHERE)


@dataclass(frozen=True, slots=True)
class _Dated:
    said: Said
    door: Packed
    at: datetime

    @property
    def on(self) -> date:
        return local(self.at).date()


def _take(
    actor: Actor, officer: _Officer, doors: dict[str, Packed], records: Sequence[Said], sent: Sent, *, is_import: bool
) -> list[Recorded]:
    done: list[Recorded] = []
    dated: list[_Dated] = []
    for said in records:
        try:
            dated.append(_dated(said, doors, sent))
        except RuleBroken as error:
            done.append(Recorded(said.id, refused=error, door=doors[said.door].door if said.door in doors else ""))
    patches = _patches(dated)
    away = _absences_of_others(officer, dated, patches)
    rows = [_visit(officer, one, patches.get((one.door.id, one.on)), away, sent) for one in dated]
    first = _kept(rows)
    credits = _credits(officer, dated, patches, sent)
    for one, row in zip(dated, rows, strict=True):
        if first[row.id].ref != row.ref:
            became = _replay(first[row.id], row, one.said)
        else:
            note_findings(row, one.said.found, seen_version=one.said.seen_version)
            _record(actor, row, officer, is_import=is_import)
            became = Recorded(row.id, is_new=True, ref=row.ref)
        done.append(replace(became, door=one.door.door, credit=credits.get((one.door.id, one.on))))
    return done


def _credits(
    officer: _Officer, dated: Sequence[_Dated], patches: Mapping[tuple[UUID, date], Standing], sent: Sent
) -> dict[tuple[UUID, date], Credit]:
    """Of each door and day where the visit counts, where that is not the officer's own patch of then and now."""
    today = local(sent.received_at).date()
    lying = patches_of_dwellings((one.door.id for one in dated if one.on != today), on=today)
    found = {}
    for one in dated:
        then = patches.get((one.door.id, one.on))
        now = (lying[one.door.id].number if one.door.id in lying else None) if one.on != today else number_of(then)
        if credit := credit_of(then, now, officer.id):
            found[one.door.id, one.on] = credit
    return found


def _dated(said: Said, doors: dict[str, Packed], sent: Sent) -> _Dated:
    check_said(said.outcome, said.topics, said.note)
    for one in said.found:
        clean_content(one.kind, dict(one.values))
    door = doors.get(said.door)
    if door is None:
        raise RuleBroken(NEVER_PACKED)
    return _Dated(said, door, when(said, sent))


def _patches(dated: Sequence[_Dated]) -> dict[tuple[UUID, date], Standing]:
    """The patch of each door on its day, as it stood then: who was its officer."""
    found: dict[tuple[UUID, date], Standing] = {}
    for on in {one.on for one in dated}:
        of_day = [one for one in dated if one.on == on]
        lying = patches_of_dwellings((one.door.id for one in of_day), on=on)
        standing = patches_by_id({one.patch_id for one in lying.values()}, at=of_day[0].at)
        found |= {(door, on): standing[patch.patch_id] for door, patch in lying.items() if patch.patch_id in standing}
    return found


def _absences_of_others(
    officer: _Officer, dated: Sequence[_Dated], patches: Mapping[tuple[UUID, date], Standing]
) -> list[Away]:
    """When the officers of doors that somebody else went to were away, from the first of the records to the last."""
    others = {
        one.a.account_id: one.division_code for one in patches.values() if one.a and one.a.account_id != officer.id
    }
    if not others:
        return []
    moments = [one.at for one in dated]
    return [
        found
        for code in set(others.values())
        for found in absences(code, first=min(moments), last=max(moments), account_ids=others)
    ]


def _stood_in_for(officer: _Officer, patch: Standing | None, away: Sequence[Away], at: datetime) -> Person | None:
    """The officer of the patch, when somebody else went because that one was away at that minute, or had left."""
    first = patch.a if patch else None
    if first is None or first.account_id == officer.id:
        return None
    is_away = any(one.account_id == first.account_id and one.covers(at) for one in away)
    return first if is_away or first.has_left else None


def _visit(officer: _Officer, one: _Dated, patch: Standing | None, away: Sequence[Away], sent: Sent) -> Visit:
    absent = _stood_in_for(officer, patch, away, one.at)
    said = one.said
    return Visit(
        id=said.id,
        division_code=one.door.division_code,
        dwelling_id=one.door.id,
        patch_id=patch.id if patch else None,
        account_id=officer.id,
        by_name=officer.name,
        for_account=absent.account_id if absent else None,
        for_name=absent.name if absent else "",
        at=one.at,
        on=one.on,
        received_at=sent.received_at,
        clock_off_s=sent.clock_off_s,
        is_late=is_late(one.on, local(sent.received_at).date()),
        outcome=said.outcome,
        topics=list(dict.fromkeys(said.topics)),
        note=sealed.seal(said.note.strip(), place=sealed.NOTE, row=said.id),
        via="phone" if sent.device_id else "desk",
        device_id=sent.device_id,
    )


def _kept(rows: Sequence[Visit]) -> dict[UUID, Visit]:
    """Of each id what is kept: the row itself when it is new, else the one that came first, perhaps at this very
    moment."""
    Visit.objects.bulk_create(rows, ignore_conflicts=True)
    with reaching(EVERYWHERE):  # an id that is taken is taken, wherever
        return Visit.objects.in_bulk([row.id for row in rows])


def _replay(first: Visit, row: Visit, said: Said) -> Recorded:
    same = (
        first.account_id == row.account_id
        and first.dwelling_id == row.dwelling_id
        and first.outcome == row.outcome
        and first.topics == row.topics
        and sealed.unseal(first.note, place=sealed.NOTE, row=first.id) == said.note.strip()
    )
    return Recorded(said.id, ref=first.ref) if same else Recorded(said.id, refused=RuleBroken(OTHER_WORDS))


def _record(actor: Actor, row: Visit, officer: _Officer, *, is_import: bool) -> None:
    if is_import:
        acting_for: tuple[UUID, str] | None = (officer.id, officer.name)
    else:
        acting_for = (row.for_account, row.for_name) if row.for_account else None
    record(
        actor,
        "visit.import" if is_import else "visit.record",
        subject=("dwelling", row.dwelling_id),
        division_code=row.division_code,
        at=row.received_at,
        changes={"visit": row.ref, "outcome": row.outcome, "on": str(row.on), "is_late": row.is_late},
        acting_for=acting_for,
    )
