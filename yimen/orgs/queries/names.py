"""Divisions, departments, posts and roles in the reader's words."""

from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet
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
    _virtual.clear()
    _posts = ()


def parent_code(code: str) -> str | None:
    """The code of the division above, by the length of the prefix; None above a city."""
    return {6: code[:4], 9: code[:6], 12: code[:9], 15: code[:12]}.get(len(code))


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


Found = Iterable[tuple[str, str, str]]  # code, and the words for it in Chinese and English


def _named(kind: str, code: str, ask: Callable[[str], Found]) -> tuple[str, str]:
    """The words for a code. A code that is not kept yet brings its neighbours with it: a list names many."""
    key = f"{kind}:{code}"
    if key not in _names:
        _names.update({f"{kind}:{each}": (name, name_en) for each, name, name_en in ask(code)})
    return _names.get(key, (code, code))


def _beside(code: str) -> QuerySet[Division]:
    """A division and those that share its parent."""
    parent = Division.objects.filter(code=code).values("parent_id")
    return Division.objects.filter(Q(code=code) | Q(parent_id__in=parent))


def _letters(code: str) -> Found:
    return ((each, letters, letters) for each, letters in _beside(code).values_list("code", "letters"))


def _division(code: str) -> Found:
    return _beside(code).values_list("code", "short_name", "name_en")


def _post(_code: str) -> Found:
    return Post.objects.values_list("code", "name", "name_en")


def _department(_code: str) -> Found:
    return Department.objects.values_list("code", "name", "name_en")


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
_virtual: set[str] = set()  # of those that were read


def community_codes(reach: str) -> tuple[str, ...]:
    """The codes of all communities whose code starts with `reach`, past ones included; a community is its own."""
    if len(reach) >= 12:
        return (reach[:12],)
    if reach not in _communities:
        found = Division.objects.filter(level=Division.Level.COMMUNITY, code__gte=reach, code__lt=reach + "~")
        if not (rows := found.order_by("code").values_list("code", "is_virtual")):
            return ()
        _communities[reach] = tuple(code for code, _is_virtual in rows)
        _virtual.update(code for code, is_virtual in rows if is_virtual)
    return _communities[reach]


def count_communities(reach: str) -> int:
    """How many communities there are under a division, without those that exist for statistics alone (虚拟社区)."""
    return sum(code not in _virtual for code in community_codes(reach))


def community_names(reach: str) -> dict[str, str]:
    """Communities under a division that stand today, by every name they go by; the code by each."""
    rows = Division.objects.filter(level=Division.Level.COMMUNITY, code__gte=reach[:12], code__lt=reach[:12] + "~")
    found: dict[str, str] = {}
    for code, name, short, english in rows.filter(to_on=None).values_list("code", "name", "short_name", "name_en"):
        found |= {code: code} | {known: code for known in (name, short, english) if known}
    return found
