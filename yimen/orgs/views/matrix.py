"""The permission table in words: one page an auditor can read."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.access.gate import actor_of, door
from yimen.access.matrix import MATRIX
from yimen.access.verbs import AREAS, words_of
from yimen.core.actor import Role
from yimen.core.web import page, text
from yimen.orgs import queries


@door("matrix.read")
def matrix(request: HttpRequest) -> HttpResponse:
    """Every verb by area and who may, or all that one role may."""
    role = text(request, "role", limit=12)
    chosen = Role(role) if role in set(Role) else None
    areas = [
        {
            "title": _(title),
            "verbs": [
                {"verb": verb, "words": _(words_of(verb)), "roles": roles}
                for verb, roles in MATRIX.items()
                if verb.split(".")[0] in nouns and (chosen is None or chosen in roles)
            ],
        }
        for title, nouns in AREAS.items()
    ]
    context = {
        "areas": [area for area in areas if area["verbs"]],
        "roles": [(other, queries.role_name(other)) for other in Role],
        "chosen": chosen,
        "own": actor_of(request).role,
    }
    return page(request, "orgs/matrix.html", context)
