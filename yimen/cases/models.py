from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from yimen.core.columns import WordsField
from yimen.core.ids import new_id, new_ref


class Draft(models.Model):
    """An intake in progress, saved on every change. Submitting twice gives the same receipt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", null=True, on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField(null=True)  # sealed JSON: matters, answers, form values, materials, proxy
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    visit = models.ForeignKey("Visit", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-updated_at"], name="draft_account", condition=Q(submitted_at=None))
        ]


class Visit(models.Model):
    """One visit to the counter: the receipt. Several matters of one visit are cases that share it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)  # of its first case: the one number the resident keeps
    secret = models.BinaryField()  # sealed: the second secret printed on the receipt
    secret_hash = models.BinaryField(max_length=16)
    division_code = models.CharField(max_length=15, db_collation="C")
    at = models.DateTimeField()


class Case(models.Model):
    """办件: one matter of one resident, from acceptance to result.

    `owner` is the named person who has accepted responsibility now; while it is empty, `first_asked` stays
    answerable. `desk_code`
    is the division where it lies now (community, street, district, city): the split inside.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="cases")
    division_code = models.CharField(max_length=15, db_collation="C")
    # The levels above, so that a street's and a district's lists are read in order from an index of their own.
    street_code = models.GeneratedField(
        expression=Left("division_code", 9),
        output_field=models.CharField(max_length=9, db_collation="C"),
        db_persist=True,
    )
    district_code = models.GeneratedField(
        expression=Left("division_code", 6),
        output_field=models.CharField(max_length=6, db_collation="C"),
        db_persist=True,
    )
    item_code = models.CharField(max_length=8)
    version = models.ForeignKey("catalogue.ItemVersion", on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", on_delete=models.PROTECT, related_name="cases", db_index=False)
    via = models.CharField(max_length=8, default="desk")
    proxy_name = models.CharField(max_length=50, blank=True)
    proxy_relation = models.CharField(max_length=20, blank=True)
    post = models.CharField(max_length=2)
    department = models.CharField(max_length=4)
    decision_level = models.CharField(max_length=9)
    is_restricted = models.BooleanField(default=False)
    state = models.CharField(max_length=10)  # cases.rules.State
    desk_code = models.CharField(max_length=15, db_collation="C")
    first_asked = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    hand_overs = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField()
    promised_days = models.PositiveSmallIntegerField()
    legal_days = models.PositiveSmallIntegerField(null=True)
    extended_days = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)  # null while paused
    due_at = models.DateTimeField(null=True)
    legal_due_on = models.DateField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    warned = models.CharField(
        max_length=8, blank=True
    )  # highest warning already on record: soon, late, head, street, district
    waiting_for = models.CharField(
        max_length=12, default="us"
    )  # us, resident, street, department: the cause of being stuck
    form = models.BinaryField(null=True)  # sealed JSON of the matter's own fields
    outcome = models.CharField(max_length=10, blank=True)  # approved, refused, withdrawn, done
    decided_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    reopened_at = models.DateTimeField(null=True)  # the last reopening: the clock counts from here
    returned_at = models.DateTimeField(null=True)  # sent back from above and not yet sent up again
    changed_at = models.DateTimeField(null=True)  # the last write, for lists; null = since acceptance
    rating = models.PositiveSmallIntegerField(null=True)
    edition = models.PositiveIntegerField(default=1)  # raised by every write; a stale form is refused

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) | ~Q(outcome=""), name="case_closed_has_outcome"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, state="closed") | Q(closed_at=None) & ~Q(state="closed"),
                name="case_closed_state",
            ),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="case_rating"),
            # a stop takes the date away, unless the promised day was reached before: what is late stays late
            models.CheckConstraint(
                condition=Q(is_paused=False) | Q(due_on=None) | Q(due_at__lt=F("changed_at") + timedelta(days=1)),
                name="case_paused_date_was_reached",
            ),
        ]
        indexes = [
            models.Index(fields=["division_code", "due_at", "id"], name="case_open", condition=Q(closed_at=None)),
            models.Index(fields=["street_code", "due_at", "id"], name="case_open_street", condition=Q(closed_at=None)),
            models.Index(
                fields=["district_code", "due_at", "id"], name="case_open_district", condition=Q(closed_at=None)
            ),
            models.Index(fields=["due_at", "id"], name="case_open_all", condition=Q(closed_at=None)),
            models.Index(fields=["desk_code", "due_at"], name="case_desk", condition=Q(closed_at=None)),
            models.Index(fields=["owner", "due_at"], name="case_owner", condition=Q(closed_at=None)),
            models.Index(fields=["division_code", "-accepted_at", "id"], name="case_recent"),
            models.Index(fields=["resident", "-accepted_at"], name="case_resident"),
            models.Index(fields=["closed_at", "id"], name="case_closed_all", condition=~Q(closed_at=None)),
            models.Index(fields=["accepted_at", "id"], name="case_accepted_all", condition=~Q(closed_at=None)),
            models.Index(fields=["division_code", "closed_at"], name="case_closed", condition=~Q(closed_at=None)),
            models.Index(fields=["street_code", "closed_at"], name="case_closed_street", condition=~Q(closed_at=None)),
            models.Index(
                fields=["district_code", "closed_at"], name="case_closed_district", condition=~Q(closed_at=None)
            ),
            models.Index(
                fields=["division_code", "accepted_at"], name="case_unclaimed", condition=Q(owner=None, closed_at=None)
            ),
            models.Index(fields=["division_code"], name="case_paused", condition=Q(closed_at=None, is_paused=True)),
            models.Index(
                fields=["division_code"],
                name="case_returned",
                condition=Q(closed_at__isnull=True, returned_at__isnull=False),
            ),
            models.Index(fields=["division_code", "reopened_at"], name="case_reopened", condition=~Q(reopened_at=None)),
            models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="case_number_begins"),
            models.Index(
                fields=["closed_at", "division_code"], name="case_restricted", condition=Q(is_restricted=True)
            ),
        ]


class CaseMaterial(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="materials", db_index=False)
    material_code = models.CharField(max_length=4)
    state = models.CharField(max_length=8)  # catalogue.rules.MaterialState
    basis = models.CharField(max_length=200, blank=True)  # source and date in words
    by_name = models.CharField(max_length=50, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "material_code"], name="case_material_once")]


class Pause(models.Model):
    """The clock stands from the day after `from_at` to the day of `to_at` inclusive."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    kind = models.CharField(max_length=10)  # correction, notice, assessment
    reason = WordsField(max_length=300)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
            models.CheckConstraint(condition=Q(to_at=None) | Q(to_at__gte=F("from_at")), name="pause_period"),
            models.UniqueConstraint(fields=["case"], condition=Q(to_at=None), name="pause_one_open"),
        ]


