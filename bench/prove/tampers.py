"""`python -m bench.prove.tampers COUNT SEED`: what somebody with every right does to the trail, found or not."""

import json
import os
import subprocess
import sys

from bench.city import ROOT
from bench.figures import Figure, figure
from bench.prove.house import House


def tampers(house: House, count: int, *, seed: int) -> list[Figure]:
    """In a process of its own, with web and worker stopped: the worker would seal meanwhile."""
    for program in house.programs.values():
        program.end_group()
    command = [sys.executable, "-m", "bench.prove.tampers", str(count), str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=house.environment, capture_output=True, text=True, check=False)
    for program in house.programs.values():
        program.start()
    house.await_web()
    if done.returncode:
        return [figure("audit.tampers_found", [0], "", f">= {count}", note=done.stderr.strip()[-300:])]
    found, missed = json.loads(done.stdout)
    note = "; ".join(missed[:3]) or "altered, removed, inserted, swapped entries and seals, each named by its batch"
    return [figure("audit.tampers_found", [found], "", f">= {count}", note=note)]


def main() -> None:
    """As the owner of the tables with the guards off."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yimen.site.settings")
    import django

    django.setup()
    from yimen.core.database import become_owner

    become_owner()
    from tests.trail.tampers import audit_tampers

    json.dump(audit_tampers(int(sys.argv[1]), seed=int(sys.argv[2])), sys.stdout)


if __name__ == "__main__":
    main()
