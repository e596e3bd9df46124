"""Rosters on their way in. Personal values stand sealed; what is in the clear says which rows, kinds and reasons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from yimen.core.files.pieces import Piece
from yimen.core.ids import new_id, new_ref


class Import(models.Model):
    """导入: one roster from its upload to seven days after it was applied.

    `division_code` is the reach of whoever uploaded it, `line` their department. `actor` is who acts in the job: the
    uploader until it is confirmed, then whoever confirmed it. `counts` are the rows by verdict, `done` of `goal` the
    progress of the present job, `mark` the place of the last row that was applied or taken back.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        MAPPING = "mapping"  # a column is unsure: somebody has to say what it is
        READING = "reading"
        READY = "ready"  # previewed, nothing written
        APPLYING = "applying"
        APPLIED = "applied"
        UNDOING = "undoing"
        UNDONE = "undone"
        REFUSED = "refused"  # the file cannot be read, or was thrown away

    class Area(models.TextChoices):
        PEOPLE = "people"
        STAFF = "staff"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.CharField(max_length=12, unique=True, default=new_ref)
    division_code = models.CharField(max_length=15, db_collation="C")
    line = models.CharField(max_length=4, blank=True)
    area = models.CharField(max_length=6, choices=Area)
    community = models.CharField(max_length=12, blank=True, db_collation="C")  # of rows that name none
    compound = models.CharField(max_length=60, blank=True, db_default="")  # of rows that name none, said at the upload
    evidence = models.CharField(max_length=8)
    file_name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()  # bytes
    digest = models.BinaryField(max_length=32)  # SHA-256 of the file
    uploaded_by = models.UUIDField()
    uploaded_name = models.CharField(max_length=50)
    actor = models.JSONField()
    state = models.CharField(max_length=8, choices=State, default=State.UPLOADED)
    plan = models.JSONField(default=dict)  # tables: sheet, kind, columns and what they are; notes
    problem = models.JSONField(default=dict)  # message and params of what stopped it
    counts = models.JSONField(default=dict)
    stays = models.PositiveIntegerField(default=0)  # facts that undo had to leave
    done = models.PositiveIntegerField(default=0)
    goal = models.PositiveIntegerField(default=0)
    mark = models.BigIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # when the reading began that its preview shows
    changed_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["division_code", "-uploaded_at"], name="import_list"),
            models.Index(
                fields=["changed_at"],
                name="import_working",
                condition=Q(state__in=["uploaded", "reading", "applying", "undoing"]),
            ),
        ]


class FilePart(Piece):
    """A piece of an uploaded file; gone when the import can no longer be undone."""

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="parts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "number"], name="file_part_once")]


LEFT_OUT = ~Q(verdict="refused") & ~Q(reasons=[])  # taken, without a cell that cannot be right


class StagedRow(models.Model):
    """One row of the file as it was judged. `place` is its order of application and its key within the import, sheet
    and line are its order in the file.

    `body` seals cells, records and differences. `fixes` are the "field:fix" pairs it was read with, `pending` those
    still to be decided; when none is left the row becomes what `would_be` says. Of a row that one of them refused it
    stands first. `reasons` say why a row is refused; of one that is taken, why cells of it are left out. `journal`
    names what still stands of what it did, by ids, so that it can be undone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    division_code = models.CharField(max_length=15, db_collation="C")
    place = models.BigIntegerField()
    sheet = models.PositiveSmallIntegerField()
    line = models.PositiveIntegerField()  # as the spreadsheet counts
    kind = models.CharField(max_length=10)
    verdict = models.CharField(max_length=8)  # new, changed, same, fixable, refused
    would_be = models.CharField(max_length=8)
    fixes = ArrayField(models.TextField(), default=list, db_default=[])
    pending = ArrayField(models.TextField(), default=list)
    reasons = ArrayField(models.TextField(), default=list)  # "field:reason" pairs, no values
    body = models.BinaryField()  # sealed
    journal = models.JSONField(null=True)
    stays = ArrayField(models.TextField(), default=list)  # facts that undo had to leave

    class Meta:
        constraints = [models.UniqueConstraint(fields=["imported", "place"], name="staged_row_once")]
        indexes = [
            models.Index(fields=["imported", "verdict", "sheet", "line"], name="staged_row_tab_in_file"),
            models.Index(fields=["imported", "sheet", "line"], name="staged_row_cells", condition=LEFT_OUT),
            models.Index(fields=["imported", "sheet", "line"], name="staged_row_stays", condition=~Q(stays=[])),
        ]


class Decision(models.Model):
    """What somebody decided about fixable cells: all of one field and fix, or those of one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="decisions")
    division_code = models.CharField(max_length=15, db_collation="C")
    field = models.CharField(max_length=60, blank=True)
    fix = models.CharField(max_length=30, blank=True)
    place = models.BigIntegerField(null=True)  # one row only
    is_accepted = models.BooleanField()
    rows = models.PositiveIntegerField()
    by_account = models.UUIDField(null=True)
    at = models.DateTimeField()


class Mapping(models.Model):
    """What the columns under one header are, as a department or station confirmed it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    division_code = models.CharField(max_length=15, db_collation="C")
    line = models.CharField(max_length=4, blank=True)
    fingerprint = models.CharField(max_length=32)
    kind = models.CharField(max_length=10)
    fields = models.JSONField()  # field by header label, "ignored" where the column is left out
    compound = models.CharField(max_length=60, blank=True, db_default="")  # of rows that name none
    by_account = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["division_code", "line", "fingerprint"], name="mapping_once"),
        ]