class Extension(models.Model):
    """One extension, approved a level up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = WordsField(max_length=300)
    asked_by = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="asked")  # asked, granted, refused
    answered_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = WordsField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], condition=~Q(state="refused"), name="extension_once")]
        indexes = [models.Index(fields=["case"], name="extension_asked", condition=Q(state="asked"))]


class HandOver(models.Model):
    """转办: offered to a named person, accepted or declined with a reason, counted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    from_account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    to_account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    reason = WordsField(max_length=300)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, default="offered")  # offered, accepted, declined, recalled
    answer = WordsField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(state="offered"), name="offer_one_open")]
        indexes = [models.Index(fields=["to_account"], name="offer_to", condition=Q(state="offered"))]


class Decision(models.Model):
    """The act at the deciding level. A reopened case may be decided again; the last one holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    document_no = models.CharField(max_length=40, unique=True)
    outcome = models.CharField(max_length=10)
    text = models.TextField()
    decided_by = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=15, db_collation="C")
    at = models.DateTimeField()


class Rating(models.Model):
    """好差评: five levels, once per finished matter (and once more after a reopening); the handler never sees who."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings", db_index=False)
    round = models.PositiveSmallIntegerField(default=0)  # the case's `reopened` when it was given
    level = models.PositiveSmallIntegerField()
    tags = models.JSONField(default=list)
    comment = WordsField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="rating_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="rating_level"),
        ]


