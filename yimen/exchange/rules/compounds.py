"""Which compound of a community rows belong to that name none."""

from collections.abc import Collection, Sequence

from yimen.exchange.rules.words import pattern, plain

_SHORTEST = 2  # characters of a compound's name that tells


def compound_named(texts: Sequence[str], compounds: Collection[str], community: str) -> str:
    """The one compound that the name of a file, of a sheet or a title names; "" for none or several.

    The community's own name is no compound, though one may be called the same: "Spring Gardens Community" says
    nothing of the compound Spring Gardens.
    """
    said = plain(" ".join(texts))
    for name in sorted((community, *pattern("community_of").findall(said)), key=len, reverse=True):
        said = said.replace(plain(name), " ") if name else said
    found = {name for name in compounds if any(form in said for form in _forms(name))}
    longest = {name for name in found if not any(plain(name) in plain(other) for other in found - {name})}
    return longest.pop() if len(longest) == 1 else ""


def _forms(name: str) -> list[str]:
    whole = plain(name)
    short = pattern("compound_ending").sub("", whole)
    return [form for form in dict.fromkeys((whole, short)) if len(form) >= _SHORTEST]
