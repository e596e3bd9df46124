"""Guessing a secret gets slower with every failure."""

from datetime import datetime
from math import ceil

from yimen.access import rules
from yimen.access.models import Attempt
from yimen.core.errors import N_, RuleBroken


def wait_for_turn(key: str, *, at: datetime) -> None:
    """Refuse a try that comes too soon after too many failures under this key."""
    tries = Attempt.objects.filter(key=key, at__gt=at - rules.WINDOW).order_by("-at").values_list("at", flat=True)
    failures = list(tries[:20])
    if failures and at < failures[0] + rules.delay_after(len(failures)):
        left = ceil((failures[0] + rules.delay_after(len(failures)) - at).total_seconds())
        raise RuleBroken(N_("Too many wrong tries. Wait %(seconds)s seconds and try again."), seconds=left)


def note_failure(key: str, *, at: datetime) -> None:
    """Count one failure under this key."""
    Attempt.objects.filter(key=key, at__lt=at - rules.WINDOW).delete()
    Attempt.objects.create(key=key, at=at)
