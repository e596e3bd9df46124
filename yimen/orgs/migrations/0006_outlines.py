"""Where divisions lie, for a period."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

import yimen.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0005_patches"),
    ]

    operations = [
        migrations.CreateModel(
            name="Outline",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("polygons", models.JSONField()),
                ("west", models.FloatField()),
                ("south", models.FloatField()),
                ("east", models.FloatField()),
                ("north", models.FloatField()),
                ("reference", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=200)),
                ("batch", models.UUIDField()),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("to_on", None)), fields=["division_code"], name="outline_open"),
                    models.Index(fields=["batch"], name="outline_batch"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_on", None), ("to_on__gte", models.F("from_on")), _connector="OR"),
                        name="outline_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("south__lte", models.F("north")), ("west__lte", models.F("east"))),
                        name="outline_box",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("division_code", "="),
                            (
                                models.Func(
                                    models.F("from_on"),
                                    models.F("to_on"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="outline_one_a_day",
                    ),
                ],
            },
        ),
    ]
