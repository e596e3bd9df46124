"""The registers of boards and cards: what hangs and lies where, and whose name is on it. And the officers' photos."""

import io
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from yimen.access.check import require
from yimen.core.actor import Actor, Role
from yimen.core.clock import local
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.orgs import queries as orgs
from yimen.patches.models import Board, Card, Portrait
from yimen.patches.queries import Standing, may_act, patch
from yimen.patches.queries.signs import PatchSigns, Sign, signs_of
from yimen.trail.record import record

LARGEST_PHOTO = 8 * 2**20  # bytes
_MOST_PIXELS = 40_000_000
_SIZE = (420, 560)  # pixels: 42 x 56 mm at 254 dots an inch
_KINDS = ("JPEG", "PNG", "WEBP")
_UPRIGHT = {  # what brings a picture upright, by the orientation its camera noted (Exif 2.3, tag 274)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@transaction.atomic
def post_boards(actor: Actor, *, patch_ref: str, stairwell_ids: set[UUID] | None = None, at: datetime) -> int:
    """The boards of a patch (or of some of its stairwells) hang as of today, with the names of officer and deputy of
    today.

    Only those that are due are written down; returns how many.
    """
    require(actor, "board.post")
    signs = _signs(actor, patch_ref, at)
    due = [one for one in signs.signs if one.is_due and (stairwell_ids is None or one.place.id in stairwell_ids)]
    if not due:
        raise RuleBroken(N_("Every board of this patch is up to date. Nothing was changed."))
    today, (officer, deputy) = local(at).date(), signs.standing.named
    wells = [one.place.id for one in due]
    Board.objects.filter(stairwell_id__in=wells, removed_on=None).update(removed_on=today)
    Board.objects.bulk_create(
        Board(
            division_code=actor.reach,
            stairwell_id=well,
            patch_id=signs.standing.id,
            account_id=officer,
            deputy_id=deputy,
            printed_at=at,
            posted_on=today,
        )
        for well in wells
    )
    _note(actor, "board.post", signs, len(due), at)
    return len(due)


@transaction.atomic
def give_cards(actor: Actor, *, patch_ref: str, stairwell_ids: set[UUID] | None = None, at: datetime) -> int:
    """Every household of a patch (or of some of its stairwells) that held none, or an old one, was given a contact
    card with the names of officer and deputy of today; returns how many."""
    require(actor, "card.give")
    signs = _signs(actor, patch_ref, at)
    chosen = [one for one in signs.signs if stairwell_ids is None or one.place.id in stairwell_ids]
    doors = _without_card(chosen, signs.standing)
    if not doors:
        raise RuleBroken(N_("Every household here has the card of today's officer. Nothing was changed."))
    today, (officer, deputy) = local(at).date(), signs.standing.named
    Card.objects.filter(dwelling_id__in=doors, replaced_on=None).update(replaced_on=today)
    Card.objects.bulk_create(
        Card(
            division_code=actor.reach,
            dwelling_id=door,
            patch_id=signs.standing.id,
            account_id=officer,
            deputy_id=deputy,
            given_on=today,
            by_name=actor.name,
        )
        for door in doors
    )
    _note(actor, "card.give", signs, len(doors), at)
    return len(doors)


_DOORS = """
select d.id from registry_dwelling d
where d.stairwell_id = any(%(wells)s) and exists (
    select from registry_residence r join registry_resident p on p.id = r.resident_id
    where r.dwelling_id = d.id and r.to_on is null and r.kind in ('both', 'living') and p.died_on is null)
  and not exists (select from patches_card c where c.dwelling_id = d.id and c.replaced_on is null
    and c.patch_id = %(patch)s and c.account_id is not distinct from %(account)s
    and c.deputy_id is not distinct from %(deputy)s)
"""


def _without_card(chosen: list[Sign], standing: Standing) -> list[UUID]:
    officer, deputy = standing.named
    values: dict[str, Any] = {
        "wells": [one.place.id for one in chosen],
        "patch": standing.id,
        "account": officer,
        "deputy": deputy,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DOORS, values)
        return [row[0] for row in cursor.fetchall()]


def _signs(actor: Actor, patch_ref: str, at: datetime) -> PatchSigns:
    standing = patch(patch_ref, at=at)
    if standing is None or not actor.reaches(standing.division_code):
        raise NotFound()
    if not may_act(actor, standing):
        raise RuleBroken(
            N_("Only the officer of this patch, the one who covers, or the station head writes this down.")
        )
    if standing.a is None:
        raise RuleBroken(N_("This patch has no officer, so no board or card can name one. Name the officer first."))
    return next(one for one in signs_of(standing.division_code, at=at) if one.standing.ref == patch_ref)


def _note(actor: Actor, verb: str, signs: PatchSigns, count: int, at: datetime) -> None:
    record(
        actor,
        verb,
        subject=("patch", signs.standing.id),
        division_code=signs.standing.division_code,
        at=at,
        changes={"count": count},
    )


@transaction.atomic
def keep_photo(actor: Actor, *, account_ref: str, content: bytes, at: datetime) -> None:
    """Keep the photo of somebody of the station for boards and the public page: one's own, or, by the head, anybody's.

    The picture is drawn anew at 420 x 560 pixels, so nothing else of the file is kept.
    """
    require(actor, "portrait.keep")
    worker = next((one for one in orgs.workers(actor.reach, at=at) if one.ref == account_ref), None)
    if worker is None:
        raise NotFound()
    if actor.role is not Role.HEAD and worker.account_id != actor.account_id:
        raise RuleBroken(N_("You can change only your own photo. Ask the station head for a colleague's."))
    Portrait.objects.update_or_create(
        account_id=worker.account_id,
        defaults={"division_code": actor.reach, "image": _drawn_anew(content), "at": at},
    )
    record(actor, "portrait.keep", subject=("account", worker.account_id), division_code=actor.reach, at=at)


def _drawn_anew(content: bytes) -> bytes:
    if len(content) > LARGEST_PHOTO:
        raise RuleBroken(N_("The photo is larger than 8 MB. Choose a smaller one."), field="photo")
    try:
        with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise RuleBroken(N_("The photo has more than 40 million pixels. Choose a smaller one."), field="photo")
            turned = _UPRIGHT.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
            drawn = picture.convert("RGB")
            fitted = ImageOps.fit(drawn if turned is None else drawn.transpose(turned), _SIZE)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise RuleBroken(
            N_("This is no photo that can be read. Choose a JPEG, PNG or WebP file."), field="photo"
        ) from None
    made = io.BytesIO()
    fitted.save(made, format="JPEG", quality=85, optimize=True)
    return made.getvalue()
