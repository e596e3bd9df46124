"""What happened at the doors and on the other ways residents speak. A visit belongs to a door and a day; whose patch
it counts for is asked of the patches of that day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from yimen.core.columns import WordsField
from yimen.core.ids import new_id, new_ref


class VulnerableRule(models.Model):
    """必访户规则 of a city, from a day on, with the document it comes from: groups of `rules` with their limits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    from_on = models.DateField()
    groups = models.JSONField()  # key of a group -> its limit, null where it has none
    document = models.CharField(max_length=120)
    by_name = models.CharField(max_length=50)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division_code", "from_on"], name="rule_once_a_day")]


class VulnerableHousehold(models.Model):
    """必访户: a door where a must-visit household lives, why, and since when. Found by the rule, or marked by hand with
    a reason and an end."""

    FOLLOWS = Q(is_marked=False)  # found by the rule: it goes with a door that undo removes

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    dwelling = models.ForeignKey("registry.Dwelling", on_delete=models.PROTECT, related_name="+")
    groups = ArrayField(models.CharField(max_length=16), default=list)  # keys of `rules`; empty when marked by hand
    is_marked = models.BooleanField(default=False)
    reason = WordsField(max_length=200, blank=True)  # of a mark by hand
    by_name = models.CharField(max_length=50, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="vulnerable_period"),
            models.CheckConstraint(condition=Q(is_marked=False) | ~Q(reason="") & ~Q(to_on=None), name="mark_has_end"),
            models.UniqueConstraint(
                fields=["dwelling"], condition=Q(to_on=None, is_marked=False), name="vulnerable_once"
            ),
        ]
        indexes = [
            models.Index(fields=["division_code", "dwelling"], name="vulnerable_open", condition=Q(to_on=None)),
            models.Index(fields=["dwelling", "from_on"], name="vulnerable_dwelling"),
            models.Index(fields=["division_code", "from_on"], name="vulnerable_division"),
        ]


class Goal(models.Model):
    """How many households one patch is to reach in a month, where it differs from the norm; approved by the street."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey("patches.Patch", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day; holds until a later one
    households = models.PositiveSmallIntegerField()
    reason = WordsField(max_length=200)
    asked_by = models.CharField(max_length=50)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True)  # approved, refused
    answered_by = models.CharField(max_length=50, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patch", "month"], condition=~Q(answer="refused"), name="goal_once_a_month"
            ),
        ]


class Visit(models.Model):
    """入户走访: one door, one moment, one outcome. Append-only: a correction is another record that replaces it.

    `id` is made on the phone, so that a record arrives exactly once however often it is sent.
    """

    class Outcome(models.TextChoices):
        MET = "met"  # 见到
        NOT_HOME = "not_home"  # 不在
        PHONE = "phone"  # 电话
        DECLINED = "declined"  # 婉拒

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    dwelling = models.ForeignKey("registry.Dwelling", on_delete=models.PROTECT, related_name="+")
    patch = models.ForeignKey("patches.Patch", null=True, on_delete=models.PROTECT, related_name="+")  # of that day
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=50)
    for_account = models.UUIDField(null=True)  # the absent officer for whom B went
    for_name = models.CharField(max_length=50, blank=True)
    at = models.DateTimeField()  # when it was, clock of the phone put right
    on = models.DateField()  # the local day of `at`: what months are counted by
    received_at = models.DateTimeField()
    clock_off_s = models.IntegerField(default=0)  # how far the phone's clock was off, seconds
    is_late = models.BooleanField(default=False)  # recorded after the day: both dates are shown
    outcome = models.CharField(max_length=8, choices=Outcome)
    topics = ArrayField(models.CharField(max_length=12), default=list)
    note = models.BinaryField(null=True)  # sealed words
    via = models.CharField(max_length=6, default="desk")  # phone, desk
    device_id = models.UUIDField(null=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    is_current = models.BooleanField(default=True)  # not replaced by a correction

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "-on", "id"], name="visit_division"),
            models.Index(fields=["dwelling", "-on"], name="visit_dwelling"),
            models.Index(fields=["patch", "-on", "id"], name="visit_patch"),
            models.Index(fields=["account", "-on", "id"], name="visit_account"),
        ]


class Finding(models.Model):
    """What a visit found that somebody else decides: a new phone, moved out, a new tenant, turned away, a need. Work
    for whoever masters the fact, never written over it."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"  # the registry was changed, or a case was opened
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="findings")
    dwelling = models.ForeignKey("registry.Dwelling", null=True, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)  # rules.FINDINGS
    content = models.BinaryField(null=True)  # sealed JSON: the new value, the words
    seen_version = models.PositiveIntegerField(null=True)  # of the resident when the phone was packed
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    case_number = models.CharField(max_length=24, blank=True)
    draft_ref = models.CharField(
        max_length=12, blank=True, db_default=""
    )  # the intake it opened: its cases are what came of it
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=50, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = WordsField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "at"], name="finding_open", condition=Q(state="open")),
            models.Index(fields=["visit"], name="finding_visit"),
            models.Index(fields=["division_code", "-at", "id"], name="finding_division"),
        ]


