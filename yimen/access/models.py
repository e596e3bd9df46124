from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from yimen.core.actor import ADMIN_ROLES, STAFF_ROLES
from yimen.core.columns import WordsField
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
    is_phone = models.BooleanField(default=False, db_default=False)  # one's own, with a lock: it does not idle out
    is_displaced = models.BooleanField(default=False, db_default=False)  # over, because a newer one took its place
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=120, blank=True)


class TypedFilter(models.Model):
    """What was typed to narrow a list: names, doors, numbers. The list's address holds `ref` alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+")  # gone with it
    words = models.BinaryField()  # sealed JSON


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


class Approval(models.Model):
    """One person asks, another answers: a seat of city level, or rows taken out beyond what one may alone.

    What is asked for is fixed when it is asked: a trigger refuses any change to it, `seal` is its hash, the answer
    names the seal that the approver saw, and the act compares it again. Nobody answers their own request.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    kind = models.CharField(max_length=6)  # seat, export
    division_code = models.CharField(max_length=15, db_collation="C")
    requester = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    what = models.JSONField()
    seal = models.BinaryField(max_length=32)
    reason = WordsField(max_length=200)
    state = models.CharField(max_length=8, default="pending")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    approver = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = WordsField(max_length=200, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(requester=F("approver")), name="approval_by_another"),
            models.CheckConstraint(condition=Q(kind__in=["seat", "export"]), name="approval_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "expired"], approver=None, answered_at=None)
                | Q(state__in=["approved", "refused", "used"], approver__isnull=False, answered_at__isnull=False),
                name="approval_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False) | Q(used_at=None) & ~Q(state="used"),
                name="approval_used",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_reason"),
        ]
        indexes = [
            models.Index(fields=["kind", "division_code"], name="approval_waiting", condition=Q(state="pending")),
            models.Index(fields=["requester", "-asked_at"], name="approval_own"),
        ]


class Export(models.Model):
    """Rows taken out as a file: which list, how many, why; counted over 30 days, ready for 24 hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=15, db_collation="C")
    source = models.CharField(max_length=6)  # people, cases
    what = models.JSONField()  # the filter
    rows = models.PositiveIntegerField()
    reason = WordsField(max_length=200)
    asked_at = models.DateTimeField()
    approval = models.OneToOneField(Approval, null=True, on_delete=models.PROTECT, related_name="export")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_reason"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="export_has_rows"),
        ]
        indexes = [models.Index(fields=["account", "-asked_at"], name="export_own")]


class Attempt(models.Model):
    """Failed tries at a secret (sign-in, follow-up), counted per key in a window; never a permanent lock."""

    key = models.CharField(max_length=120)  # e.g. "login:window:127.0.0.1"
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="attempt_key")]
