"""Personal values as pages show them before anybody gave a reason: enough to tell people apart, no more."""

import re
import unicodedata
from collections.abc import Callable

_MARK = "*"


def mask_name(name: str) -> str:
    """张*富, 张*, 阿**·**, J*** S****: the first sign of each Latin word, first and last of a Han name."""
    name = " ".join(name.split())
    if "·" in name:
        first, *others = name.split("·")
        return "·".join([_first_only(first), *(_MARK * len(_signs(other)) for other in others)])
    if re.search("[A-Za-z]", name):
        return " ".join(map(_first_only, name.split(" ")))
    signs = _signs(name.replace(" ", ""))
    if len(signs) < 3:
        return signs[0] + _MARK if len(signs) == 2 else _MARK * len(signs)
    return signs[0] + _MARK * (len(signs) - 2) + signs[-1]


def mask_id(number: str) -> str:
    """3202** ******** 4012; 3202** ****** 001 for fifteen digits; E****678 for other documents."""
    if len(number) == 18:
        return f"{number[:4]}** ******** {number[-4:]}"
    if len(number) == 15:
        return f"{number[:4]}** ****** {number[-3:]}"
    if len(number) < 7:
        return _MARK * len(number)
    return number[0] + _MARK * (len(number) - 4) + number[-3:]


_BETWEEN = re.compile(r"[\s,;/|\u3001\uff0c\uff1b\uff0f]+")
_SHORTEST = 7  # digits of a telephone number; shorter ones are groups of a longer


def mask_phone(phone: str) -> str:
    """138 **** 6207; 0510-****2345 for landlines, whose extension is left out; of several in one cell, each apart."""
    several = [one for one in _BETWEEN.split(phone) if one]
    if len(several) > 1 and all(len(one) >= _SHORTEST for one in several):
        return "、".join(map(mask_phone, several))
    if len(several) == 1 and re.fullmatch(r"(?:1[0-9]{10}){2,}", several[0]):
        return "、".join(mask_phone(several[0][place : place + 11]) for place in range(0, len(several[0]), 11))
    if re.fullmatch(r"1[0-9]{10}", phone):
        return f"{phone[:3]} **** {phone[-4:]}"
    if landline := re.match(r"(0[0-9]{2,3})-[0-9]{3,4}([0-9]{4})(?:-|$)", phone):
        return f"{landline[1]}-****{landline[2]}"
    if len(phone) < 7:
        return _MARK * len(phone)
    return _MARK * (len(phone) - 4) + phone[-4:]


# As people write them: whole, in groups, in full-width digits, behind the country's code.
_NARROW = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF38: "X", 0xFF58: "x", 0x3000: " ", 0xFF0B: "+"}
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_PERSON = re.compile(
    rf"(?<![0-9A-Za-z])[1-9][0-9]{{5}}(?:([ -]?)(?:19|20)[0-9]{{2}}{_DAY}\1[0-9]{{3}}[0-9Xx]"
    rf"|[0-9]{{2}}{_DAY}[0-9]{{3}})(?![0-9A-Za-z])"
)
_MOBILE = re.compile(
    r"(?:(?<![0-9A-Za-z])|(?<![0-9A-Za-z])(?:\+|00)?86[ -]?)(1[3-9][0-9]([ -]?)[0-9]{4}\2[0-9]{4})(?![0-9A-Za-z])"
)
_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){11,24}(?![0-9A-Za-z])")


def mask_words(text: str) -> str:
    """Words somebody typed, with every identity number and mobile number in them masked. Where words are kept as they
    are (the reason of a look, a note), a whole number must not slip in with them."""
    return _masked(_MOBILE, 1, mask_phone, _masked(_PERSON, 0, mask_id, text))


def unmask_words(text: str, kept: str) -> str:
    """Words that somebody edited as `mask_words` had shown them, with the whole numbers of what is kept in their places
    again: a form that shows a mask must not save it. A mask that stands for several numbers, and not as often as they
    do, stays a mask: nobody can tell which is meant."""
    if text == mask_words(kept):
        return kept
    for pattern, group, mask in ((_PERSON, 0, mask_id), (_MOBILE, 1, mask_phone)):
        meant: dict[str, list[str]] = {}
        for found in pattern.finditer(kept.translate(_NARROW)):
            whole = kept[found.start(group) : found.end(group)]
            meant.setdefault(mask(re.sub("[ -]", "", found[group])), []).append(whole)
        for shown, wholes in meant.items():
            parts = text.split(shown)
            if len(set(wholes)) == 1:
                text = wholes[0].join(parts)
            elif len(parts) == len(wholes) + 1:
                text = "".join(part + whole for part, whole in zip(parts, [*wholes, ""], strict=True))
    return text


def _masked(pattern: re.Pattern[str], group: int, mask: Callable[[str], str], text: str) -> str:
    """Found in the text as a machine would write it, sign for sign, and replaced in the text as it stands."""
    done, parts = 0, []
    for found in pattern.finditer(text.translate(_NARROW)):
        parts += [text[done : found.start(group)], mask(re.sub("[ -]", "", found[group]))]
        done = found.end(group)
    return "".join((*parts, text[done:])) if parts else text


def mask_account(text: str) -> str:
    """A bank account by its last four digits, the words around it kept: 社保卡 **** 7735."""
    return _ACCOUNT.sub(lambda found: f"**** {re.sub('[ -]', '', found[0])[-4:]}", text)


def tail_of(number: str, length: int = 4) -> str:
    """The last characters by which people name a number, upper case; "" when it is shorter."""
    return number[-length:].upper() if len(number) >= length else ""


def _first_only(word: str) -> str:
    """The first sign, and a star for each that follows; a single sign is hidden."""
    signs = _signs(word)
    return signs[0] + _MARK * (len(signs) - 1) if len(signs) > 1 else _MARK * len(signs)


def _signs(word: str) -> list[str]:
    """What a reader sees as one character: combining marks and variation selectors stay with their base."""
    signs: list[str] = []
    for char in word:
        if signs and (unicodedata.combining(char) or unicodedata.category(char) == "Mn"):
            signs[-1] += char
        else:
            signs.append(char)
    return signs
