"""Records of visits as they come in: from a form, from a phone, from a file a phone has saved."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict

from yimen.core.clock import LOCAL
from yimen.core.errors import N_, RuleBroken
from yimen.visits.rules.offline import LARGEST, Found, Said, Sent, dated
from yimen.visits.rules.words import CONTENT, LONGEST_NOTE, TOPICS, said_faults

UNREADABLE = N_("These records could not be read. Nothing was taken; keep them and tell the administrator.")
TOO_LARGE = N_(
    "What was sent is too large: more than %(limit)s. Nothing was taken; keep the records and tell the administrator."
)
MB = 1024 * 1024
MOST_BYTES = 512 * 1024
MOST_FILE_BYTES = 8 * MB  # 1,000 records with all they may hold, each character in three bytes
LONGEST = 2 * LONGEST_NOTE  # longer is no note that a rule could answer for


def from_form(form: QueryDict, *, door: str, at: datetime) -> Said:
    """What the form of a visit says; RuleBroken when a time cannot be read."""
    return Said(
        id=_uuid(form.get("id", "")),
        door=door,
        outcome=form.get("outcome", "")[:20],
        at=_chosen_time(form, at),
        topics=tuple(form.getlist("topic")[: len(TOPICS)]),
        note=form.get("note", "")[:LONGEST],
        found=tuple(
            Found(kind, tuple((key, form.get(f"{kind}-{key}", "")[:200]) for key in CONTENT[kind]))
            for kind in form.getlist("found")[: len(CONTENT)]
            if kind in CONTENT
        ),
    )


def form_faults(form: QueryDict, *, at: datetime) -> list[RuleBroken]:
    """All that is missing or wrong in the form of a visit, each naming its field."""
    found = said_faults(form.get("outcome", ""), form.getlist("topic"), form.get("note", ""))
    try:
        dated(_chosen_time(form, at), Sent(received_at=at))
    except RuleBroken as error:
        found.append(error)
    return found


def _chosen_time(form: QueryDict, at: datetime) -> datetime:
    """Just now, or the time of the field, which is local."""
    chosen = str(form.get("at") or "")
    if not chosen:
        return at
    try:
        return datetime.fromisoformat(chosen).replace(tzinfo=LOCAL)
    except ValueError:
        raise RuleBroken(N_("Choose when the visit was, day and time."), field="at") from None


def check_size(size: int, most: int) -> None:
    """RuleBroken, with the limit, for more bytes than a phone ever sends."""
    if size > most:
        raise RuleBroken(TOO_LARGE, limit=f"{most // MB} MB" if most >= MB else f"{most // 1024} KB")


Parcel = tuple[list[Said], Sent]  # records of one phone of one account, and how they came in


def from_phone(body: bytes, *, received_at: datetime) -> Parcel:
    """Records and their sending from a phone's JSON. RuleBroken, for all of them, when it is not what phones write."""
    (parcel,) = _parcels(body, received_at, most=MOST_BYTES)
    return parcel


def from_file(body: bytes, *, received_at: datetime) -> list[Parcel]:
    """The parcels of a file that a phone has saved, or the single one of a file from before there were several.
    RuleBroken, for all of them, when it is not what phones write.

    A file was written some time before it is brought in, so its clock is not held against ours of now.
    """
    return _parcels(body, received_at, most=MOST_FILE_BYTES, is_file=True)


def _parcels(body: bytes, received_at: datetime, *, most: int, is_file: bool = False) -> list[Parcel]:
    check_size(len(body), most)
    try:
        said = json.loads(body)
        return [
            _parcel(one, received_at, is_file=is_file) for one in (said if is_file and type(said) is list else [said])
        ]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise RuleBroken(UNREADABLE) from None


def _parcel(said: Mapping[str, Any], received_at: datetime, *, is_file: bool) -> Parcel:
    sent = Sent(
        received_at=received_at,
        sent_at=_moment(said["sent_at"]),
        device_id=UUID(said["device"]),
        account_ref=str(said["account"])[:12],
        ahead=timedelta(milliseconds=int(said.get("ahead", 0))) if is_file else None,
    )
    return [_record(one) for one in said["records"]], sent


def _record(one: Mapping[str, Any]) -> Said:
    version = one.get("version")
    return Said(
        id=UUID(one["id"]),
        door=_plain(one["door"], 12),
        outcome=_plain(one["outcome"], 20),
        at=_moment(one["at"]),
        topics=tuple(_plain(topic, 20) for topic in one.get("topics", ())[: len(TOPICS)]),
        note=_plain(one.get("note", ""), LONGEST),
        found=tuple(
            Found(_plain(kind, 20), tuple((_plain(key, 20), _plain(value, 200)) for key, value in values.items()))
            for kind, values in list(one.get("found", {}).items())[: len(CONTENT)]
        ),
        seen_version=version if type(version) is int and 0 <= version <= LARGEST else None,
    )


def _plain(value: object, limit: int) -> str:
    """The text of a value as a database keeps it: no NUL, no half of a character pair."""
    return str(value)[:limit].replace("\x00", "").encode(errors="replace").decode()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise RuleBroken(N_("This form is not whole. Open the door again and fill it in.")) from None


def device_of(request: HttpRequest, name: str = "device") -> UUID | None:
    """The phone that asks, by the number it gave itself; None for none."""
    try:
        return UUID(request.POST.get(name) or request.GET.get(name) or "")
    except ValueError:
        return None
