"""The doors that phones were packed with."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_coverage")]

    operations = [
        migrations.CreateModel(
            name="Pack",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "dwellings",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs", to="visits.device"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["account", "-at"], name="pack_account")]},
        ),
        reach_policy("visits_pack"),
    ]
