"""Files of outlines and places while somebody looks at them."""

from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("trail", "0003_app_role")]

    operations = [
        migrations.CreateModel(
            name="GroundFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "kind",
                    models.CharField(choices=[("divisions", "Divisions"), ("buildings", "Buildings")], max_length=9),
                ),
                ("name", models.CharField(max_length=120)),
                ("layer", models.CharField(blank=True, max_length=60)),
                ("said", models.CharField(blank=True, max_length=60)),
                ("features", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("applied", "Applied"), ("undone", "Undone")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("by_name", models.CharField(max_length=50)),
                ("at", models.DateTimeField()),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("from_on", models.DateField(null=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("batch", models.UUIDField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["division_code", "-at", "id"], name="groundfile_division")],
            },
        ),
        reach_policy("geo_groundfile"),
    ]
