"""Every table carries its division code (reach); every relation has a period; every value a source and a date.

A foreign key has no index of its own where another begins with it.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Left

from yimen.core.columns import WordsField
from yimen.core.ids import new_id, new_ref

# In one index with what is looked for, so that a street's answer does not read the city's.
_BY_REACH = (Left("division_code", 9), Left("division_code", 6))


# The public reference of what has no column for one: 48 bits of a digest of the id, worked out by the database.
_REF_OF_ID = Left(
    Func(Func(Func(F("id"), function="uuid_send"), function="sha256"), Value("hex"), function="encode"),
    12,
    output_field=models.CharField(max_length=12),
)


class Compound(models.Model):
    """小区"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_code", "name"], name="compound_name")]


class Building(models.Model):
    """楼栋"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.GeneratedField(expression=_REF_OF_ID, output_field=models.CharField(max_length=12), db_persist=True)
    division_code = models.CharField(max_length=15, db_collation="C")
    compound = models.ForeignKey(Compound, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=20)  # "3" of 3 号楼
    floors = models.PositiveSmallIntegerField()
    longitude = models.FloatField(null=True)  # CGCS2000 degrees
    latitude = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["compound", "number"], name="building_number"),
            models.UniqueConstraint(fields=["ref"], name="building_ref"),
        ]
        indexes = [models.Index(fields=["longitude", "latitude"], name="building_place")]


class Stairwell(models.Model):
    """单元"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    building = models.ForeignKey(Building, on_delete=models.PROTECT, db_index=False)
    number = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["building", "number"], name="stairwell_number")]


class Dwelling(models.Model):
    """房屋: one door."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    stairwell = models.ForeignKey(Stairwell, on_delete=models.PROTECT, db_index=False)
    floor = models.SmallIntegerField()
    room = models.CharField(max_length=10)
    door = models.CharField(max_length=30, db_collation="C")  # building-unit-room, "3-2-502"
    door_short = models.CharField(max_length=30, db_collation="C")  # building-room, "3-502"
    address = models.CharField(max_length=160)  # written out, compound first
    area = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # m²
    is_rented = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stairwell", "room"], name="dwelling_room")]
        indexes = [
            models.Index(fields=["door", "division_code"], name="dwelling_door"),
            models.Index(fields=["door_short", "division_code"], name="dwelling_door_short"),
            GinIndex(*_BY_REACH, OpClass("address", name="gin_trgm_ops"), name="dwelling_address"),
        ]


class Resident(models.Model):
    """居民. The internal id is the key; the identity number is a strong hint, unique among the living records.

    `division_code` is the community that serves this person: where they live, or, when they live outside the city,
    where they are registered. `provenance` maps a field to [source, ISO date, evidence level]; fields absent from it
    carry `source` and `as_of_on`.
    Evidence: stated, seen (a document was looked at), matched (with the master).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    name = models.CharField(max_length=50)
    former_name = models.CharField(max_length=50, blank=True)
    sort_key = models.CharField(max_length=200, db_collation="C")  # pinyin, for order without ICU
    name_keys = ArrayField(models.TextField(), default=list)  # core.names.search_keys
    sex = models.CharField(max_length=1, default="0")  # GB/T 2261.1
    birth_on = models.DateField(null=True)
    document_kind = models.CharField(max_length=3, default="111")  # GA/T 517
    id_number = models.BinaryField(null=True)  # sealed
    id_hash = models.BinaryField(null=True, max_length=16)
    id_tail4 = models.IntegerField(null=True)  # 24-bit, salted by community
    id_tail6 = models.IntegerField(null=True)
    phone = models.BinaryField(null=True)  # sealed
    phone_hash = models.BinaryField(null=True, max_length=16)
    phone_tail4 = models.IntegerField(null=True)
    ethnic = models.CharField(max_length=2, default="01")  # GB/T 3304
    education = models.CharField(max_length=2, blank=True)  # GB/T 4658
    marital = models.CharField(max_length=2, blank=True)  # GB/T 2261.2
    political = models.CharField(max_length=2, blank=True)  # GB/T 4762
    employment = models.CharField(max_length=2, blank=True)  # GB/T 2261.4
    registered_division = models.CharField(max_length=12, blank=True, db_collation="C")
    registered_address = models.CharField(max_length=200, blank=True)
    died_on = models.DateField(null=True)
    is_protected = models.BooleanField(default=False)  # hidden from search; named handlers only
    source = models.CharField(max_length=12)  # POP, CIV …, or "desk", "visit", "resident", "import"
    as_of_on = models.DateField()
    provenance = models.JSONField(default=dict)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id_hash"], condition=Q(merged_into=None), name="resident_number_once"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="resident_not_into_itself"),
            models.CheckConstraint(condition=Q(died_on=None) | Q(died_on__gte=F("birth_on")), name="resident_life"),
        ]
        indexes = [
            models.Index(fields=["division_code", "sort_key", "id"], name="resident_list"),
            models.Index(fields=["birth_on", "division_code"], name="resident_born", condition=Q(merged_into=None)),
            models.Index(fields=["id_tail4"], name="resident_tail4", condition=Q(merged_into=None)),
            models.Index(fields=["id_tail6"], name="resident_tail6", condition=Q(merged_into=None)),
            models.Index(fields=["phone_tail4"], name="resident_phone4", condition=Q(merged_into=None)),
            models.Index(fields=["phone_hash"], name="resident_phone", condition=Q(merged_into=None)),
            GinIndex(*_BY_REACH, F("name_keys"), name="resident_keys"),
            models.Index(fields=["merged_into"], name="resident_merged", condition=~Q(merged_into=None)),
        ]


