"""Files of ground while somebody looks at them. What they bring is kept by the rooms below."""

from django.db import models
from django.db.models import Q

from yimen.core.files.pieces import Piece
from yimen.core.ids import new_id, new_ref


class GroundFile(models.Model):
    """One layer of a file of outlines or of places of buildings: read, looked at, brought in, taken back.

    `features` are as the file has them, corners in what it was measured in; `judged` is what its page shows, by
    rules/verdicts.py; `problem` what stopped it. `actor` is who acts in the job. `before` keeps what places were, by
    building, so that they can be put back; outlines are taken back by their `batch`.
    """

    class Kind(models.TextChoices):
        DIVISIONS = "divisions"
        BUILDINGS = "buildings"

    class State(models.TextChoices):
        READING = "reading"  # the worker's: reads and judges it
        OPEN = "open"  # previewed, nothing written
        APPLYING = "applying"  # the worker's
        APPLIED = "applied"
        UNDOING = "undoing"  # the worker's
        UNDONE = "undone"
        REFUSED = "refused"  # cannot be read
        DROPPED = "dropped"  # was thrown away, or nobody brought it in

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")  # whose reach brought it
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=120)
    layer = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=60, blank=True)  # the reference system the file declares
    is_turned = models.BooleanField(default=False, db_default=False)  # its metres were turned into degrees as read
    features = models.JSONField(default=list)
    judged = models.JSONField(default=dict, db_default={})
    problem = models.JSONField(default=dict, db_default={})  # message and params
    state = models.CharField(max_length=8, choices=State, default=State.READING)
    by_name = models.CharField(max_length=50)
    by_account = models.UUIDField(null=True)
    actor = models.JSONField(default=dict, db_default={})
    at = models.DateTimeField()
    reference = models.CharField(max_length=60, blank=True)  # the one it is judged in
    leave_out = models.BooleanField(default=False, db_default=False)  # what has a problem, when it is brought in
    is_certain = models.BooleanField(default=False, db_default=False)  # of a reference that is in doubt
    source = models.CharField(max_length=200, blank=True)
    from_on = models.DateField(null=True)
    count = models.PositiveIntegerField(default=0)  # outlines or places brought in
    batch = models.UUIDField(null=True)
    before = models.JSONField(default=dict)  # building → [longitude, latitude] or null
    changed_at = models.DateTimeField()
    purged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "-at", "id"], name="groundfile_division"),
            models.Index(
                fields=["changed_at"],
                name="groundfile_working",
                condition=Q(state__in=["reading", "applying", "undoing"]),
            ),
        ]


class GroundPart(Piece):
    """A piece of a file as it was sent; gone once it is read."""

    file = models.ForeignKey(GroundFile, on_delete=models.CASCADE, related_name="parts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="ground_part_once")]
