"""Several processes at one work."""

import gc
import multiprocessing
import os
import time
from collections.abc import Callable

from django.db import connections

_LOOKS_EVERY = 0.5  # seconds


def together(workers: int, turn: Callable[[], bool], watch: Callable[[], None]) -> None:
    """Call `turn` again and again in so many processes, until it finds nothing more to do; `watch` in between.

    The processes are forks of this one, and take their own connections. One that fails ends them all; when we are
    killed, each stops after its turn.
    """
    if workers < 2:
        while turn():
            watch()
        return
    connections.close_all()  # a fork must not inherit one
    gc.freeze()
    crew = [multiprocessing.get_context("fork").Process(target=_work, args=(turn, os.getpid())) for _ in range(workers)]
    for process in crew:
        process.start()
    try:
        while any(process.is_alive() for process in crew):
            time.sleep(_LOOKS_EVERY)
            watch()
            if any(process.exitcode for process in crew):
                raise RuntimeError("A part of the build failed; the lines above say why. Start it again to go on.")
    finally:
        for process in crew:
            process.terminate()
            process.join()
        gc.unfreeze()


def _work(turn: Callable[[], bool], parent: int) -> None:
    gc.disable()  # there are no cycles to find among a million rows
    while os.getppid() == parent and turn():
        pass
    connections.close_all()
