"""Look-ups summed up by account and day, and the days that were unusual."""

from django.db import models

from yimen.core.ids import new_ref


class DayOfLooks(models.Model):
    """What one account looked up on one day: the numbers of `rules.Day`, kept for the habit of the days after."""

    account_id = models.UUIDField()
    on = models.DateField()
    name = models.CharField(max_length=50)
    role = models.CharField(max_length=12)
    division_code = models.CharField(max_length=15, db_collation="C")
    people = models.PositiveIntegerField(default=0)
    idle = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    kin = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    own = models.PositiveIntegerField(default=0)
    late = models.PositiveIntegerField(default=0)
    reveals_idle = models.PositiveIntegerField(default=0)
    searches = models.PositiveIntegerField(default=0)
    fruitless = models.PositiveIntegerField(default=0, db_default=0)
    shielded = models.PositiveIntegerField(default=0, db_default=0)
    pages = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "on"], name="looks_once_a_day")]
        indexes = [models.Index(fields=["on"], name="looks_on")]


class Flag(models.Model):
    """One day of one account that broke one rule, until somebody has looked into it."""

    class State(models.TextChoices):
        OPEN = "open"
        EXPLAINED = "explained"  # there was a cause
        PASSED_ON = "passed_on"  # to whoever investigates

    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account_id = models.UUIDField()
    on = models.DateField()
    rule = models.CharField(max_length=10)
    name = models.CharField(max_length=50)
    role = models.CharField(max_length=12)
    division_code = models.CharField(max_length=15, db_collation="C")
    numbers = models.JSONField()  # of the day and the habit, as the rule saw them
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    note = models.TextField(blank=True)  # of whoever looked into it
    reviewed_by = models.CharField(max_length=50, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "on", "rule"], name="flag_once")]
        indexes = [models.Index(fields=["state", "-id"], name="flag_state")]


class Progress(models.Model):
    """One row: until which day look-ups are judged, and after which entry of the trail the next day begins."""

    judged_until = models.DateField(null=True)  # exclusive
    turn = models.BigIntegerField(default=0)
    entry_id = models.BigIntegerField(default=0)
