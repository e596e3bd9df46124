"""Boards and cards as one PDF, drawn part by part by the worker, so that a page can say how far it is."""

import io
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from pypdf import PdfWriter

from yimen.access.check import require
from yimen.core import documents
from yimen.core.actor import Actor
from yimen.core.alone import alone_with
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken, YimenError
from yimen.core.formats import format_date, format_phone
from yimen.orgs import queries as orgs
from yimen.patches.models import Patch, Portrait, Print
from yimen.patches.queries.signs import Numbers, PatchSigns, Sign, numbers_of, signs_of
from yimen.trail.record import record

KEPT = timedelta(days=7)
PART = 40  # pages drawn between two looks at the progress bar
_ON_A_SHEET = 10
_MOST_WAITING = 3
_log = logging.getLogger("yimen.patches")
_PAPERS = Path(__file__).resolve().parents[1] / "documents"


@transaction.atomic
def ask_print(
    actor: Actor, *, kind: str, paper: str = "a4", patch_ref: str = "", is_due: bool, origin: str, at: datetime
) -> Print:
    """Ask for the boards ("boards") or contact cards ("cards") of a patch, or of the whole community, as one PDF.

    With `is_due` only what is missing or names somebody else. Refused: a patch without an officer, nothing to print.
    """
    require(actor, "sign.print")
    if kind not in ("boards", "cards") or paper not in ("a4", "a3"):
        raise RuleBroken(N_("Choose boards or cards, and A4 or A3."), field="kind")
    chosen = _chosen(signs_of(actor.reach, at=at), patch_ref)
    if not chosen:
        raise RuleBroken(N_("No patches stand here yet. Draw and publish them first."))
    if Print.objects.filter(division_code=actor.reach, state=Print.State.WAITING).count() >= _MOST_WAITING:
        raise RuleBroken(N_("Other sheets are still being drawn. Wait until one of them is ready."))
    bare = [str(one.standing.number) for one in chosen if one.standing.a is None]
    if bare:
        raise RuleBroken(
            N_("Patch %(numbers)s has no officer, so there is no name to print. Name the officer first."),
            numbers=", ".join(bare),
        )
    due = sum(one.boards_due if kind == "boards" else one.cards_due for one in chosen)
    if is_due and not due:
        raise RuleBroken(N_("Everything that hangs and lies there is right. Nothing is to be printed."))
    patch = Patch.objects.get(pk=chosen[0].standing.id) if patch_ref else None
    made = Print.objects.create(
        division_code=actor.reach,
        patch=patch,
        kind=kind,
        paper=paper if kind == "boards" else "a4",
        is_due=is_due,
        origin=origin[:120],
        language=actor.language,
        by_name=actor.name,
        by_account=actor.person,
        at=at,
    )
    record(
        actor,
        "sign.print",
        subject=("print", made.id),
        division_code=actor.reach,
        at=at,
        changes={"kind": kind, "patch": patch.number if patch else "", "due": is_due},
    )
    app.configure_task("patches.print").defer(ref=made.ref)
    return made


def _chosen(signs: Sequence[PatchSigns], patch_ref: str) -> list[PatchSigns]:
    if not patch_ref:
        return list(signs)
    found = [one for one in signs if one.standing.ref == patch_ref]
    if not found:
        raise NotFound()
    return found


def unfinished_prints() -> list[str]:
    """PDFs that a worker should have in hand, the oldest first."""
    return list(Print.objects.filter(state=Print.State.WAITING).order_by("at").values_list("ref", flat=True))


def draw_print(ref: str, *, at: datetime) -> None:
    """Draw one PDF. Does nothing when it is done or another worker has it in hand."""
    with alone_with(Print.objects.filter(state=Print.State.WAITING), ref) as row:
        if row is None:
            return
        try:
            with translation.override(row.language):
                _draw(row, at)
        except (YimenError, RuntimeError, ValueError):
            # Asked for again it would fail again: whoever asked is told, and the log says why.
            _log.exception("print %s", ref)
            row.state = Print.State.FAILED
            row.save(update_fields=["state"])


def _draw(row: Print, at: datetime) -> None:
    chosen = _chosen(signs_of(row.division_code, at=at), row.patch.ref if row.patch else "")
    sheets = _Sheets(row, chosen, numbers_of(row.division_code, at=at), at)
    row.pages = len(sheets)
    row.save(update_fields=["pages"])
    whole = PdfWriter()
    for done, part in sheets.parts():
        whole.append(io.BytesIO(part))
        row.done = done
        row.save(update_fields=["done"])
    made = io.BytesIO()
    whole.write(made)
    row.file, row.state = made.getvalue(), Print.State.DONE
    row.save(update_fields=["file", "state"])


@transaction.atomic
def purge_prints(*, at: datetime) -> int:
    """Remove PDFs that are a week old: what they say may have changed."""
    return Print.objects.filter(at__lt=at - KEPT).delete()[0]


