"""Child processes that do not outlive us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def dies_with_us(order: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends the child this signal when we end, however we end. Linux only.

    Start such children from the main thread: the kernel watches the thread that started them.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    us = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(order))
        if os.getppid() != us:
            os._exit(1)

    return ask_the_kernel