class FollowUp(models.Model):
    """What a bad rating (levels 1 and 2) or a complaint opens above the handler, who never sees it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    kind = models.CharField(max_length=9)  # rating, complaint
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="follow_ups")
    division_code = models.CharField(max_length=15, db_collation="C")  # of the office that answers
    # Where it comes from; "" if the release before this column wrote it.
    community_code = models.CharField(max_length=15, db_collation="C")
    about = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    secret_hash = models.BinaryField(
        max_length=16, null=True
    )  # a complaint is followed by number and secret, like a case
    # sealed; none where the complaint is older than this column: then only the hash is left
    secret = models.BinaryField(null=True)
    text = models.BinaryField(null=True)  # sealed words of the resident
    contact = models.BinaryField(null=True)  # sealed, optional
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, default="open")  # open, answered, closed
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "state", "due_on"], name="follow_up_open"),
            models.Index(
                fields=["state", "due_on", "id"],
                include=["division_code", "community_code", "about", "kind"],  # what they are counted by
                name="follow_up_due",
            ),
        ]


class Message(models.Model):
    """Words between the station and the resident, shown on the follow-up page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    from_resident = models.BooleanField()
    by_name = models.CharField(max_length=50, blank=True)
    text = models.BinaryField()  # sealed
    at = models.DateTimeField()


class Daily(models.Model):
    """The cases of one division on one local day, in counts: what supervision reads instead of the cases themselves.

    Kept at all four levels, each the sum of the level below; `cases.actions.figures` folds in what was touched. Says
    nothing that `cases.queries.slices` would not count from the cases.
    """

    pk = models.CompositePrimaryKey("division_code", "day")
    division_code = models.CharField(max_length=15, db_collation="C")
    day = models.DateField()
    taken = models.PositiveIntegerField()
    online = models.PositiveIntegerField()  # of the taken: not over the counter
    spared = models.PositiveIntegerField()  # papers of the taken that nobody had to bring
    spared_cases = models.PositiveIntegerField()  # of the taken: with at least one such paper
    asked = models.PositiveIntegerField()  # papers of the taken that somebody had to bring or show
    closed = models.PositiveIntegerField()
    on_time = models.PositiveIntegerField()
    promise_kept = models.PositiveIntegerField()  # of those, without an extension
    whole = models.PositiveIntegerField()  # one door, one person, one visit
    handed_over = models.PositiveIntegerField()  # cases that changed hands
    hand_overs = models.PositiveIntegerField()  # how often
    rated_1 = models.PositiveIntegerField()
    rated_2 = models.PositiveIntegerField()
    rated_3 = models.PositiveIntegerField()
    rated_4 = models.PositiveIntegerField()
    rated_5 = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    elapsed = ArrayField(models.PositiveIntegerField())  # [n]: closed n calendar days after acceptance; last: or more

    class Meta:
        indexes = [models.Index(fields=["day", "division_code"], name="daily_day")]


class Tally(models.Model):
    """How many open cases of one kind and cause a division has, as counted by the last fold, at all four levels.

    `kind`: a live figure of `cases.queries.slices`. `cause`: whom they wait for, or "nobody" has accepted them, or an
    "answer" is owed. What a district or a city is shown; a street counts its cases when it asks.
    """

    pk = models.CompositePrimaryKey("division_code", "kind", "cause", "is_restricted")
    division_code = models.CharField(max_length=15, db_collation="C")
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=10)
    is_restricted = models.BooleanField()
    cases = models.PositiveIntegerField()
    first_due_at = models.DateTimeField(null=True)
    promised_days = models.PositiveSmallIntegerField()  # the shortest promise among them


class Touched(models.Model):
    """A community's day whose counts a trigger on the cases has found to be out of date; taken away by the fold."""

    id = models.BigAutoField(primary_key=True)
    division_code = models.CharField(max_length=15, db_collation="C")
    day = models.DateField()


class Fold(models.Model):
    """When the counts were last brought up to date. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="fold_one_row")]
