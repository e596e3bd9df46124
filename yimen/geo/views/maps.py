"""The map and its tiles."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse

from yimen.access.check import may
from yimen.access.gate import actor_of, door
from yimen.core.clock import local
from yimen.core.errors import NotFound
from yimen.core.web import asked_at, page, text
from yimen.geo.queries.maps import map_page
from yimen.geo.queries.tiles import tile_of
from yimen.geo.rules.references import REFERENCES, SHIFTED
from yimen.geo.rules.tiles import Tile
from yimen.orgs import queries as orgs


@door("map.read")
def whole(request: HttpRequest) -> HttpResponse:
    """The map of a division, with its table. Without a script the table is the page."""
    actor = actor_of(request)
    found = map_page(actor, text(request, "within", limit=15) or actor.reach, at=asked_at(request))
    context = {
        "found": found,
        "name": orgs.division_name(found.within),
        "up": orgs.parent_code(found.within) if len(found.within) > len(actor.reach) else None,
        "box": json.dumps(found.box) if found.box else "",
        "may_open": may(actor, "building.read"),
        "may_ground": may(actor, "ground.read"),
        "may_patches": may(actor, "patch.read"),
    }
    return page(request, "geo/map.html", context)


@door("map.read")
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile. The browser keeps it and asks whether it is still right; 204 where nothing lies.

    `?ground=GCJ-02` (or BD-09) lays it under a base map that is shifted so.
    """
    asked, ground = Tile(z, x, y), text(request, "ground", limit=8)
    if not asked.exists or ground not in ("", *SHIFTED):
        raise NotFound()
    lying = asked.under(REFERENCES[ground]) if ground else asked
    body = tile_of(actor_of(request), layer, lying, on=local(asked_at(request)).date())
    if not body:
        return HttpResponse(status=204)
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=0, must-revalidate"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/vnd.mapbox-vector-tile", headers=headers)
