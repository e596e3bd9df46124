"""Patches, who answers for them, what-ifs and publications, boards and cards."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("trail", "0003_app_role"),
        ("access", "0005_approvals"),
        ("registry", "0006_handlers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Patch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("code", models.CharField(db_collation="C", max_length=15, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("division_code", "number"), name="patch_number"),
                    models.CheckConstraint(condition=models.Q(("number__range", (1, 999))), name="patch_number_fits"),
                    models.CheckConstraint(
                        condition=models.Q(("to_on", None), ("to_on__gt", models.F("from_on")), _connector="OR"),
                        name="patch_period",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("from_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("published", "Published"), ("dropped", "Dropped")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("placed", models.JSONField()),
                ("officers", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=list)),
                ("edition", models.PositiveIntegerField(default=1)),
                ("made_by", models.CharField(max_length=50)),
                ("made_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")), fields=("division_code",), name="plan_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Officer",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("side", models.CharField(max_length=1)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="officers", to="patches.patch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("to_on", None)), fields=["account"], name="officer_account")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("side__in", ["A", "B"])), name="officer_side"),
                    models.CheckConstraint(
                        condition=models.Q(("to_on", None), ("to_on__gt", models.F("from_on")), _connector="OR"),
                        name="officer_period",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("patch", "="),
                            ("side", "="),
                            (
                                models.Func(
                                    models.F("from_on"),
                                    models.F("to_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="officer_one_a_side",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("patch", "="),
                            ("account", "="),
                            (
                                models.Func(
                                    models.F("from_on"),
                                    models.F("to_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="officer_not_own_deputy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Card",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("given_on", models.DateField()),
                ("by_name", models.CharField(max_length=50)),
                ("replaced_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "dwelling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("replaced_on", None)), fields=["division_code"], name="card_division"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_on", None)), fields=("dwelling",), name="card_one_at_a_door"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Board",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("printed_at", models.DateTimeField()),
                ("posted_on", models.DateField(null=True)),
                ("removed_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "stairwell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.stairwell"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_on", None)), fields=["division_code"], name="board_division"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_on", None)), fields=("stairwell",), name="board_one_hangs"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="patches.patch"
                    ),
                ),
                (
                    "stairwell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="registry.stairwell"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["division_code", "from_on"], name="placement_division")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_on", None), ("to_on__gt", models.F("from_on")), _connector="OR"),
                        name="placement_period",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("stairwell", "="),
                            (
                                models.Func(
                                    models.F("from_on"),
                                    models.F("to_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="placement_in_one_patch",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("from_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=50)),
                ("by_account", models.UUIDField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("before", models.JSONField()),
                ("officers_before", models.JSONField(default=dict)),
                ("moved", models.PositiveIntegerField(default=0)),
                (
                    "plan",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.plan"
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="patches.publication",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["division_code", "-at"], name="publication_division")],
            },
        ),
        reach_policy("patches_patch"),
        reach_policy("patches_plan"),
        reach_policy("patches_officer"),
        reach_policy("patches_card"),
        reach_policy("patches_board"),
        reach_policy("patches_placement"),
        reach_policy("patches_publication"),
    ]
