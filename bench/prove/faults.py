"""kill -9 of web and worker at random points, and hard stops of the database, while a crew works."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bench.figures import Figure, figure
from bench.prove import judge
from bench.prove.driver import Crew
from bench.prove.house import House
from bench.prove.importer import Importer

TARGETS = ("page process", "page process", "page process", "worker", "worker", "web")
SETTLES = 3.0  # seconds of ordinary work before the first fault and after the last
STUCK = 60.0


@dataclass
class Tally:
    """What was done to the house, and what it cost."""

    kills: Counter[str] = field(default_factory=Counter)
    under_way: int = 0  # kills while at least one request was waiting for its answer
    gaps: list[float] = field(default_factory=list)  # seconds from a fault to the next answer


def kills(house: House, count: int, *, seed: int) -> list[Figure]:
    """So many kills, then the verdict."""
    before, crew, tally = judge.look(house), Crew(house, seed=seed), Tally()
    importer = Importer(house, crew, seed)
    crew.join(importer.work)
    dice, began = random.Random(seed), time.monotonic()
    crew.start()
    _watch(house, SETTLES)
    said = 0
    while (done := sum(tally.kills.values())) < count and not crew.ledger.wrong:
        _one_kill(house, crew, tally, dice)  # a victim that was gone already does not count
        if done // 25 > said:
            said = done // 25
            _say(f"{done} kills, {crew.ledger.acknowledged} acknowledged")
    _watch(house, SETTLES)
    crew.stop(house.tend)
    verdict = judge.judge(house, crew.ledger, before, house.tend)
    verdict = replace(verdict, lost=[*verdict.lost, *importer.lost()], doubled=[*verdict.doubled, *importer.doubled()])
    minutes = (time.monotonic() - began) / 60
    note = (
        f"{dict(tally.kills)}, {tally.under_way} while a request was under way; {crew.ledger.acknowledged} ids"
        f" acknowledged ({_what(crew)}), {len(importer.rosters.applied)} residents by rosters and"
        f" {len(importer.rosters.undone)} undone, in {minutes:.0f} min; {dict(crew.ledger.broken)}"
    )
    return [figure("kills.count", [done], "", f">= {count}", note=note), *_verdict("kills", crew, verdict, tally)]


def _one_kill(house: House, crew: Crew, tally: Tally, dice: random.Random) -> None:
    """Kill something that is known to work, at a random moment, and start it again at once."""
    target = dice.choice(TARGETS)
    _ready(house, crew, target)
    _watch(house, dice.uniform(0.0, 0.7))
    victim = _victim(house, target, dice)
    if victim is None:
        return
    tally.under_way += crew.ledger.in_flight > 0
    answered, at = crew.ledger.answered, time.monotonic()
    try:
        os.killpg(victim, signal.SIGKILL) if target == "web" else os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:
        return
    tally.kills[target] += 1
    while crew.ledger.answered == answered and time.monotonic() < at + STUCK and not crew.ledger.wrong:
        house.tend()
        time.sleep(0.01)
    tally.gaps.append(time.monotonic() - at)


def _ready(house: House, crew: Crew, target: str) -> None:
    """Until what is to be killed works: a page process has answered, the worker has had time to take up work."""
    deadline = time.monotonic() + STUCK
    if target == "worker":
        while time.monotonic() - house.programs["worker"].started < 2.0:
            _watch(house, 0.02)
        return
    answered = crew.ledger.answered
    wanted = int(house.environment["YIMEN_WORKERS"])
    while time.monotonic() < deadline and not crew.ledger.wrong:
        house.tend()
        if crew.ledger.answered > answered and len(house.programs["web"].children()) >= wanted:
            return
        time.sleep(0.01)


def _victim(house: House, target: str, dice: random.Random) -> int | None:
    web, worker = house.programs["web"].process, house.programs["worker"].process
    assert web is not None
    assert worker is not None
    if target == "worker":
        return worker.pid
    if target == "web":
        return web.pid
    children = house.programs["web"].children()
    return dice.choice(children) if children else None


def stops(house: House, count: int, *, seed: int) -> list[Figure]:
    """The database stopped hard under load, in turn by an immediate shutdown and by kill -9 of its main process."""
    before, crew, tally = judge.look(house), Crew(house, seed=seed), Tally()
    dice = random.Random(seed)
    crew.start()
    _watch(house, SETTLES)
    for number in range(count):
        _watch(house, dice.uniform(2.0, 5.0))
        process = house.server.process
        assert process is not None
        order = signal.SIGQUIT if number % 2 == 0 else signal.SIGKILL
        tally.under_way += crew.ledger.in_flight > 0
        process.send_signal(order)
        process.wait()
        tally.kills[order.name] += 1
        at, acknowledged = time.monotonic(), crew.ledger.acknowledged
        house.tend()
        while crew.ledger.acknowledged == acknowledged and time.monotonic() < at + STUCK and not crew.ledger.wrong:
            house.tend()
            time.sleep(0.02)
        tally.gaps.append(time.monotonic() - at)
    _watch(house, SETTLES)
    crew.stop(house.tend)
    verdict = judge.judge(house, crew.ledger, before, house.tend)
    note = (
        f"{dict(tally.kills)}, {tally.under_way} under way; {crew.ledger.acknowledged} ids acknowledged"
        f" ({_what(crew)}); {dict(crew.ledger.broken)}"
    )
    found = [figure("stops.count", [sum(tally.kills.values())], "", f">= {count}", note=note)]
    found += _verdict("stops", crew, verdict, tally)
    found.append(figure("stops.back_s", tally.gaps, "s", "<= 10", pick=max, note="worst, to the next acknowledgement"))
    return found


def _verdict(name: str, crew: Crew, verdict: judge.Verdict, tally: Tally) -> list[Figure]:
    found = [
        figure(f"{name}.lost", [len(verdict.lost)], "", "<= 0", note=_first(verdict.lost)),
        figure(f"{name}.doubled", [len(verdict.doubled)], "", "<= 0", note=_first(verdict.doubled)),
        figure(f"{name}.invariants", [len(verdict.broken)], "", "<= 0", note=_first(verdict.broken)),
        figure(f"{name}.unexplained", [len(crew.ledger.wrong)], "", "<= 0", note=_first(crew.ledger.wrong)),
    ]
    if name == "kills" and tally.gaps:
        gaps = sorted(tally.gaps)
        note = f"median {gaps[len(gaps) // 2]:.2f} s; worst, from a kill to the next answer of any kind"
        found.append(figure("kills.gap_s", [gaps[-1]], "s", "<= 10", note=note))
    return found


def _what(crew: Crew) -> str:
    ledger = crew.ledger
    merges = [act for acts in ledger.merges.values() for act in acts]
    counts = {
        "taken": len(ledger.taken),
        "decided": len(ledger.decided),
        "merged": merges.count("merge"),
        "parted": merges.count("part"),
        "notes": len(ledger.notes),
    }
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _first(sentences: Sequence[str]) -> str:
    return "; ".join(sentences[:3])


def _watch(house: House, seconds: float) -> None:
    """Let time pass while whatever ends is started again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        house.tend()
        time.sleep(min(0.02, max(0.0, end - time.monotonic())))


def _say(words: str) -> None:
    sys.stdout.write(f"  {words}\n")
    sys.stdout.flush()
