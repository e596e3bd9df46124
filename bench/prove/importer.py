"""Somebody who brings rosters in and takes some of them back, each file with people nobody has."""

import random
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from bench.prove.driver import PATIENCE, Answer, Crew, GaveUp
from bench.prove.house import House
from yimen.core.identity import check_character

ROWS = 60
WORKS_WITHIN = 900.0  # seconds: a job left by a killed worker is taken up again within the minute, and killed again
_DOORS = """
select d.door_short from registry_dwelling d where d.division_code = (
  select t.division_code from access_seat t join access_account a on a.id = t.account_id
  where a.username = 'window' limit 1)
group by 1 having count(*) = 1 order by 1 limit 400
"""


@dataclass
class Rosters:
    """What was acknowledged: names of people by the state of the import that brought them."""

    applied: set[str] = field(default_factory=set)
    undone: set[str] = field(default_factory=set)


class Importer:
    """Uploads, applies, and undoes every third; waits for the worker each time."""

    def __init__(self, house: House, crew: Crew, seed: int) -> None:
        self.house, self.crew, self.rosters, self.turn = house, crew, Rosters(), seed * 1000
        self.token = house.cli("token", "head").stdout.strip()
        self.doors = [row[0] for row in house.rows(_DOORS)]

    def work(self, dice: random.Random, _seat: int) -> None:
        """One roster, from its upload to the end."""
        self.turn += 1
        names = [_name(self.turn, n) for n in range(ROWS)]
        rows = [f"{name},{_number(self.turn, n)},,{dice.choice(self.doors)}" for n, name in enumerate(names)]
        file = "\n".join(["姓名,身份证号,电话,门牌号", *rows, ""]).encode()
        ref = self._sent("/api/v1/imports", file).json()["id"]
        if self._settled(ref, "ready") is None:
            return
        self._sent(f"/api/v1/imports/{ref}/apply", None)
        counts = self._settled(ref, "applied")
        if counts is None:
            return
        if counts["new"] != ROWS:
            told = self.crew.patient("GET", f"/api/v1/imports/{ref}?limit=1", None, self._bearer()).json()["problems"]
            self.crew.wrong(f"import {ref}: {counts} instead of {ROWS} new: {told}")
            return
        self.rosters.applied |= set(names)
        if self.turn % 3 == 0:
            self._sent(f"/api/v1/imports/{ref}/undo", None)
            if self._settled(ref, "undone") is not None:
                self.rosters.applied -= set(names)
                self.rosters.undone |= set(names)

    def _sent(self, path: str, file: bytes | None) -> Answer:
        """A request under one key until there is an answer."""
        head = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        body = b"{}"
        if file is None:
            head["Content-Type"] = "application/json"
        else:
            mark = uuid4().hex
            head["Content-Type"] = f"multipart/form-data; boundary={mark}"
            disposition = b'Content-Disposition: form-data; name="file"; filename="roster.csv"\r\n\r\n'
            body = f"--{mark}\r\n".encode() + disposition + file + f"\r\n--{mark}--\r\n".encode()
        answer = self.crew.patient("POST", path, body, head)
        if answer.status != 202:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:200]!r}")
        return answer

    def _settled(self, ref: str, wanted: str) -> dict[str, int] | None:
        """The counts once the import is in this state."""
        deadline = time.monotonic() + WORKS_WITHIN
        state = ""
        while time.monotonic() < deadline:
            answer = self.crew.patient("GET", f"/api/v1/imports/{ref}?limit=1", None, self._bearer())
            state = answer.json().get("state", "")
            if state == wanted:
                counts: dict[str, int] = answer.json()["counts"]
                return counts
            if state in ("refused", "mapping"):
                self.crew.wrong(f"import {ref}: {state} {answer.json().get('problem')}")
                return None
            time.sleep(0.3)
        raise GaveUp(f"import {ref} stays {state} for {WORKS_WITHIN + PATIENCE:.0f} s")

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def lost(self) -> list[str]:
        """People of applied rosters who are not there."""
        there = self._there()
        return [f"resident {name} of a roster" for name in self.rosters.applied if name not in there]

    def doubled(self) -> list[str]:
        """People who are there twice, or although their roster was taken back."""
        there = self._there()
        twice = [f"{name} stands {count} times" for name, count in there.items() if count > 1]
        return twice + [f"{name} of a roster that was undone" for name in self.rosters.undone if name in there]

    def _there(self) -> dict[str, int]:
        names = sorted(self.rosters.applied | self.rosters.undone)
        rows = self.house.rows(
            "select name, count(*) from registry_resident where name = any(%s) and died_on is null group by 1", names
        )
        return {str(name): int(count) for name, count in rows}


def _name(turn: int, n: int) -> str:
    """A name nobody has: a rare surname and two characters that count."""
    return "璩" + chr(0x5200 + turn % 4000) + chr(0x6200 + n)


def _number(turn: int, n: int) -> str:
    """A number of a region that was never assigned, and that the demonstration does not use."""
    order = turn * ROWS + n
    body = f"320298{date(1930, 1, 1) + timedelta(days=order // 900 % 25000):%Y%m%d}{order % 900 + 100:03}"
    return body + check_character(body)
