"""Rosters to measure with: people of the city as they are, changed, new, and a few that cannot be right."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from django.db import connection

from yimen.core.identity import check_character
from yimen.registry.rules import sealed

HEADER = ("序号", "姓名", "身份证号码", "联系电话", "所属社区", "小区", "门牌号", "与户主关系", "民族", "婚姻状况")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文海燕红梅"
_KNOWN = """
select r.name, r.id_number, r.id, v.short_name, c.name, d.door from registry_resident r
join registry_residence l on l.resident_id = r.id and l.to_on is null and l.kind in ('both', 'living')
join registry_dwelling d on d.id = l.dwelling_id join orgs_division v on v.code = r.division_code
join registry_stairwell s on s.id = d.stairwell_id join registry_building b on b.id = s.building_id
join registry_compound c on c.id = b.compound_id
where r.division_code like %s and r.id_number is not null and r.merged_into_id is null and not r.is_protected
and r.died_on is null and length(r.division_code) = 12 order by r.id limit %s
"""
_DOORS = """
select v.short_name, c.name, d.door from registry_dwelling d join orgs_division v on v.code = d.division_code
join registry_stairwell s on s.id = d.stairwell_id join registry_building b on b.id = s.building_id
join registry_compound c on c.id = b.compound_id
where d.division_code like %s order by d.id limit 40000
"""

Line = tuple[str, ...]


def lines(reach: str, count: int, *, messy: bool = False) -> Iterator[Line]:
    """Rows of people within reach: a fifth the same, a fifth with another phone, the rest new; one in fifty refused.

    A messy one also has full-width digits, spaces and shortened community names.
    """
    dice = random.Random(f"{reach}{count}")
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, (f"{reach}%", count * 2 // 5))
        known = [(name, sealed.open_number(number, row), *where) for name, number, row, *where in cursor]
        cursor.execute(_DOORS, (f"{reach}%",))
        doors = list(cursor.fetchall())
    for order in range(count):
        where = dice.choice(doors)
        if order < len(known):
            name, number, *where = known[order]
            phone = f"154{dice.randrange(10**8):08}" if order % 2 else ""
        else:
            name, number = _name(dice), _number(order)
            phone = f"154{dice.randrange(10**8):08}" if dice.random() < 0.8 else ""
            if order % 50 == 0:
                number = number[:17] + ("0" if number[17] != "0" else "1")
        row = (str(order + 1), name, number, phone, *where, "", "汉族", dice.choice(("未婚", "已婚", "")))
        yield _messed(row, dice) if messy else row


def _name(dice: random.Random) -> str:
    return dice.choice(_SURNAMES) + "".join(dice.sample(_GIVEN, dice.choice((1, 2, 2))))


def _number(order: int) -> str:
    """Region 320299 was never assigned, so nobody bears this number."""
    born = date(1940, 1, 1) + timedelta(days=order % 27_000)
    body = f"320299{born:%Y%m%d}{613 + order // 27_000:03}"
    return body + check_character(body)


_WIDE = {ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)}


def _messed(row: Line, dice: random.Random) -> Line:
    cells = list(row)
    if dice.random() < 0.05:
        cells[3] = cells[3].translate(_WIDE)
    if dice.random() < 0.05:
        cells[1] = f"{cells[1][0]} {cells[1][1:]}"
    if dice.random() < 0.05:
        cells[2] = f" {cells[2][:6]} {cells[2][6:]}"
    if dice.random() < 0.05:
        cells[6] = cells[6].replace("-", "号楼", 1).replace("-", "单元") + "室"
    return tuple(cells)


def write(path: Path, rows: Iterator[Line], *, header: Sequence[str] = HEADER) -> Path:
    """The rows as .xlsx, under a title row."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("居民")
    sheet.write_string(0, 0, "社区居民登记册")
    for place, words in enumerate(header):
        sheet.write_string(1, place, words)
    for line, row in enumerate(rows, start=2):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(line, place, cell)
    book.close()
    return path
