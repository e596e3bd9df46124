"""Who stands where today."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yimen.core.actor import Actor, Role
from yimen.core.errors import N_
from yimen.orgs.models import Department, Division, Post

ROLE_LABELS = {
    Role.WINDOW: N_("Window"),
    Role.HEAD: N_("Station head"),
    Role.STREET: N_("Street office"),
    Role.DISTRICT: N_("District office"),
    Role.CITY: N_("City office"),
    Role.DEPT: N_("Line department"),
    Role.FINANCE: N_("Finance"),
    Role.SYSADMIN: N_("System administrator"),
    Role.SECURITY: N_("Security administrator"),
    Role.AUDITOR: N_("Audit administrator"),
    Role.RESIDENT: N_("Resident"),
    Role.SYSTEM: N_("System"),
}


_names: dict[str, tuple[str, str]] = {}  # only hits are kept; a reload of divisions or departments restarts the service


def _named(kind: str, code: str, rows: QuerySet[Any, tuple[str, str]]) -> tuple[str, str]:
    key = f"{kind}:{code}"
    if key not in _names:
        found = rows.first()
        if found is None:
            return code, code
        _names[key] = found
    return _names[key]


def division_name(code: str) -> str:
    """The spoken name of a division in the reader's language."""
    return _pick(_named("division", code, Division.objects.filter(code=code).values_list("short_name", "name_en")))


def _pick(names: tuple[str, str]) -> str:
    return names[1] if (get_language() or "").startswith("en") and names[1] else names[0]


def post_name(code: str) -> str:
    """A post in the reader's language."""
    return _pick(_named("post", code, Post.objects.filter(code=code).values_list("name", "name_en")))


def department_name(code: str) -> str:
    """A department in the reader's language."""
    return _pick(_named("department", code, Department.objects.filter(code=code).values_list("name", "name_en")))


def seat_label(actor: Actor) -> str:
    """The seat in words: post and side for station workers, the department for a line, the role otherwise."""
    if actor.post:
        return _("%(post)s post %(side)s") % {"post": post_name(actor.post), "side": actor.side}
    if actor.line:
        return department_name(actor.line)
    return _(ROLE_LABELS[actor.role])
