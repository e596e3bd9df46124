"""Names as they are given in Wuxi: by sex and year of birth, with the surnames and characters that trip software."""

import csv
from functools import cache
from pathlib import Path

from yimen.demo.stream import Stream, Weighted

_DATA = Path(__file__).resolve().parent / "data"
_CLANS = "钱华过尤秦顾陆沈徐朱蒋许殷邹强浦虞荣惠"  # old families of Wuxi
_CLAN_FACTOR = 2.5
_TRICKY_SHARE = 0.012
_TRICKY = (
    "单",
    "仇",
    "曾",
    "区",
    "解",
    "查",
    "翟",
    "盖",
    "朴",
    "任",
    "尉",
    "乐",
    "缪",
    "冼",
    "召",
    "员",
    "尉迟",
    "令狐",
)
_RARE_SHARE = 0.0008
_RARE = ("㐂", "𬭊", "䶮", "𠅤", "喆", "堃", "龑", "㛃")
_OLD = {
    "1": "国建明荣根泉林福兴宝德祥金龙生寿庆康永才海良仁忠义发坤炳阿大伯仲",
    "2": "秀英珍兰凤宝妹娣琴芬桂金玉美惠月雅素文芳娟华贞巧彩云仙弟阿小银",
}
_MIDDLE = {
    "1": "建国卫东军伟强斌勇平明刚峰华林志新民锋涛辉敏杰海波宏晓文春",
    "2": "红霞燕丽萍敏静娟梅华英芳莉琴洁艳蓉蕾娜玲晓慧云亚卫建群",
}
_YOUNG = {
    "1": "子轩宇浩然博文俊杰梓睿泽辰宸昊天一诺嘉铭奕晨煜逸哲航瑞彦霖",
    "2": "梓涵欣怡诗雨萱可馨语桐若汐佳悦思琪雅婷依诺晨曦芷苒艺妍沐瑶",
}
_MINORITY = {
    "05": (
        ("买买提江", "阿不都热合曼", "古丽努尔", "艾合买提", "热依汗", "吐尔逊"),
        ("吐尔地", "阿卜杜拉", "艾山", "买合木提"),
    ),
    "04": (("扎西", "卓玛", "次仁", "德吉"), ("多吉", "央金", "顿珠", "曲珍")),
    "07": (("阿依", "吉克", "曲比", "阿作"), ("阿呷", "史布", "拉哈", "木乃")),
}
_LATIN = (
    ("Anna", "Marek", "Julia", "Thomas", "Sofia", "Daniel", "Hana", "Peter", "Maria", "Kenji", "Min-jun", "Elena"),
    (
        "Kowalska",
        "Novák",
        "Schmidt",
        "Tanaka",
        "Kim",
        "Rossi",
        "Larsen",
        "Okafor",
        "Santos",
        "Müller",
        "Dubois",
        "O'Brien",
    ),
)
_ORDINARY = ("06", "15", "08", "03", "09", "11", "12", "02")  # peoples whose names look like Han names here
_WITH_DOT = tuple(_MINORITY)


@cache
def _surnames() -> tuple[Weighted[str], Weighted[str]]:
    """Of families long settled here, and of people from elsewhere."""
    with (_DATA / "surnames.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["surname"], float(row["pct"])) for row in csv.DictReader(file)]
    local = [(name, share * (_CLAN_FACTOR if name in _CLANS else 1)) for name, share in rows]
    return Weighted(local), Weighted(rows)


@cache
def _characters() -> dict[str, Weighted[str]]:
    with (_DATA / "given_characters.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["char"], float(row["male"]), float(row["female"])) for row in csv.DictReader(file)]
    return {
        "1": Weighted([(char, male) for char, male, _ in rows if male > 2000]),
        "2": Weighted([(char, female) for char, _, female in rows if female > 1000]),
    }


def surname(stream: Stream, *, local: bool) -> str:
    """A surname, now and then one that software reads wrong."""
    if stream.chance(_TRICKY_SHARE):
        return stream.one(_TRICKY)
    return stream.draw(_surnames()[0 if local else 1])


def given(stream: Stream, sex: str, born: int) -> str:
    """A given name in the taste of the year of birth."""
    if stream.chance(_RARE_SHARE):
        return stream.one(_RARE)
    fashion = (_OLD if born < 1962 else _MIDDLE if born < 1990 else _YOUNG)[sex]
    first = _character(stream, fashion, sex)
    if stream.chance(0.22 if 1965 < born < 1992 else 0.06):
        return first
    return first + _character(stream, fashion, sex)


def _character(stream: Stream, fashion: str, sex: str) -> str:
    return stream.one(fashion) if stream.chance(0.45) else stream.draw(_characters()[sex])


def ethnic(stream: Stream) -> str:
    """A people by GB/T 3304: Han in 99 of 100."""
    if not stream.chance(0.01):
        return "01"
    return stream.one(_WITH_DOT) if stream.chance(0.12) else stream.one(_ORDINARY)


def dotted(stream: Stream, people: str) -> str:
    """A name in two parts with a middle dot, for peoples who write theirs so; "" for the others."""
    parts = _MINORITY.get(people)
    return f"{stream.one(parts[0])}·{stream.one(parts[1])}" if parts else ""


def latin(stream: Stream) -> str:
    """A name in Latin letters."""
    return f"{stream.one(_LATIN[0])} {stream.one(_LATIN[1])}"
