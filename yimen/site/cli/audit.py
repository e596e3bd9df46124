"""Seal the trail, verify it, print its head."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from yimen.core import clock
from yimen.core.actor import SYSTEM
from yimen.core.database import become_owner
from yimen.trail import actions, queries
from yimen.trail.actions import Walk
from yimen.trail.rules import KINDS, Head

_TELL_EVERY = 2.0  # seconds


def run(parser: ArgumentParser, rest: Sequence[str]) -> int:
    """1 when a verification finds anything that is not as it was sealed."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="seal | verify | head | go-on")
    verbs.add_parser("seal", help="seal what is final; the worker does so every minute")
    verify = verbs.add_parser("verify", help="find any entry or seal that was altered, removed, inserted or reordered")
    verify.add_argument("--head", type=Path, metavar="FILE", help="heads kept elsewhere: finds seals that were cut off")
    verbs.add_parser("head", help="print the newest seal; append it to a file on another machine")
    verbs.add_parser("go-on", help="after restoring a dump into another server: number on above what it brought")
    options = parser.parse_args(rest)
    if options.verb == "verify":
        return _verify(options.head)
    return {"seal": _seal, "head": _head, "go-on": _go_on}[options.verb]()


def _seal() -> int:
    made = 0
    while actions.seal(at=clock.now()):
        made += 1
    last = queries.last_seal()
    print(f"{made} seals made; the newest is {last.number if last else 0}.")
    return 0


def _verify(kept: Path | None) -> int:
    heads = actions.heads_of(kept) if kept else []
    made = actions.run_verification(SYSTEM, at=clock.now(), ended=clock.now, heads=heads, tell=_Progress())
    for fault in made.faults:
        print(f"seal {fault.seal}: {KINDS[fault.kind]}" if fault.seal else f"trail: {KINDS[fault.kind]}")
    rate = made.rows / made.seconds if made.seconds else 0
    print(f"{made.rows:,} entries in {made.seals:,} seals, {made.seconds:.1f} s ({rate:,.0f} entries/s): ", end="")
    print(f"{len(made.faults)} faults" if made.faults else "nothing was changed")
    return 1 if made.faults else 0


class _Progress:
    """A line on stderr every few seconds."""

    def __init__(self) -> None:
        self.next = time.monotonic() + _TELL_EVERY

    def __call__(self, made: Walk) -> None:
        if time.monotonic() >= self.next:
            self.next += _TELL_EVERY
            print(f"  {made.rows:,} entries in {made.seals:,} seals ...", file=sys.stderr, flush=True)


def _head() -> int:
    last = queries.last_seal()
    if last is None:
        print("Nothing is sealed yet. `yimen audit seal` seals what is final.", file=sys.stderr)
        return 1
    head = Head(last.number, last.signature.hex())
    print(json.dumps({"seal": head.number, "signature": head.signature, "sealed_at": last.sealed_at.isoformat()}))
    return 0


def _go_on() -> int:
    become_owner()
    moved = actions.go_on_here()
    print("The trail goes on above the numbers it brought." if moved else "Nothing to do: the trail was written here.")
    return 0