class Gap(models.Model):
    """Why a must-visit household was not reached in a month, or a door not for a year: said by name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    dwelling = models.ForeignKey("registry.Dwelling", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    reason = models.CharField(max_length=12)  # rules.GAPS: in hospital, away, empty ...
    note = WordsField(max_length=200, blank=True)
    by_name = models.CharField(max_length=50)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dwelling", "month"], name="gap_once_a_month")]
        indexes = [models.Index(fields=["division_code", "month"], name="gap_month")]


class Device(models.Model):
    """A phone that holds a pack: at most 60 doors, gone after 72 hours, at sign-out, or when it is wiped."""

    id = models.UUIDField(primary_key=True, editable=False)  # made on the phone
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    agent = models.CharField(max_length=120, blank=True)
    packed_at = models.DateTimeField(null=True)
    doors = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField()
    wipe_at = models.DateTimeField(null=True)  # asked for: the phone wipes itself on its next contact
    wiped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], name="device_account")]


class Pack(models.Model):
    """The doors that a phone was packed with, as long as they were the same: what a record made on it may speak of,
    also when a door has left the patch since."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="packs")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    dwellings = ArrayField(models.UUIDField())
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="pack_account")]


class Walk(models.Model):
    """The doors of one officer's next walk, chosen at the desk or proposed by the plan: what a phone is packed with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey("patches.Patch", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    dwellings = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "patch"], name="walk_one_each")]


class ContactBox(models.Model):
    """居民联系箱: a box at one place on a wall, with its emptying rounds. Moved, it is another row that
    knows the first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    stairwell = models.ForeignKey("registry.Stairwell", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=80)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    first = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )  # as it was hung, when moved

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="box_period"),
            models.UniqueConstraint(fields=["division_code", "place"], condition=Q(to_on=None), name="box_place_once"),
        ]
        indexes = [models.Index(fields=["division_code", "place"], name="box_division")]


class Emptying(models.Model):
    """One round: a box was opened, and so many letters lay in it; none is a record too. `id` is made with the form."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    box = models.ForeignKey(ContactBox, on_delete=models.PROTECT, related_name="emptyings")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=50)
    by_account = models.UUIDField(null=True)
    letters = models.PositiveSmallIntegerField()
    written_at = models.DateTimeField(null=True)  # when it was written down, where that was on a later day

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(written_at=None) | Q(written_at__gt=F("at")), name="emptying_written_after"
            ),
        ]
        indexes = [
            models.Index(fields=["box", "-at"], name="emptying_box"),
            models.Index(fields=["by_account", "-at"], name="emptying_account"),
        ]


class Channel(models.Model):
    """A chat group of residents, of any kind: its name, number, patch and who looks after it. Never its messages."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey("patches.Patch", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # QQ then, WeChat now: a word, not code
    name = models.CharField(max_length=60)
    number = models.CharField(max_length=40, blank=True)
    account = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="channel_period"),
            models.UniqueConstraint(
                fields=["division_code", "kind", "name"], condition=Q(to_on=None), name="channel_once"
            ),
        ]
        indexes = [models.Index(fields=["division_code", "name"], name="channel_division")]


