"""Names: how they are read, sorted and found.

A name is stored with its search keys (`search_keys`) in one array under an index; what somebody types becomes a
`SearchTerm` over such keys (`query_keys`). Han characters are found by one and by two, anywhere in the name;
letters from its beginning: full pinyin, initials, or full syllables followed by initials, with every reading of
a surname that has several.
"""

import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise, product, takewhile
from math import prod

from yimen.core.surnames import COMPOUNDS, GIVEN, SURNAMES, SYLLABLES

# We read character by character: the table of phrases would cost every process 0.4 s at its start and 40 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
from pypinyin import Style, lazy_pinyin, pinyin  # reads the variable when it is loaded

MOST_READINGS = 8
_MOST_SYLLABLES = 10  # nobody types more, and the keys of a name of 50 characters stay few
_MOST_LETTERS = 60
_LONGEST_PREFIX = 20
_LONGEST_SYLLABLE = max(map(len, SYLLABLES))

_DOTS = dict.fromkeys(map(ord, "•‧．∙・･⋅ᐧ●⸱"), "·")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff"  # private use too
_COMMON = re.compile("[\u4e00-\u9fff]+")  # nothing in it to take apart
_WORDS = re.compile(rf"[a-z]+|[{_HAN}]|[^\W\d_]")
_DOT_BETWEEN = re.compile(rf"(?<=[{_HAN}])\s*[.·]\s*(?=[{_HAN}])")


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """What to look up: rows whose keys hold every one of `all_of` and, unless that is empty, one of `any_of`.

    In SQL: `keys @> all_of AND keys && any_of`. An empty term is false and finds nothing. Of `any_of` the first is
    letters as they were typed, the others finish the syllable they break off in.
    """

    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all_of or self.any_of)

    def matches(self, keys: Collection[str]) -> bool:
        """Whether a name with these keys is found."""
        some = not self.any_of or any(key in keys for key in self.any_of)
        return bool(self) and some and all(key in keys for key in self.all_of)


def surname_of(name: str) -> str:
    """张 of 张国富, 欧阳 of 欧阳娜娜; of a name in parts the first (买买提 of 买买提·吐尔逊, Anna of Anna S.)."""
    first = re.split("[· ]", normalise_name(name), maxsplit=1)[0]
    if first.isascii() or "·" in name:
        return first
    return first[:2] if len(first) > 2 and first[:2] in COMPOUNDS else first[:1]


def normalise_name(name: str) -> str:
    """The name as it is kept: one kind of middle dot, single spaces, ordinary Latin letters."""
    plain = " ".join(name.translate(_DOTS).translate(_FULL_WIDTH).split())
    return _DOT_BETWEEN.sub("·", plain)


def readings(name: str) -> list[tuple[str, ...]]:
    """Every way the name may be read, syllable by syllable, the right one first; at most eight.

    A Latin word counts as one syllable. Characters without a known reading are left out.
    """
    return _readings(_words(name))


def sort_key(name: str) -> str:
    """Syllables of the right reading with spaces between, for ORDER BY in code order ("zhang guo fu").

    A character without a known reading stands for itself and so sorts behind all letters.
    """
    return _sort_key(_words(name)) or name.strip().lower()


def _sort_key(words: list[str]) -> str:
    return " ".join([choice[0] for choice in _choices(words)])


