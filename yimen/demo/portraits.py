"""What a register says of a person beside name and number: schooling, marriage, work, party, phone."""

from yimen.demo.stream import Stream, Weighted

_SCHOOLING_OLD = Weighted([("81", 38), ("71", 33), ("61", 12), ("41", 5), ("31", 5), ("21", 3), ("90", 4)])
_SCHOOLING_MIDDLE = Weighted([("81", 8), ("71", 38), ("61", 18), ("41", 12), ("31", 14), ("21", 9), ("14", 1)])
_SCHOOLING_YOUNG = Weighted([("71", 16), ("61", 14), ("41", 12), ("31", 26), ("21", 28), ("14", 4)])
_WORK = Weighted([("24", 30), ("17", 24), ("13", 17), ("54", 8), ("51", 9), ("70", 6), ("21", 3), ("11", 2), ("90", 1)])


def schooling(stream: Stream, age: int) -> str:
    """GB/T 4658, "" for small children."""
    if age < 7:
        return ""
    if age < 13:
        return "80"
    if age < 16:
        return "70"
    if age < 19:
        return "60"
    return stream.draw(_SCHOOLING_OLD if age > 64 else _SCHOOLING_MIDDLE if age > 42 else _SCHOOLING_YOUNG)


def marriage(stream: Stream, age: int, *, coupled: bool) -> str:
    """GB/T 2261.2."""
    if coupled:
        return "20" if stream.chance(0.95) else "22"
    if age < 36:
        return "10"
    if age > 66:
        return "30" if stream.chance(0.8) else "40"
    roll = stream.random()
    return "40" if roll < 0.55 else "10" if roll < 0.85 else "30"


def work(stream: Stream, age: int, sex: str) -> str:
    """GB/T 2261.4, "" for small children."""
    if age < 6:
        return ""
    if age < 18 or (age < 23 and stream.chance(0.65)):
        return "31"
    if age >= (60 if sex == "1" else 55):
        return "80" if stream.chance(0.96) else "51"
    return stream.draw(_WORK)


def party(stream: Stream, age: int) -> str:
    """GB/T 4762."""
    if age < 14:
        return "13"
    if age < 29 and stream.chance(0.45):
        return "03"
    return "01" if age > 20 and stream.chance(0.085) else "13"
