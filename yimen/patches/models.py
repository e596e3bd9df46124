"""Who answers for which doors. The stairwell is the unit: one tall building can be split, no stairwell ever is."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from yimen.core.columns import WordsField
from yimen.core.ids import new_id, new_ref


def _period() -> Func:
    """The half-open range of days from `from_on` until before `to_on`; null is ever after."""
    return Func(F("from_on"), F("to_on"), RangeBoundary(), function="daterange", output_field=DateRangeField())


def _once(name: str, *same: str) -> ExclusionConstraint:
    """Of rows that agree in these columns, no two hold on one day."""
    expressions = [(column, RangeOperators.EQUAL) for column in same]
    return ExclusionConstraint(name=name, expressions=[*expressions, (_period(), RangeOperators.OVERLAPS)])


class Beginning(models.Model):
    """From this day on every stairwell of a community lies in exactly one patch, on any day. Triggers hold it (decision
    0022): no commit leaves a stairwell without a patch, and a new one lies where its neighbour lies."""

    division_code = models.CharField(primary_key=True, max_length=15, db_collation="C")
    from_on = models.DateField()


class Patch(models.Model):
    """包干片区: about 300 households with one named officer. `code` is the community's and the number: 15 digits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)  # on boards and cards: /p/o/{ref}
    division_code = models.CharField(max_length=15, db_collation="C")  # the community
    code = models.CharField(max_length=15, unique=True, db_collation="C")
    number = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    to_on = models.DateField(null=True)  # the day it ceased to exist

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_code", "number"], name="patch_number"),
            models.CheckConstraint(condition=Q(number__range=(1, 999)), name="patch_number_fits"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="patch_period"),
        ]


class Placement(models.Model):
    """A stairwell lies in a patch, from one day until before another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    stairwell = models.ForeignKey("registry.Stairwell", on_delete=models.CASCADE, related_name="+", db_index=False)
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="placements")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="placement_period"),
            _once("placement_in_one_patch", "stairwell"),
        ]
        indexes = [
            models.Index(fields=["division_code", "from_on"], name="placement_division"),
            # Holds all that is asked of a stairwell: a plain index looks as dear to the planner as the constraint's
            # own, which reads fifty pages for one stairwell of a city.
            models.Index(
                fields=["stairwell", "from_on"], include=["to_on", "patch", "division_code"], name="placement_stairwell"
            ),
        ]


class Officer(models.Model):
    """包干人 (side A) and the named deputy (side B) of a patch, with dates."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="officers")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=1)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["A", "B"]), name="officer_side"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="officer_period"),
            _once("officer_one_a_side", "patch", "side"),
            _once("officer_not_own_deputy", "patch", "account"),
        ]
        indexes = [models.Index(fields=["account"], name="officer_account", condition=Q(to_on=None))]


class Plan(models.Model):
    """A what-if: another division of a community, looked at and changed until it is published or dropped."""

    class State(models.TextChoices):
        OPEN = "open"
        PUBLISHED = "published"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    from_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    placed = models.JSONField()  # stairwell id -> number of the patch
    officers = models.JSONField(default=dict)  # number of the patch -> {"A": account id, "B": account id}
    notes = models.JSONField(default=list)  # why patches lie outside the band, as `rules` names it
    edition = models.PositiveIntegerField(default=1)  # raised by every write; a stale form is refused
    made_by = models.CharField(max_length=50)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_code"], condition=Q(state="open"), name="plan_one_open"),
        ]


class Publication(models.Model):
    """A division of a community that came into force: one transaction. Undo is another publication."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=50)
    by_account = models.UUIDField(null=True)
    reason = WordsField(max_length=200, blank=True)
    before = models.JSONField()  # stairwell id -> number of the patch, as it was: what undo publishes again
    officers_before = models.JSONField(default=dict)  # number of the patch -> {"A": account id, "B": account id}
    moved = models.PositiveIntegerField(default=0)  # dwellings that changed patch
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        indexes = [models.Index(fields=["division_code", "-at"], name="publication_division")]


class Board(models.Model):
    """楼道公示牌: the board in a stairwell names officer and deputy; when one is another, it is to be replaced."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    stairwell = models.ForeignKey("registry.Stairwell", on_delete=models.PROTECT, related_name="+")
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")  # named on it
    deputy = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")  # named on it
    printed_at = models.DateTimeField()
    posted_on = models.DateField(null=True)
    removed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stairwell"], condition=Q(removed_on=None), name="board_one_hangs"),
        ]
        indexes = [models.Index(fields=["division_code"], name="board_division", condition=Q(removed_on=None))]


class Card(models.Model):
    """居民联系卡: which door was given a contact card that names which officer and deputy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    dwelling = models.ForeignKey("registry.Dwelling", on_delete=models.PROTECT, related_name="+")
    patch = models.ForeignKey(Patch, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")  # named on it
    deputy = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")  # named on it
    given_on = models.DateField()
    by_name = models.CharField(max_length=50)
    replaced_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dwelling"], condition=Q(replaced_on=None), name="card_one_at_a_door"),
        ]
        indexes = [models.Index(fields=["division_code"], name="card_division", condition=Q(replaced_on=None))]


class Portrait(models.Model):
    """An officer's photo for boards and the public page: drawn anew as JPEG, without where and when it was taken."""

    account = models.OneToOneField("access.Account", primary_key=True, on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=15, db_collation="C")
    image = models.BinaryField()
    at = models.DateTimeField()


class Print(models.Model):
    """One PDF of boards or cards, drawn part by part by the worker; removed after a week."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey(Patch, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)  # boards, cards
    paper = models.CharField(max_length=2)  # a4, a3
    is_due = models.BooleanField(default=False)  # only those that are missing or name somebody else
    origin = models.CharField(max_length=120)  # where the codes lead, e.g. https://yimen.example.gov.cn
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)  # pages
    pages = models.PositiveIntegerField(default=0)  # in all, 0 until they were counted
    file = models.BinaryField(null=True)
    by_name = models.CharField(max_length=50)
    by_account = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["division_code", "-at"], name="print_division")]
