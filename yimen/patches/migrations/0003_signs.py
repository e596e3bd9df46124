"""Photos of officers, and PDFs of boards and cards on their way."""

import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_approvals"),
        ("patches", "0002_exactly_one"),
    ]

    operations = [
        migrations.CreateModel(
            name="Portrait",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="access.account",
                    ),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("image", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Print",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("kind", models.CharField(max_length=6)),
                ("paper", models.CharField(max_length=2)),
                ("is_due", models.BooleanField(default=False)),
                ("origin", models.CharField(max_length=120)),
                ("language", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("file", models.BinaryField(null=True)),
                ("by_name", models.CharField(max_length=50)),
                ("by_account", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "patch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["division_code", "-at"], name="print_division")],
            },
        ),
        reach_policy("patches_portrait"),
        reach_policy("patches_print"),
    ]
