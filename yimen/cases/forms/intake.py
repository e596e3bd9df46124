"""The intake page's form as an application. Nothing is judged here: what is typed is kept, right or wrong."""

from django.http import HttpRequest, QueryDict

from yimen.cases.rules.application import SELF, UNCHANGED, Application
from yimen.core.errors import N_, RuleBroken

_LONGEST = 2000
_SHORT = 60
_MOST = 200  # of one kind of input


def application_from(request: HttpRequest) -> Application:
    """The page as it stands. `m` matters, `q.` answers, `f.` fields, `p.` papers, `no.` proposals that
    do not apply, `again` confirmed doubles."""
    post = request.POST
    return Application(
        matters=_several(post, "m"),
        asked=post.get("asked") == "1",
        by=_one(post, "by", _SHORT) or SELF,
        proxy_name=_one(post, "proxy_name", 50),
        proxy_relation=_one(post, "proxy_relation", 20),
        answers=_under(post, "q."),
        fields=_under(post, "f."),
        papers=_under(post, "p."),
        changed=_one(post, "changed", _SHORT) or UNCHANGED,
        new_value=_one(post, "new_value", _SHORT),
        dismissed=_under(post, "no."),
        again=_several(post, "again"),
    )


def _one(post: QueryDict, name: str, limit: int) -> str:
    value = (post.get(name) or "").strip()
    if "\x00" in value:
        raise RuleBroken(N_("The text holds a character that cannot be stored. Type it again."), field=name)
    return value[:limit]


def _several(post: QueryDict, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:_SHORT] for value in post.getlist(name)[:_MOST] if value and "\x00" not in value))


def _under(post: QueryDict, prefix: str) -> dict[str, str]:
    names = [name for name in post if name.startswith(prefix)][:_MOST]
    return {name[len(prefix) :][:_SHORT]: value for name in names if (value := _one(post, name, _LONGEST))}
