"""Divisions, departments, posts and roles in the reader's words."""

from collections.abc import Callable
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


_names: dict[str, tuple[str, str]] = {}  # only hits are kept; other processes restart after a reload of divisions
_posts: tuple[str, ...] = ()


def forget_names() -> None:
    """Ask the database again: names were loaded anew."""
    global _posts
    _names.clear()
    _communities.clear()
    _posts = ()


def parent_code(code: str) -> str | None:
    """The code of the division above, by the length of the prefix; None above a city."""
    return {6: code[:4], 9: code[:6], 12: code[:9], 15: code[:12]}.get(len(code))


def _letters(code: str) -> QuerySet[Any, tuple[str, str]]:
    return Division.objects.filter(code=code).values_list("letters", "letters")


def district_letters(code: str) -> str:
    """The letters that head case numbers of a division's district, e.g. LX; "WX" where the list gives none."""
    letters = _named("letters", code[:6], _letters)[0]
    return letters if letters.isalpha() else "WX"


def post_codes() -> tuple[str, ...]:
    """The codes of the six posts, in their order."""
    global _posts
    if not _posts:
        _posts = tuple(Post.objects.order_by("position").values_list("code", flat=True))
    return _posts


def _named(kind: str, code: str, ask: Callable[[str], QuerySet[Any, tuple[str, str]]]) -> tuple[str, str]:
    key = f"{kind}:{code}"
    if key not in _names:
        found = ask(code).first()
        if found is None:
            return code, code
        _names[key] = found
    return _names[key]


def _division(code: str) -> QuerySet[Any, tuple[str, str]]:
    return Division.objects.filter(code=code).values_list("short_name", "name_en")


def _post(code: str) -> QuerySet[Any, tuple[str, str]]:
    return Post.objects.filter(code=code).values_list("name", "name_en")


def _department(code: str) -> QuerySet[Any, tuple[str, str]]:
    return Department.objects.filter(code=code).values_list("name", "name_en")


def division_name(code: str) -> str:
    """The spoken name of a division in the reader's language."""
    return _pick(_named("division", code, _division))


def _pick(names: tuple[str, str]) -> str:
    return names[1] if (get_language() or "").startswith("en") and names[1] else names[0]


def post_name(code: str) -> str:
    """A post in the reader's language."""
    return _pick(_named("post", code, _post))


def department_name(code: str) -> str:
    """A department in the reader's language."""
    return _pick(_named("department", code, _department))


def role_name(role: Role) -> str:
    """A role in the reader's language."""
    return _(ROLE_LABELS[role])


def seat_label(actor: Actor) -> str:
    """The seat in words: post and side for station workers, the department for a line, the role otherwise."""
    return seat_words(actor.role, post=actor.post, side=actor.side, line=actor.line)


def seat_words(role: Role, *, post: str = "", side: str = "", line: str = "") -> str:
    """A seat in words: post and side for station workers, the department for a line, the role otherwise."""
    if post:
        return _("%(post)s post %(side)s") % {"post": post_name(post), "side": side}
    if line:
        return department_name(line)
    return role_name(role)


_communities: dict[str, tuple[str, ...]] = {}  # only hits are kept, as for names


def community_codes(reach: str) -> tuple[str, ...]:
    """The codes of all communities whose code starts with `reach`, past ones included; a community is its own."""
    if len(reach) >= 12:
        return (reach[:12],)
    if reach not in _communities:
        found = Division.objects.filter(level=Division.Level.COMMUNITY, code__gte=reach, code__lt=reach + "~")
        if not (codes := tuple(found.order_by("code").values_list("code", flat=True))):
            return ()
        _communities[reach] = codes
    return _communities[reach]
