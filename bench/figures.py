"""The table, and the file it is kept in: `bench/results/latest.json` and `prove.json`."""

import json
import platform
import statistics
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure against its goal, with the rounds it is the median of."""

    name: str
    value: float
    unit: str
    goal: str
    met: bool
    rounds: int
    note: str = ""


def figure(
    name: str,
    rounds: Sequence[float],
    unit: str,
    goal: str,
    *,
    pick: Callable[[Sequence[float]], float] = statistics.median,
    note: str = "",
) -> Figure:
    """A figure from its rounds. `goal` is written "<= 2.5" or ">= 600" and is also what is checked."""
    value = round(pick(rounds), 3)
    sign, limit = goal.split()
    met = value <= float(limit) if sign == "<=" else value >= float(limit)
    return Figure(name, value, unit, goal, met, len(rounds), note)


def kept(results: Path = RESULTS) -> list[Figure]:
    """The figures that were written down before."""
    return [Figure(**one) for one in json.loads(results.read_text())["figures"]] if results.exists() else []


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def write(figures: Sequence[Figure], results: Path = RESULTS) -> None:
    """Keep the figures."""
    import os

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout
    machine = {"cpu": _cpu(), "cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
    body = {"machine": machine, "commit": commit.strip(), "figures": [asdict(one) for one in figures]}
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n")


def show(figures: Sequence[Figure]) -> None:
    """Print the table."""
    width = max(len(one.name) for one in figures)
    for one in figures:
        mark = "met  " if one.met else "SHORT"
        print(f"{mark}  {one.name:<{width}}  {one.value:>10,.2f} {one.unit:<6} goal {one.goal:<8} {one.note}")
