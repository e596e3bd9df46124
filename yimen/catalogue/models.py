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
    what_counts = models.CharField(max_length=200, blank=True)
    what_counts_en = models.CharField(max_length=300, blank=True)
    is_reusable = models.BooleanField()
    holder = models.CharField(max_length=3, blank=True)  # the business system that can answer itself
    valid_months = models.PositiveSmallIntegerField(null=True)


class Parameter(models.Model):
    """A city number used in conditions as $name; empty until the city sets it, and then says from which document."""

    name = models.CharField(primary_key=True, max_length=40)
    label = models.CharField(max_length=60)
    unit = models.CharField(max_length=120)
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

    Nothing enters the catalogue without a decision number. `materials` [code…]; `conditions` as in catalogue.yaml
    (`eligibility`);
    `form`, `guide`, `ask`, `suggest`, `guidance`, `declare_instead`, `look_only`: see `catalogue.rules.defaults`.
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
    applicant = models.CharField(max_length=12)
    decision_level = models.CharField(max_length=9)  # community, street, district, city
    initiation = models.CharField(max_length=14)
    legal_days = models.PositiveSmallIntegerField(null=True)  # working days; null = no legal limit is known
    promised_days = models.PositiveSmallIntegerField()  # working days; 0 = while the resident waits
    limit_source = models.CharField(max_length=8)
    calendar_note = models.CharField(max_length=200, blank=True)
    public_notice_days = models.PositiveSmallIntegerField(default=0)
    is_proxy_allowed = models.BooleanField(default=False)
    is_restricted = models.BooleanField(default=False)
    status = models.CharField(max_length=8)
    result_kind = models.CharField(max_length=16)
    result_name = models.CharField(max_length=60)
    materials = models.JSONField(default=list)
    conditions = models.JSONField(default=list)
    reads = models.JSONField(default=list)
    writes = models.JSONField(default=list)
    judgement = models.TextField(blank=True)
    note = models.TextField(blank=True)
    form = models.JSONField(default=list)
    guide = models.JSONField(default=dict)
    ask = models.JSONField(default=list)
    suggest = models.JSONField(default=dict)
    guidance = models.JSONField(default=dict)
    declare_instead = models.JSONField(default=list)
    look_only = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decision_no=""), name="version_has_decision"),
            models.CheckConstraint(
                condition=Q(legal_days=None) | Q(promised_days__lte=F("legal_days")),
                name="promise_within_law",
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
