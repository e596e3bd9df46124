from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Cast


class Entry(models.Model):
    """One verb that happened: the line an auditor reads and the event a handler hears.

    Holds identifiers, codes and the names of changed fields; never the value of a personal field. `note` is the reason
    or the words the actor typed. Append-only: triggers refuse UPDATE, DELETE and TRUNCATE.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    account_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=50)
    role = models.CharField(max_length=12)
    seat = models.CharField(max_length=40, blank=True)  # post and side, e.g. "MZ A", for the words of the record
    acting_for = models.UUIDField(null=True)  # the absent A whose work this B did
    acting_for_name = models.CharField(max_length=50, blank=True)
    division_code = models.CharField(max_length=15, db_collation="C")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)  # UUID text or code
    changes = models.JSONField(default=list)  # names of changed fields, or small codes {"from": ..., "to": ...}
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=45, blank=True)
    is_read = models.BooleanField(default=False)  # a read of persons, not an event
    # The number of the writing transaction, given by the database. Entries below the oldest transaction still running
    # are final: nothing can come between them any more, so they are sealed and counted in the order (turn, id).
    turn = models.BigIntegerField(
        db_default=Cast(Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()),
        editable=False,
    )

    class Meta:
        indexes = [
            models.Index(fields=["turn", "id"], name="entry_turn"),
            models.Index(  # how many residents somebody above the stations has opened today
                fields=["account_id", "-at"],
                name="entry_opened_above",
                condition=Q(verb="resident.read", role__in=["street", "district", "city"]),
            ),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="entry_subject"),
            models.Index(fields=["account_id", "-id"], name="entry_account"),
            models.Index(fields=["division_code", "-id"], name="entry_division"),
            models.Index(fields=["verb", "-id"], name="entry_verb"),
            models.Index(fields=["acting_for", "-id"], name="entry_acting_for", condition=~Q(acting_for=None)),
        ]


class Delivery(models.Model):
    """One entry heard by one handler: unique, so a repeat does nothing. Unheard entries have no row yet."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        PARKED = "parked"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    handler = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "handler"], name="delivery_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="delivery_waiting", condition=Q(state="waiting")),
        ]


class Pending(models.Model):
    """Entries whose verb somebody listens to, written with the entry and taken by the worker (SKIP LOCKED).

    A queue of its own, so the worker never asks "greater than the last seen": a lower number may commit later.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)


class Idempotency(models.Model):
    """The stored answer of a POST that carried an Idempotency-Key, kept for 72 hours."""

    account_id = models.UUIDField()
    key = models.CharField(max_length=255)
    request_hash = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)  # answers of before `answer` was sealed; leaves with the release after this
    answer = models.BinaryField(null=True)  # sealed JSON: an answer may hold a second secret
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_at")]


class Seal(models.Model):
    """A batch of entries closed for ever: their digest, bound to the seal before, signed with a key that is not here.

    Holds the entries after (after_turn, after_id) up to and with (last_turn, last_id); together the seals leave no gap.
    Append-only like the entries.
    """

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 and so on, without a gap
    at = models.DateTimeField()
    form = models.PositiveSmallIntegerField()  # in which canonical form the rows were digested
    rows = models.PositiveIntegerField()
    after_turn = models.BigIntegerField()
    after_id = models.BigIntegerField()
    last_turn = models.BigIntegerField()
    last_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)  # SM3 of the rows
    previous = models.BinaryField(max_length=33)  # signature of the seal before, empty for the first
    signature = models.BinaryField(max_length=33)  # key id and HMAC-SM3 of all of the above


class Verification(models.Model):
    """One walk over all seals and entries, and what it found."""

    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=50)
    ended_at = models.DateTimeField(null=True)
    seals = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    faults = models.JSONField(default=list)  # [[number of the seal, kind], ...]

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="verification_latest")]


class Numbering(models.Model):
    """One row: what this server adds to the number of a transaction to make a turn.

    0 where the trail began. A trail restored into another server, whose transactions count from a lower number, goes
    on above the turns it brought.
    """

    offset = models.BigIntegerField()
