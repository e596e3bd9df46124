"""Files of ground are read, judged and brought in by the worker; what was sent is kept sealed until it is read."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import yimen.core.ids
from yimen.core.policies import reach_policy

_STATES = [
    ("reading", "Reading"),
    ("open", "Open"),
    ("applying", "Applying"),
    ("applied", "Applied"),
    ("undone", "Undone"),
    ("dropped", "Dropped"),
]


def _field(name: str, field: models.Field) -> migrations.AddField:
    return migrations.AddField(model_name="groundfile", name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("geo", "0001_ground_files")]

    operations = [
        _field("judged", models.JSONField(db_default={}, default=dict)),
        _field("problem", models.JSONField(db_default={}, default=dict)),
        _field("by_account", models.UUIDField(null=True)),
        _field("actor", models.JSONField(db_default={}, default=dict)),
        _field("leave_out", models.BooleanField(db_default=False, default=False)),
        _field("is_certain", models.BooleanField(db_default=False, default=False)),
        _field("purged_at", models.DateTimeField(null=True)),
        migrations.AlterField(model_name="groundfile", name="features", field=models.JSONField(default=list)),
        migrations.AlterField(
            model_name="groundfile",
            name="state",
            field=models.CharField(choices=_STATES, default="reading", max_length=8),
        ),
        migrations.AddIndex(
            model_name="groundfile",
            index=models.Index(
                condition=Q(("state__in", ["reading", "applying"])), fields=["changed_at"], name="groundfile_working"
            ),
        ),
        migrations.CreateModel(
            name="GroundPart",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("number", models.PositiveSmallIntegerField()),
                ("body", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="geo.groundfile"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["file", "number"], name="ground_part_once")],
            },
        ),
        reach_policy("geo_groundpart"),
    ]
