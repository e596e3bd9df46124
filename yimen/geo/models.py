"""Files of ground while somebody looks at them. What they bring is kept by the rooms below."""

from django.db import models

from yimen.core.ids import new_id, new_ref


class GroundFile(models.Model):
    """One layer of a file of outlines or of places of buildings: read, looked at, brought in, taken back.

    `features` are as the file has them, corners in what it was measured in. `before` keeps what places were, by
    building, so that they can be put back; outlines are taken back by their `batch`.
    """

    class Kind(models.TextChoices):
        DIVISIONS = "divisions"
        BUILDINGS = "buildings"

    class State(models.TextChoices):
        OPEN = "open"
        APPLIED = "applied"
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")  # whose reach brought it
    kind = models.CharField(max_length=9, choices=Kind)
    name = models.CharField(max_length=120)
    layer = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=60, blank=True)  # the reference system the file names
    features = models.JSONField()
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    by_name = models.CharField(max_length=50)
    at = models.DateTimeField()
    reference = models.CharField(max_length=60, blank=True)  # the one it was brought in by
    source = models.CharField(max_length=200, blank=True)
    from_on = models.DateField(null=True)
    count = models.PositiveIntegerField(default=0)  # outlines or places brought in
    batch = models.UUIDField(null=True)
    before = models.JSONField(default=dict)  # building → [longitude, latitude] or null
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["division_code", "-at", "id"], name="groundfile_division")]
