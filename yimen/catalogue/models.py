from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from yimen.core.ids import new_id


class Category(models.Model):
    """One of the 24 categories."""

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    post = models.CharField(max_length=2)
    position = models.PositiveSmallIntegerField()


class Material(models.Model):
    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    counts = models.CharField(max_length=200, blank=True)
    counts_en = models.CharField(max_length=300, blank=True)
    is_reusable = models.BooleanField()
    holder = models.CharField(max_length=3, blank=True)  # the business system that can answer itself
    valid_months = models.PositiveSmallIntegerField(null=True)
    is_made_here = models.BooleanField(default=False)


class Parameter(models.Model):
    """A city number used in conditions as $name; empty until the city sets it, and then says from which document."""

    name = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=60)
    label_en = models.CharField(max_length=100)
    unit = models.CharField(max_length=120)
    unit_en = models.CharField(max_length=120)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    document = models.CharField(max_length=120, blank=True)
    from_on = models.DateField(null=True)


class Item(models.Model):
    """事项: one of the 88 matters. What it says on a date is in its version of that date."""

    code = models.CharField(primary_key=True, max_length=8)
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField()


class ItemVersion(models.Model):
    """What a matter says from one date to another. A case stays pinned to the version it was accepted under.

    Nothing enters the catalogue without a decision number. `content` is the whole matter (`rules.shapes.Item` as JSON);
    the columns beside it are those that constraints and lists need, and repeat it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    decision_no = models.CharField(max_length=60)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=160)
    post = models.CharField(max_length=2)
    department = models.CharField(max_length=4)
    decision_level = models.CharField(max_length=9)
    legal_days = models.PositiveSmallIntegerField(null=True)
    promised_days = models.PositiveSmallIntegerField()
    content = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decision_no=""), name="version_has_decision"),
            models.CheckConstraint(
                condition=Q(legal_days=None) | Q(promised_days__lte=F("legal_days")), name="promise_within_law"
            ),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="version_period"),
            models.UniqueConstraint(fields=["item", "number"], name="version_number"),
            ExclusionConstraint(
                name="version_no_overlap",
                expressions=[
                    ("item", RangeOperators.EQUAL),
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
            ),
        ]