class Handler(models.Model):
    """Who may open one protected resident, beside the head of the station."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="handlers", db_index=False)
    account_id = models.UUIDField()
    name = models.CharField(max_length=50)
    named_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "account_id"], name="handler_once")]
        indexes = [models.Index(fields=["account_id"], name="handler_account")]


class Residence(models.Model):
    """居住关系: which door, of which kind (人户分离 = a registered-only row here and a living-only row there), when."""

    class Kind(models.TextChoices):
        BOTH = "both"  # registered here and living here
        REGISTERED = "registered"  # registered only
        LIVING = "living"  # living only

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="residences")
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT, related_name="residences")
    kind = models.CharField(max_length=10, choices=Kind)
    residence_type = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=12)
    as_of_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    move_reason = models.CharField(max_length=60, blank=True)
    # Of a residence that ended by going where no door of ours is: where to as far as known, who says so, since when.
    left_to = WordsField(max_length=120, blank=True, db_default="")
    left_source = models.CharField(max_length=12, blank=True, db_default="")
    left_as_of_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="residence_period"),
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(to_on=None, kind__in=["both", "living"]),
                name="residence_lives_in_one_place",
            ),
        ]
        indexes = [models.Index(fields=["dwelling"], name="residence_open", condition=Q(to_on=None))]


class Household(models.Model):
    """户: registered (户籍户) or living (居住户)."""

    class Kind(models.TextChoices):
        REGISTERED = "registered"
        LIVING = "living"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=20, blank=True)
    dwelling = models.ForeignKey(Dwelling, on_delete=models.PROTECT)
    head = models.ForeignKey(Resident, null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="household_period")
        ]
        indexes = [models.Index(fields=["division_code"], name="household_division", condition=Q(to_on=None))]


class HouseholdMember(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=2)  # to the head, GB/T 4761
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household", "resident"], condition=Q(to_on=None), name="member_once")
        ]


class Trait(models.Model):
    """One attribute of `catalogue/data/attributes.yaml` for a resident, with source, date, evidence and period."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="traits")
    kind = models.CharField(max_length=40)
    value = models.JSONField()
    source = models.CharField(max_length=12)
    as_of_on = models.DateField()
    evidence = models.CharField(max_length=8)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "kind"], condition=Q(to_on=None), name="trait_one_open"),
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="trait_period"),
        ]
        indexes = [models.Index(fields=["division_code", "kind"], name="trait_kind", condition=Q(to_on=None))]


class MaterialOnFile(models.Model):
    """A copy, or a seen original, that need not be asked for again (一次告知、免于提交)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="materials", db_index=False)
    material_code = models.CharField(max_length=4)
    source = models.CharField(max_length=12)
    obtained_on = models.DateField()
    valid_until = models.DateField(null=True)
    case_number = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [models.Index(fields=["resident", "material_code", "-obtained_on"], name="material_resident")]


class Change(models.Model):
    """变更: one corrected field, old and new sealed, so a correction can be read and undone."""

    # what a roster changed and what put it back: nothing of it is left, so it goes with a resident that undo removes
    FOLLOWS = Q(undoes__source="import") | Q(source="import", undone_by__isnull=False)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="changes", db_index=False)
    field = models.CharField(max_length=30)
    old_value = models.BinaryField(null=True)
    new_value = models.BinaryField(null=True)
    source = models.CharField(max_length=12)
    evidence = models.CharField(max_length=8)
    note = WordsField(max_length=200, blank=True)
    by_name = models.CharField(max_length=50)
    by_account = models.UUIDField(null=True)
    at = models.DateTimeField()
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    provenance_before = models.JSONField(null=True)  # of the old value, None when the record's own held

    class Meta:
        indexes = [models.Index(fields=["resident", "-at"], name="change_resident")]


class Duplicate(models.Model):
    """疑似重复: two living records that may be one person. Found by the worker, decided by people, never by itself.

    `division_code` is the smallest division that holds both. `compared` digests what was compared: while it stays the
    same, a pair kept apart is not proposed again.
    """

    FOLLOWS = Q(state="open")  # nobody has decided: the pair goes with a record that undo removes

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    first = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    grounds = ArrayField(models.CharField(max_length=10))
    compared = models.CharField(max_length=32)
    state = models.CharField(max_length=6, default="open")
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=10, blank=True)  # a key of rules.duplicates.APART
    note = WordsField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_order"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(state="apart") & ~Q(reason="") & ~Q(decided_at=None),
                name="duplicate_decided",
            ),
        ]
        indexes = [models.Index(fields=["division_code", "state", "id"], name="duplicate_desk")]


class Merge(models.Model):
    """合并: two records of one person become one; both ids stay; undone within 30 days on request."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    kept = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField()  # table -> ids that were re-pointed, and fields taken over: what undo needs
    reason = WordsField(max_length=200)
    by_account = models.UUIDField(null=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
