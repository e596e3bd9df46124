"""Days of look-ups, flags, and how far the days are judged."""

from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("trail", "0005_entry_turn")]

    operations = [
        migrations.CreateModel(
            name="Progress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("judged_until", models.DateField(null=True)),
                ("turn", models.BigIntegerField(default=0)),
                ("entry_id", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="DayOfLooks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.UUIDField()),
                ("on", models.DateField()),
                ("name", models.CharField(max_length=50)),
                ("role", models.CharField(max_length=12)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("people", models.PositiveIntegerField(default=0)),
                ("idle", models.PositiveIntegerField(default=0)),
                ("outside", models.PositiveIntegerField(default=0)),
                ("kin", models.PositiveIntegerField(default=0)),
                ("near", models.PositiveIntegerField(default=0)),
                ("own", models.PositiveIntegerField(default=0)),
                ("late", models.PositiveIntegerField(default=0)),
                ("reveals_idle", models.PositiveIntegerField(default=0)),
                ("searches", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["on"], name="looks_on")],
                "constraints": [models.UniqueConstraint(fields=("account_id", "on"), name="looks_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("account_id", models.UUIDField()),
                ("on", models.DateField()),
                ("rule", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=50)),
                ("role", models.CharField(max_length=12)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("numbers", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("explained", "Explained"), ("passed_on", "Passed On")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("reviewed_by", models.CharField(blank=True, max_length=50)),
                ("reviewed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "-id"], name="flag_state")],
                "constraints": [models.UniqueConstraint(fields=("account_id", "on", "rule"), name="flag_once")],
            },
        ),
        reach_policy("oversight_dayoflooks"),
        reach_policy("oversight_flag"),
        migrations.RunSQL("insert into oversight_progress (turn, entry_id) values (0, 0)", migrations.RunSQL.noop),
    ]
