from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from yimen.core.columns import WordsField
from yimen.core.ids import new_id, new_ref


class Division(models.Model):
    """行政区划: city, district, street, community. The code is trimmed to its prefix, so codes nest as text."""

    class Level(models.TextChoices):
        CITY = "city"
        DISTRICT = "district"
        STREET = "street"
        COMMUNITY = "community"

    code = models.CharField(primary_key=True, max_length=15, db_collation="C")
    level = models.CharField(max_length=9, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=60)  # official, e.g. 广瑞一村社区居委会
    short_name = models.CharField(max_length=40)  # spoken, e.g. 广瑞一村社区
    name_en = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20, blank=True, db_default="")  # city: the hotline; street: supervision
    letters = models.CharField(max_length=4, blank=True)  # of a district: heads its case numbers, e.g. LX
    unit_type = models.CharField(max_length=20, blank=True)
    urban_rural_class = models.CharField(max_length=3, blank=True)
    is_virtual = models.BooleanField(default=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gt=F("from_on")), name="division_period"),
            models.CheckConstraint(condition=Q(successor=None) | ~Q(to_on=None), name="division_successor_needs_end"),
        ]


class Outline(models.Model):
    """边界: where a division lies, for a period. `polygons` are lists of rings of [longitude, latitude] in CGCS2000
    degrees, the outer ring first, then its holes. `reference` is what the file they came from was measured in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    polygons = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    reference = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
    batch = models.UUIDField()  # of one file: taken back together
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="outline_period"),
            models.CheckConstraint(condition=Q(west__lte=F("east"), south__lte=F("north")), name="outline_box"),
            ExclusionConstraint(
                name="outline_one_a_day",
                expressions=[
                    ("division_code", RangeOperators.EQUAL),
                    (
                        Func(F("from_on"), F("to_on"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["division_code"], name="outline_open", condition=Q(to_on=None)),
            models.Index(fields=["batch"], name="outline_batch"),
        ]


class Department(models.Model):
    """条线部门, with its successor when it was renamed or merged."""

    code = models.CharField(primary_key=True, max_length=4)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    name_2011 = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    successor = models.ForeignKey("self", null=True, on_delete=models.PROTECT)


class Station(models.Model):
    """社区事务工作站 (urban) or 社区服务中心 (rural): one per community."""

    class Kind(models.TextChoices):
        URBAN = "urban"
        RURAL = "rural"

    division = models.OneToOneField(Division, primary_key=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=5, choices=Kind)
    address = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    hall_area = models.DecimalField(max_digits=7, decimal_places=1, null=True)  # m²
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    households = models.PositiveIntegerField(default=0)  # doors lived in, counted at night and after a roster
    # Weak spots, counted every five minutes.
    lone_matters = models.PositiveSmallIntegerField(default=0, db_default=0)  # that only one person can do
    bare_posts = models.PositiveSmallIntegerField(default=0, db_default=0)  # with neither A nor B, now or within days


class Norm(models.Model):
    """A number of the mission, from a day on, with the document that says so; a later row replaces an earlier one."""

    class Name(models.TextChoices):
        HOUSEHOLDS_PER_WORKER = "households_per_worker"  # 配员标准
        HALL_AREA_LEAST = "hall_area_least"  # 用房标准, m²
        REVEALS_WINDOW = "reveals_a_day_window"  # whole numbers one person may look at in a day, by role
        REVEALS_HEAD = "reveals_a_day_head"
        REVEALS_STREET = "reveals_a_day_street"
        REVEALS_HOUR = "reveals_an_hour"
        REVEALS_UNPROVED = "reveals_before_proof"  # of a day, before the password is asked for again
        OPENED_HOUR = "opened_above_an_hour"  # residents whom somebody above the stations may open
        OPENED_DAY = "opened_above_a_day"
        EXPORT_ROWS = "export_rows_alone"  # rows a person may take out in 30 days without a second person
        HOUSEHOLDS_PER_PATCH = "households_per_patch"  # 包干片区
        PATCH_TOLERANCE = "patch_tolerance"  # percent a patch may be off the norm
        PATCH_MOST = "patch_most"  # households no patch may exceed, unless one stairwell does
        VISITS_A_MONTH = "visits_a_month"  # 入户走访: households an officer reaches
        UNSEEN_MONTHS = "unseen_months"  # nobody waits longer for a visit without a named reason
        BOX_DAYS = "empty_box_days"  # 居民联系箱: days between two emptying rounds

    name = models.CharField(max_length=30, choices=Name)
    value = models.DecimalField(max_digits=9, decimal_places=1)
    document = models.CharField(max_length=120)
    from_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "from_on"], name="norm_once_a_day"),
            models.CheckConstraint(condition=Q(value__gt=0), name="norm_above_zero"),
        ]


class Post(models.Model):
    """One of the six posts of the hall (六大岗位)."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()


class Absence(models.Model):
    """A person is away from their seats for a while: B of each post gets the open work and the rights at once."""

    class Reason(models.TextChoices):
        LEAVE = "leave"
        VISIT = "visit"
        MEETING = "meeting"
        SICK = "sick"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="absences")
    division_code = models.CharField(max_length=15, db_collation="C")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=8, choices=Reason)
    note = WordsField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["division_code", "from_at"], name="absence_division")]
        constraints = [
            models.CheckConstraint(condition=Q(to_at=None) | Q(to_at__gt=F("from_at")), name="absence_period"),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_at"),
                            F("to_at"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]


class Skill(models.Model):
    """What a worker can do of the 88 matters: the skill matrix (一岗多能)."""

    class Grade(models.TextChoices):
        ALONE = "alone"
        HELPED = "helped"
        # "not yet" is the absence of a row

    account = models.ForeignKey("access.Account", on_delete=models.CASCADE, related_name="skills")
    item_code = models.CharField(max_length=8)
    grade = models.CharField(max_length=6, choices=Grade)
    since_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "item_code"], name="skill_once")]


class CalendarYear(models.Model):
    """One year's holidays and make-up working days, as published (国务院办公厅 yearly notice)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    holidays = models.JSONField()  # ISO dates of weekdays that rest, and of statutory days
    makeup = models.JSONField()  # ISO dates of weekend days that work
    source = models.CharField(max_length=200)
    loaded_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)  # raised on each load, so caches know


class ServiceSystem(models.Model):
    """八项制度: seven named slots and an eighth that the city names itself (facts.md row 19)."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=40, blank=True)
    name_en = models.CharField(max_length=60, blank=True)
    is_fixed = models.BooleanField()
