"""Pairs of records that may be one person; under the reach of whoever decides about both."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_seal_words_of_traits"),
        ("trail", "0003_app_role"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "grounds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                ("compared", models.CharField(max_length=32)),
                ("state", models.CharField(default="open", max_length=6)),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=50)),
                ("reason", models.CharField(blank=True, max_length=10)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.resident"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.resident"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["division_code", "state", "id"], name="duplicate_desk")],
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="duplicate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="duplicate_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                ("state", "apart"),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("decided_at", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="duplicate_decided",
                    ),
                ],
            },
        ),
        reach_policy("registry_duplicate"),
    ]
