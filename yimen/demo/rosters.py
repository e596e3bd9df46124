"""Two rosters of the station head: one brought in yesterday, one waiting for her decision."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yimen.access import queries
from yimen.access.actions.sessions import as_actor
from yimen.core.actor import Actor
from yimen.core.identity import check_character
from yimen.demo.reference import NOW, REFERENCE
from yimen.demo.towns import HOME
from yimen.exchange import actions
from yimen.registry.queries.roster import Doors, people_of
from yimen.registry.rules.roster import Standing

_HEADER = ("序号", "姓名", "身份证号码", "联系电话", "小区", "门牌号", "备注")
_YESTERDAY = NOW - timedelta(hours=26)
_LATELY = NOW - timedelta(minutes=50)
_NEWCOMERS = (("顾雨桐", "19930317", "281"), ("顾一诺", "20190602", "264"), ("邵启明", "19880925", "277"))

Lines = list[tuple[str, ...]]


def bring_rosters() -> None:
    """Upload, read and, for the first, apply, as the head and the worker would."""
    account = queries.account_named("head")
    if account is None:
        return
    head = as_actor(account, queries.live_seats(account.id, on=REFERENCE)[0], request_id="demo", address="127.0.0.1")
    known = people_of(HOME, limit=60)
    done = _bring(head, "广瑞一村走访名册.csv", _visited(known[:24]), _YESTERDAY)
    actions.apply(head, ref=done, at=_YESTERDAY + timedelta(minutes=3))
    actions.work(done, at=_YESTERDAY + timedelta(minutes=4))
    _bring(head, "新入住登记表.csv", _moved_in(known[24:34], Doors()), _LATELY)


def _bring(head: Actor, name: str, lines: Lines, at: datetime) -> str:
    text = "\n".join(",".join(line) for line in ((f"{name[:-4]}（2026年11月）",), _HEADER, *lines))
    made = actions.upload(head, chunks=[f"{text}\n".encode()], name=name, at=at)
    actions.work(made.ref, at=at + timedelta(seconds=20))
    return made.ref


def _visited(people: Sequence[Standing]) -> Lines:
    """People on record; three have a new phone, one number does not check."""
    lines: Lines = []
    for order, person in enumerate(people, start=1):
        values = person.values
        number = values["id_number"]
        phone = f"1540000{order:04}" if order % 8 == 3 else ""
        if order == 20:
            number = number[:-1] + ("1" if number[-1] != "1" else "2")
        lines.append((str(order), values["name"], number, phone, "", person.door, ""))
    return lines


def _moved_in(known: Sequence[Standing], doors: Doors) -> Lines:
    """Newcomers, people on record, cells to be mended, a lost number, and a door that is not there."""
    lines: Lines = []
    home = known[0]
    assert home.dwelling is not None
    door, compound = home.door, doors.compound_of(HOME, home.door, home.dwelling)
    for order, (name, birth, tail) in enumerate(_NEWCOMERS):
        body = f"320299{birth}{tail}"
        number = body + check_character(body)
        where = "99-9-999" if order == 2 else door
        lines.append(
            (
                "",
                f"{name[0]} {name[1:]}" if order == 1 else name,
                number,
                f"1540007{order:04}",
                compound,
                where,
                "新入住",
            )
        )
    for person in known[:6]:
        lines.append(("", person.values["name"], person.values["id_number"], "", "", person.door, ""))
    wide = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}
    for order, person in enumerate(known[6:9]):
        phone = f"1540008{order:04}".translate(wide)
        lines.append(("", person.values["name"], person.values["id_number"], phone, "", person.door, "换了号码"))
    lines.append(("", "樊可欣", "3.2E+17", "15400090001", compound, door, ""))
    return [(str(order), *line[1:]) for order, line in enumerate(lines, start=1)]