class _Sheets:
    """The pages of a PDF, given out in parts."""

    def __init__(self, row: Print, chosen: Sequence[PatchSigns], numbers: Numbers, at: datetime) -> None:
        self.row, self.chosen, self.numbers, self.at = row, chosen, numbers, at
        self.wanted = list(self._boards() if row.kind == "boards" else self._cards())

    def __len__(self) -> int:
        each = 1 if self.row.kind == "boards" else _ON_A_SHEET
        return -(-len(self.wanted) // each)

    def _boards(self) -> Iterator[tuple[PatchSigns, Sign]]:
        for patch in self.chosen:
            for sign in patch.signs:
                if sign.is_due or not self.row.is_due:
                    yield patch, sign

    def _cards(self) -> Iterator[tuple[PatchSigns, Sign]]:
        """A card for each household, or for each that has none of today's; in order of walking."""
        for patch in self.chosen:
            for sign in patch.signs:
                held = sign.cards if self.row.is_due else 0
                for _card in range(max(0, sign.place.households - held)):
                    yield patch, sign

    def parts(self) -> Iterator[tuple[int, bytes]]:
        """(Pages done, PDF of the part)."""
        each = PART if self.row.kind == "boards" else PART * _ON_A_SHEET
        for start in range(0, len(self.wanted), each):
            part = self.wanted[start : start + each]
            done = min(start + each, len(self.wanted))
            pages = done if self.row.kind == "boards" else -(-done // _ON_A_SHEET)
            yield pages, self._part(part)

    def _part(self, part: Sequence[tuple[PatchSigns, Sign]]) -> bytes:
        addresses = list(dict.fromkeys(self._address(patch) for patch, _sign in part))
        accounts = list(dict.fromkeys(p.standing.a.account_id for p, _s in part if p.has_photo and p.standing.a))
        photos = {row.account_id: bytes(row.image) for row in Portrait.objects.filter(pk__in=accounts)}
        order = [account for account in accounts if account in photos]
        data: dict[str, Any] = {
            "title": _("Stairwell boards") if self.row.kind == "boards" else _("Contact cards"),
            "lang": "zh" if self.row.language.startswith("zh") else "en",
            "paper": self.row.paper,
            "codes": [_code(address) for address in addresses],
            "photos": [list(photos[account]) for account in order],
            "labels": {"scan": _("Scan: message, who is here"), "own": _("your patch officer")},
            "numbers": self._numbers(short=self.row.kind == "cards"),
        }
        rows = [
            self._words(patch, sign)
            | {
                "qr": addresses.index(self._address(patch)),
                "photo": order.index(patch.standing.a.account_id) if patch.standing.a and patch.has_photo else -1,
            }
            for patch, sign in part
        ]
        template = "board.typ" if self.row.kind == "boards" else "cards.typ"
        demo = _("Demonstration") if settings.DEMO else ""
        return documents.render(_PAPERS / template, data | {self.row.kind: rows}, demo=demo)

    def _address(self, patch: PatchSigns) -> str:
        return f"{self.row.origin}/p/o/{patch.standing.ref}"

    def _numbers(self, *, short: bool) -> list[tuple[str, str]]:
        said = [
            (_("Hotline"), self.numbers.hotline),
            (
                _("Phone for supervision")
                if short
                else _("Supervision (%(street)s)") % {"street": self.numbers.street},
                self.numbers.supervision,
            ),
            (_("Service hall"), self.numbers.hall),
        ]
        return [(label, format_phone(number)) for label, number in said if number]

    def _words(self, patch: PatchSigns, sign: Sign) -> dict[str, Any]:
        standing, phone = patch.standing, format_phone(patch.a_phone or self.numbers.hall)
        name = standing.a.name if standing.a else ""
        has_deputy, deputy_phone = standing.named[1] is not None, format_phone(patch.b_phone or self.numbers.hall)
        deputy = standing.b.name if standing.b and has_deputy else ""
        words: dict[str, Any] = {"name": name, "phone": phone, "address": self._address(patch).split("://")[-1]}
        if self.row.kind == "cards":
            away = _("Else %(name)s, %(phone)s") % {"name": deputy, "phone": deputy_phone}
            return words | {"place": patch.where, "deputy": away if deputy else ""}
        return words | {
            "place": sign.label,
            "patch": _("%(community)s · patch %(number)s") % self._about(standing.number),
            "lead": _("Your patch officer. Ask for anything."),
            "what": _("Papers, help, repairs, disputes, suggestions: all of it."),
            "hours": self._hours(),
            "deputy": _("When %(name)s is away: %(deputy)s") % {"name": name, "deputy": deputy} if deputy else "",
            "deputy_phone": deputy_phone,
            "where": _("Patch %(number)s: %(where)s. You are at %(here)s.")
            % {"number": standing.number, "where": patch.where, "here": sign.label},
            "wells": [
                {"x": one.x, "y": one.y, "label": one.label, "kind": _kind(one.key, one.is_own, sign)}
                for one in patch.plan
            ],
            "made": _("%(station)s, %(day)s. Replaced on the day the officer changes.")
            % {
                "station": self._station(),
                "day": format_date(local(self.at).date(), "long", language=self.row.language),
            },
        }

    def _about(self, number: int) -> dict[str, object]:
        return {"community": orgs.division_name(self.row.division_code), "number": number}

    def _station(self) -> str:
        return _("Community affairs station of %(place)s") % {"place": orgs.division_name(self.row.division_code)}

    def _hours(self) -> str:
        station = orgs.station(self.row.division_code, at=self.at)
        if station is None:
            return ""
        return _("Working days %(opens)s–%(closes)s") % {
            "opens": f"{station.opens_at:%H:%M}",
            "closes": f"{station.closes_at:%H:%M}",
        }


def _kind(key: str, is_own: bool, sign: Sign) -> str:
    if key == str(sign.place.building_id):
        return "here"
    return "own" if is_own else "other"


@cache
def _code(address: str) -> str:
    return documents.qr_svg(f"{address}?elder=1")
