from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from yimen.core.actor import ADMIN_ROLES, STAFF_ROLES
from yimen.core.ids import new_id, new_ref


class Account(models.Model):
    """One person's sign-in. What they may do hangs on their seats, never on the account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=50)
    password = models.CharField(max_length=128)  # argon2id
    must_choose = models.BooleanField(default=False, db_default=False)  # the password was set by somebody else
    phone = models.CharField(max_length=20, blank=True)  # office phone, shown on receipts
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)


class Seat(models.Model):
    """岗位任职: a role of one account in one division, for a period.

    Station workers also hold one of the six posts, as A or B. A person may hold several seats and acts in one at a
    time.
    `division_code` is the reach; `line` (a department code) narrows it to that department's matters.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(max_length=12)
    division_code = models.CharField(max_length=15, db_collation="C")
    line = models.CharField(max_length=4, blank=True)
    post = models.CharField(max_length=2, blank=True)
    side = models.CharField(max_length=1, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[str(role) for role in STAFF_ROLES]), name="seat_role"),
            models.CheckConstraint(
                condition=Q(side="", post="") | Q(side__in=["A", "B"]) & ~Q(post=""),
                name="seat_post_has_side",
            ),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="seat_period"),
            models.CheckConstraint(condition=~Q(role="dept") | ~Q(line=""), name="seat_dept_has_line"),
            ExclusionConstraint(  # one account is never two of the three administrators on one day
                name="seat_one_administrator",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    ("role", RangeOperators.NOT_EQUAL),
                    (
                        Func(
                            F("from_on"),
                            F("to_on"),
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role__in=[str(role) for role in ADMIN_ROLES]),
            ),
        ]
        indexes = [models.Index(fields=["division_code", "post", "side"], name="seat_post")]


class Session(models.Model):
    """A signed-in browser. Only the hash of the cookie is stored."""

    key_hash = models.BinaryField(primary_key=True, max_length=32)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)  # when the password was last given here
    expires_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=120, blank=True)


class Token(models.Model):
    """A bearer token for the API: shown once, only its hash stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    prefix = models.CharField(max_length=12)
    token_hash = models.BinaryField(max_length=32, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """Failed tries at a secret (sign-in, follow-up), counted per key in a window; never a permanent lock."""

    key = models.CharField(max_length=120)  # e.g. "login:window:127.0.0.1"
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="attempt_key")]
