"""A roster brought in by one process, as the worker does it: prints seconds and megabytes as JSON.

Run as `python -m bench.imports <rows> <account>`, so that the peak of its memory is the import's own.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path


def main(count: int, username: str, *, messy: bool) -> dict[str, float | int | str]:
    """Preview and apply one roster of so many rows as this account, in the running demonstration."""
    from bench import rosters
    from yimen.access import queries
    from yimen.access.actions.sessions import as_actor
    from yimen.core.clock import now, today
    from yimen.exchange import actions
    from yimen.exchange.actions import deciding, uploading

    for module in (deciding, uploading):
        module.order = lambda row: None  # the worker of the demonstration is to leave it to this process
    account = queries.account_named(username)
    if account is None:
        raise LookupError(username)
    actor = as_actor(account, queries.live_seats(account.id, on=today())[0], request_id="bench", address="127.0.0.1")
    with tempfile.TemporaryDirectory() as folder:
        path = rosters.write(Path(folder) / "roster.xlsx", rosters.lines(actor.reach, count, messy=messy))
        with path.open("rb") as file:
            made = actions.upload(actor, chunks=iter(lambda: file.read(1 << 16), b""), name="roster.xlsx", at=now())
    began, cpu = time.monotonic(), time.process_time()
    actions.work(made.ref, at=now())
    preview = time.monotonic() - began
    made.refresh_from_db()
    found = {"preview_s": preview, "preview_cpu_s": time.process_time() - cpu, "state": made.state}
    found |= {f"preview_{name}": number for name, number in made.counts.items()}
    if made.state == "ready":
        actions.accept_all(actor, ref=made.ref, at=now())
        actions.apply(actor, ref=made.ref, at=now())
        began, cpu = time.monotonic(), time.process_time()
        actions.work(made.ref, at=now())
        found |= {"apply_s": time.monotonic() - began, "apply_cpu_s": time.process_time() - cpu}
        made.refresh_from_db()
        found |= made.counts
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return found | {"state": made.state, "own_mb": own, "child_mb": child, "mb": max(own, child)}


if __name__ == "__main__":
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "yimen.site.settings"
    from yimen.site.cli.surroundings import adopt_key_files, adopt_running_demo

    adopt_running_demo()
    adopt_key_files()
    import django

    django.setup()
    from yimen.core.database import reach_everything

    reach_everything()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), sys.argv[2], messy="messy" in sys.argv[3:])) + "\n")