def initials(text: str) -> str:
    """The first letter of each Han character; everything else as it stands. For titles, not for persons."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


def search_keys(name: str) -> list[str]:
    """All keys under which a name is found, sorted: Han grams, joined syllables, initials, starts of words."""
    return _search_keys(_words(name))


def name_columns(name: str) -> tuple[str, list[str]]:
    """`sort_key` and `search_keys` together, for bulk loading."""
    words = _words(name)
    return _sort_key(words) or name.strip().lower(), _search_keys(words)


def _search_keys(words: list[str]) -> list[str]:
    keys = {word for word in words if not word.isascii()}
    keys.update(map("".join, pairwise([word for word in words if not word.isascii()])))
    latin = [word for word in words if word.isascii()]
    for number in range(len(latin)):
        rest = "".join(latin[number:])[:_LONGEST_PREFIX]
        keys.update(rest[:end] for end in range(2, len(rest) + 1))
    for reading in _readings(words):
        keys.update(_letters_of(reading[:_MOST_SYLLABLES]))
    return sorted(keys)


def query_keys(text: str) -> SearchTerm:
    """How to look up what was typed: "张", "国富", "zhangg", "zgf", "zhanggf", "张gf".

    Letters are read from the beginning of a name and may break off in a syllable: "zhan" also finds zhang.
    """
    words = _words(text[:_MOST_LETTERS].replace("ü", "v").replace("Ü", "v"))
    grams = tuple(dict.fromkeys(_query_grams(words)))
    letters = "".join(word for word in words if word.isascii()).replace("lyu", "lv")
    if not letters:
        return SearchTerm(all_of=grams)
    lead = _readings(list(takewhile(lambda word: not word.isascii(), words)))
    begun = ["".join(reading) for reading in lead]
    begun += ["".join(syllable[0] for syllable in reading) for reading in lead]
    typed = [start + letters for start in begun or [""]]
    finished = sorted(set().union(*map(_letter_keys, typed)))
    return SearchTerm(all_of=grams, any_of=tuple(dict.fromkeys([*typed, *finished])))


def _words(text: str) -> list[str]:
    """Han characters one by one and Latin words in small letters without accents; the rest is dropped."""
    if _COMMON.fullmatch(text):
        return list(text)
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text.translate(_DOTS))
        text = "".join(char for char in parts if unicodedata.category(char) != "Mn")
    return _WORDS.findall(text.lower())


def _letters_of(syllables: tuple[str, ...]) -> Iterator[str]:
    """zhang, zhangguo, zhangguofu; zg, zgf; zhanggf, and with a surname of two syllables also ouyangnn."""
    joined = initials = ""
    for syllable in syllables:
        joined += syllable
        initials += syllable[0]
        yield joined
        if len(initials) > 1:
            yield initials
        for whole in range(1, min(3, len(initials) - 1)):  # one initial alone is found by finishing it
            yield "".join(syllables[:whole]) + initials[whole:]


def _query_grams(words: list[str]) -> Iterator[str]:
    """What must be found together: each pair of neighbours, or the one character that stands alone."""
    for latin, run in groupby(words, str.isascii):
        chars = list(run)
        if not latin:
            yield from map("".join, pairwise(chars)) if len(chars) > 1 else chars


def _readings(words: list[str]) -> list[tuple[str, ...]]:
    choices = [choice for choice in _choices(words) if choice[0].isascii()]
    for place in range(len(choices) - 1, -1, -1):  # the surname, in front, keeps its readings longest
        if prod(map(len, choices)) <= MOST_READINGS:
            break
        choices[place] = choices[place][:1]
    return [tuple(" ".join(parts).split()) for parts in product(*choices)] if choices else []


def _choices(words: list[str]) -> list[tuple[str, ...]]:
    """For each word, or for a compound surname as a whole, the ways to read it; itself when nobody knows."""
    if len(words) > 2 and (compound := COMPOUNDS.get(words[0] + words[1])):
        return [compound, *map(_given, words[2:])]
    return [_surname(words[0]), *map(_given, words[1:])] if words else []


def _surname(word: str) -> tuple[str, ...]:
    return SURNAMES.get(word) or _given(word)


@lru_cache(maxsize=32768)
def _given(word: str) -> tuple[str, ...]:
    if word.isascii():
        return (word,)
    return GIVEN.get(word) or (pinyin(word, style=Style.NORMAL)[0][0],)  # unknown: comes back as it is


def _letter_keys(letters: str) -> set[str]:
    """What letters may stand for: a key themselves, or one after finishing the syllable they break off in."""
    ends = [0]
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in SYLLABLES for start in ends if end - start <= _LONGEST_SYLLABLE):
            ends.append(end)
    return {letters} | {letters[:end] + rest for end in ends for rest in _completions(letters[end:])}


@lru_cache(maxsize=4096)
def _completions(begun: str) -> tuple[str, ...]:
    """Syllables that begin so."""
    if not begun or len(begun) > _LONGEST_SYLLABLE:
        return ()
    return tuple(syllable for syllable in SYLLABLES if syllable.startswith(begun))