class Contact(models.Model):
    """A letter, a call, a group message, a message from the board's page, a reception: answered at once, or a case.

    `id` is made with the form, so that the same form sent twice is one contact.
    """

    class Via(models.TextChoices):
        BOX = "box"
        CALL = "call"
        GROUP = "group"
        WEB = "web"
        DESK = "desk"

    class State(models.TextChoices):
        OPEN = "open"  # the first asked answers for it
        ANSWERED = "answered"  # at once: a complete record too
        CASE = "case"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    number = models.CharField(max_length=24, unique=True)  # what the resident is told
    division_code = models.CharField(max_length=15, db_collation="C")
    patch = models.ForeignKey("patches.Patch", null=True, on_delete=models.PROTECT, related_name="+")
    dwelling = models.ForeignKey("registry.Dwelling", null=True, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey("registry.Resident", null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=5, choices=Via)
    box = models.ForeignKey(ContactBox, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    caller_name = models.CharField(max_length=50, blank=True)
    phone = models.BinaryField(null=True)  # sealed
    phone_hash = models.BinaryField(null=True, max_length=16)
    words = models.BinaryField(null=True)  # sealed
    answer = models.BinaryField(null=True)  # sealed
    at = models.DateTimeField()  # when it was said
    received_at = models.DateTimeField()  # when it was written down: days later, both are shown
    first_asked = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    case_number = models.CharField(max_length=24, blank=True)
    call_back = models.BooleanField(default=False)
    called_back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # who answers for it now, when that is not the first asked any more
    handed_to = models.ForeignKey("access.Account", null=True, on_delete=models.PROTECT, related_name="+")
    draft_ref = models.CharField(max_length=12, blank=True, db_default="")  # the intake it opened
    by_name = models.CharField(max_length=50, blank=True, db_default="")  # who wrote it down; "" for the resident
    answered_by = models.CharField(max_length=50, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answer__isnull=False, closed_at__isnull=False),
                name="contact_answered",
            ),
            models.CheckConstraint(condition=~Q(state="case") | ~Q(case_number=""), name="contact_case"),
            models.CheckConstraint(condition=Q(at__lte=F("received_at")), name="contact_not_ahead"),
        ]
        indexes = [
            models.Index(fields=["draft_ref"], name="contact_draft", condition=Q(state="open") & ~Q(draft_ref="")),
            models.Index(fields=["division_code", "-at", "id"], name="contact_division"),
            models.Index(fields=["division_code", "at"], name="contact_open", condition=Q(state="open")),
            models.Index(fields=["phone_hash", "-at"], name="contact_phone"),
            models.Index(fields=["patch", "-at"], name="contact_patch"),
            models.Index(fields=["dwelling", "-at"], name="contact_dwelling"),
        ]


class JournalNote(models.Model):
    """民情日志: free words that belong to no visit, call or letter. All else of the journal is read, not typed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    account = models.ForeignKey("access.Account", on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=50)
    patch = models.ForeignKey("patches.Patch", null=True, on_delete=models.PROTECT, related_name="+")
    dwelling = models.ForeignKey("registry.Dwelling", null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()  # the day it tells of
    at = models.DateTimeField()  # when it was written: later than the day, both are shown
    words = models.BinaryField()  # sealed

    class Meta:
        indexes = [
            models.Index(fields=["account", "-on", "id"], name="journal_account"),
            models.Index(fields=["patch", "-on"], name="journal_patch"),
        ]


class Monthly(models.Model):
    """Coverage of one patch, or of the divisions above, in one month, in counts: what coverage reads instead of the
    visits. Kept at all five levels, each the sum of the level below (`visits.actions.folding`)."""

    pk = models.CompositePrimaryKey("code", "month")
    code = models.CharField(max_length=15, db_collation="C")  # of the patch or division; number 000: in no patch
    month = models.DateField()  # its first day
    patches = models.PositiveIntegerField()
    households = models.PositiveIntegerField()
    goal = models.PositiveIntegerField()
    reached = models.PositiveIntegerField()  # distinct households, at the door or by phone
    must = models.PositiveIntegerField()  # must-visit households on the month's last day, or today
    must_reached = models.PositiveIntegerField()
    must_explained = models.PositiveIntegerField()  # not reached, with a named reason
    unseen_half = models.PositiveIntegerField()  # not reached for more than six months
    unseen_year = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()  # records of any outcome
    late = models.PositiveIntegerField()  # of those, written down after the day
    found = models.PositiveIntegerField()  # findings of visits
    taken = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    needs = models.PositiveIntegerField()  # of the found: needs, and people turned away
    needs_solved = models.PositiveIntegerField()  # of those: all their cases closed, or settled without a case
    needs_own = models.PositiveIntegerField()  # of the solved: by the officer who found them, never handed over
    disputes = models.PositiveIntegerField()  # needs of visits about neighbours
    disputes_solved = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["month", "code"], name="monthly_month")]


class Touched(models.Model):
    """A community's month whose coverage a trigger has found to be out of date; taken away by the fold."""

    id = models.BigAutoField(primary_key=True)
    division_code = models.CharField(max_length=15, db_collation="C")
    month = models.DateField()
