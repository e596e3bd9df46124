"""Where divisions lie: outlines come in by the file, hold from a day on, and are taken back by the file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from yimen.access.check import require
from yimen.access.scope import visible_to
from yimen.core.actor import Actor
from yimen.core.errors import N_, NotFound, RuleBroken
from yimen.core.ids import new_id
from yimen.orgs.actions.loading import DATA
from yimen.orgs.models import Division, Outline
from yimen.trail.record import record

Polygon = Sequence[Sequence[Sequence[float]]]  # rings of (longitude, latitude), the outer one first
SHIPPED = "yimen/orgs/data/wuxi_outlines.geojson"


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """The outline of one division in CGCS2000 degrees."""

    division_code: str
    polygons: Sequence[Polygon]


def shipped_shapes() -> Iterator[OutlineRow]:
    """The outlines that come with the product: real for city and districts, made up below."""
    features = json.loads((DATA / "wuxi_outlines.geojson").read_text(encoding="utf-8"))["features"]
    for feature in features:
        shape = feature["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        yield OutlineRow(feature["id"], polygons)


@transaction.atomic
def load_outlines(
    actor: Actor, *, rows: Iterable[OutlineRow], source: str, reference: str, on: date, at: datetime
) -> UUID:
    """Outlines of divisions in reach, in force from a day on; those in force until then end on it. Returns the batch,
    by which all of them are taken back. RuleBroken for a division out of reach or unknown, or when a later one is
    there."""
    require(actor, "outline.load")
    batch, given = new_id(), {row.division_code: row for row in rows}
    known = set(visible_to(actor, Division.objects.all(), "code").filter(code__in=given).values_list("code", flat=True))
    if strange := sorted(given.keys() - known):
        raise RuleBroken(
            N_("The division %(code)s is not one of yours. Take it out of the file, or ask the level above."),
            code=strange[0],
        )
    standing = Outline.objects.filter(division_code__in=given, to_on=None)
    if later := standing.filter(from_on__gt=on).values_list("division_code", flat=True).first():
        raise RuleBroken(
            N_("The outline of %(code)s already changes on a later day. Choose a day after that."), code=later
        )
    standing.update(to_on=on)
    Outline.objects.bulk_create([_outline(row, batch, source, reference, on, at) for row in given.values()])
    record(
        actor,
        "outline.load",
        subject=("outline", batch),
        division_code=actor.reach or "",
        at=at,
        changes={"count": len(given), "document": source, "from": on.isoformat()},
    )
    return batch


def _outline(row: OutlineRow, batch: UUID, source: str, reference: str, on: date, at: datetime) -> Outline:
    corners = [point for polygon in row.polygons for point in polygon[0]]
    longitudes, latitudes = [point[0] for point in corners], [point[1] for point in corners]
    return Outline(
        division_code=row.division_code,
        polygons=row.polygons,
        west=min(longitudes),
        east=max(longitudes),
        south=min(latitudes),
        north=max(latitudes),
        reference=reference,
        source=source,
        batch=batch,
        from_on=on,
        loaded_at=at,
    )


@transaction.atomic
def undo_outlines(actor: Actor, *, batch: UUID, at: datetime) -> int:
    """Take back a batch of outlines; those they ended are in force again. Returns how many. NotFound out of reach,
    RuleBroken when newer ones have followed."""
    require(actor, "outline.undo")
    rows = visible_to(actor, Outline.objects.filter(batch=batch))
    codes = list(rows.values_list("division_code", "from_on"))
    if not codes:
        raise NotFound()
    if rows.exclude(to_on=None).exists():
        raise RuleBroken(N_("Newer outlines have followed these. Take those back first."))
    rows.delete()
    on = codes[0][1]
    ended = Outline.objects.filter(division_code__in=[code for code, _on in codes], to_on=on)
    newest = ended.order_by("division_code", F("loaded_at").desc()).distinct("division_code").values_list("id")
    Outline.objects.filter(id__in=[key for (key,) in newest]).update(to_on=None)
    record(
        actor,
        "outline.undo",
        subject=("outline", batch),
        division_code=actor.reach or "",
        at=at,
        changes={"count": len(codes)},
    )
    return len(codes)
