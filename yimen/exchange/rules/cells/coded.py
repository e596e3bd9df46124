"""Cells that name one of a list: codes, yes and no, kinds of trait, communities."""

import re
from collections.abc import Mapping
from functools import lru_cache

from yimen.core.errors import N_
from yimen.exchange.rules.cells.tidy import tidy
from yimen.exchange.rules.cells.verdicts import Context, Verdict, fixable, noted, ok, refused
from yimen.exchange.rules.words import codes_of, kinds_by_word, pattern, plain, words_of

_NOT_LISTED = N_("%(text)s is not in the list of this field. Choose a value of the list.")
_NOT_YES_NO = N_("%(text)s is neither yes nor no. Write one of the two.")
_NO_KIND = N_("%(text)s is not a kind of trait the register knows. Choose one of the list.")
_NO_COMMUNITY = N_("%(text)s is no community in your reach. Compare the name with the list of communities.")
_DERIVED = N_("%(text)s is worked out from age, household and address, so it is not taken over.")
_SPLIT = re.compile(r"[,;/|\u3001\uff0c\uff1b\s]+")


def clean_code(codes: str, raw: str) -> Verdict:
    """A code of a list, from itself, its label or another way to say it."""
    found = _code(codes, raw)
    if found is None:
        return refused(raw, _NOT_LISTED, text=raw[:20])
    code, certain = found
    return ok(code, raw) if certain else fixable(code, raw, "code")


@lru_cache(maxsize=4096)
def _code(codes: str, raw: str) -> tuple[str, bool] | None:
    known, word = codes_of(codes), plain(raw)
    if codes == "kinship_gbt4761" and word not in known:
        word = pattern("of_head").sub("", word, count=1) if pattern("of_head").match(word) else word
        if word not in known and pattern("kin_of_kin").fullmatch(word):
            return None  # the wife of a brother is no wife
    if word in known:
        return known[word], True
    if word.isdigit() and word.lstrip("0") in known:
        return known[word.lstrip("0")], True
    inside = {known[each] for each in known if len(each) > 1 and not each.isascii() and each in word}
    if len(inside) == 1:
        return inside.pop(), False
    starts = {known[each] for each in known if len(word) > 1 and each.startswith(word)}
    return (starts.pop(), False) if len(starts) == 1 else None


def clean_yes(raw: str) -> Verdict:
    """Yes ("1") or no ("0")."""
    word = tidy(raw).lower()
    found = codes_of("yes").get(plain(word)) or codes_of("yes").get(word)
    if found is None:
        return refused(raw, _NOT_YES_NO, text=raw[:20])
    return ok(found, raw)


def clean_kind(raw: str) -> Verdict:
    """Kinds of trait, several of them joined by commas; known words that are no trait are left out."""
    found, unknown = [], []
    for part in filter(None, _SPLIT.split(tidy(raw))):
        if kind := kinds_by_word().get(plain(part)):
            found.append(kind)
        elif part not in words_of("kinds_left_out"):
            unknown.append(part)
    if unknown:
        return refused(raw, _NO_KIND, text=unknown[0][:20])
    kinds = ",".join(dict.fromkeys(found))
    return ok(kinds, raw) if kinds else noted("", raw, _DERIVED, text=raw[:20])


def clean_community(raw: str, context: Context) -> Verdict:
    """The division code of a community in reach; a name written otherwise than on record is proposed."""
    text = tidy(raw)
    if not context.communities:
        return ok(text, raw)
    if code := context.communities.get(text):
        return ok(code, raw)
    if text.isdigit() and text in context.communities.values():
        return ok(text, raw)
    found = stems(context.communities).get(stem(text), "")
    return fixable(found, raw, "community_name") if found else refused(raw, _NO_COMMUNITY, text=raw[:30])


def stem(name: str) -> str:
    """A community's name without what it is: with or without committee, the same place."""
    short = pattern("committee").sub("", name.replace(" ", ""))
    return pattern("committee").sub("", short) or short


_stems: dict[int, tuple[Mapping[str, str], dict[str, str]]] = {}


def stems(communities: Mapping[str, str]) -> dict[str, str]:
    """Code by stem; two communities of one stem are not told apart, so neither is proposed."""
    kept = _stems.get(id(communities))
    if kept and kept[0] is communities:
        return kept[1]
    found: dict[str, str] = {}
    for name, code in communities.items():
        short = stem(name)
        found[short] = code if found.get(short, code) == code else ""
    _stems.clear()
    _stems[id(communities)] = communities, found
    return found
