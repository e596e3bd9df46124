"""Files of ground as their pages show them."""

from django.db.models import F, Func, IntegerField

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import NotFound
from yimen.geo.models import GroundFile

PAGE = 50
_LARGE = ("features", "judged", "before", "actor")


def files(actor: Actor, *, after: str = "") -> tuple[list[GroundFile], str]:
    """The files brought within reach, newest first, and the key of the next page."""
    require(actor, "ground.read")
    rows = visible_to(actor, GroundFile.objects.defer(*_LARGE)).order_by("-at", "-id")
    if after and (last := rows.filter(ref=after).values_list("at", "id").first()):
        rows = rows.filter(at__lte=last[0]).exclude(at=last[0], id__gte=last[1])
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].ref if len(found) > PAGE else ""


def shapes_in(file: GroundFile) -> int:
    """How many outlines or places were read from a file, 0 before it was opened."""
    length = Func(F("features"), function="jsonb_array_length", output_field=IntegerField())
    return int(GroundFile.objects.filter(id=file.id).annotate(shapes=length).values_list("shapes", flat=True).get())


def file_page(actor: Actor, ref: str) -> GroundFile:
    """One file with what was found in it, without its shapes. NotFound out of reach."""
    require(actor, "ground.read")
    file: GroundFile | None = (
        visible_to(actor, GroundFile.objects.defer("features", "before", "actor")).filter(ref=ref).first()
    )
    if file is None:
        raise NotFound()
    return file
