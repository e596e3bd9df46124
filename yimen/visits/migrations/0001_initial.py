"""The rule for must-visit households, visits and what they found, boxes, groups, contacts and the journal."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("trail", "0003_app_role"),
        ("access", "0005_approvals"),
        ("patches", "0001_initial"),
        ("registry", "0006_handlers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("kind", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("number", models.CharField(blank=True, max_length=40)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContactBox",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("place", models.CharField(max_length=80)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                (
                    "stairwell",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.stairwell",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("number", models.CharField(max_length=24, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("box", "Box"),
                            ("call", "Call"),
                            ("group", "Group"),
                            ("web", "Web"),
                            ("desk", "Desk"),
                        ],
                        max_length=5,
                    ),
                ),
                ("caller_name", models.CharField(blank=True, max_length=50)),
                ("phone", models.BinaryField(null=True)),
                ("phone_hash", models.BinaryField(max_length=16, null=True)),
                ("words", models.BinaryField(null=True)),
                ("answer", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("answered", "Answered"), ("case", "Case")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("case_number", models.CharField(blank=True, max_length=24)),
                ("call_back", models.BooleanField(default=False)),
                ("called_back_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.channel"
                    ),
                ),
                (
                    "dwelling",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
                (
                    "first_asked",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.resident"
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.contactbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("agent", models.CharField(blank=True, max_length=120)),
                ("packed_at", models.DateTimeField(null=True)),
                ("doors", models.PositiveSmallIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("wipe_at", models.DateTimeField(null=True)),
                ("wiped_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Emptying",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=50)),
                ("by_account", models.UUIDField(null=True)),
                ("letters", models.PositiveSmallIntegerField()),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="emptyings", to="visits.contactbox"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Gap",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("month", models.DateField()),
                ("reason", models.CharField(max_length=12)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("by_name", models.CharField(max_length=50)),
                ("at", models.DateTimeField()),
                (
                    "dwelling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("month", models.DateField()),
                ("households", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=200)),
                ("asked_by", models.CharField(max_length=50)),
                ("asked_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=8)),
                ("answered_by", models.CharField(blank=True, max_length=50)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JournalNote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("by_name", models.CharField(max_length=50)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("words", models.BinaryField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "dwelling",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("by_name", models.CharField(max_length=50)),
                ("for_account", models.UUIDField(null=True)),
                ("for_name", models.CharField(blank=True, max_length=50)),
                ("at", models.DateTimeField()),
                ("on", models.DateField()),
                ("received_at", models.DateTimeField()),
                ("clock_off_s", models.IntegerField(default=0)),
                ("is_late", models.BooleanField(default=False)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("met", "Met"),
                            ("not_home", "Not Home"),
                            ("phone", "Phone"),
                            ("declined", "Declined"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "topics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=12), default=list, size=None
                    ),
                ),
                ("note", models.BinaryField(null=True)),
                ("via", models.CharField(default="desk", max_length=6)),
                ("device_id", models.UUIDField(null=True)),
                ("is_current", models.BooleanField(default=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
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
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="visits.visit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("kind", models.CharField(max_length=12)),
                ("content", models.BinaryField(null=True)),
                ("seen_version", models.PositiveIntegerField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("taken", "Taken"), ("refused", "Refused")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("case_number", models.CharField(blank=True, max_length=24)),
                ("at", models.DateTimeField()),
                ("decided_by", models.CharField(blank=True, max_length=50)),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                (
                    "contact",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="visits.contact",
                    ),
                ),
                (
                    "dwelling",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.resident"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="visits.visit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VulnerableHousehold",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("ref", models.CharField(default=yimen.core.ids.new_ref, max_length=12, unique=True)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("is_marked", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("by_name", models.CharField(blank=True, max_length=50)),
                ("from_on", models.DateField()),
                ("to_on", models.DateField(null=True)),
                (
                    "dwelling",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.dwelling"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VulnerableRule",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("from_on", models.DateField()),
                ("groups", models.JSONField()),
                ("document", models.CharField(max_length=120)),
                ("by_name", models.CharField(max_length=50)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("division_code", "from_on"), name="rule_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Walk",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                (
                    "dwellings",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("made_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
                (
                    "patch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patches.patch"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["division_code", "-at", "id"], name="contact_division"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["division_code", "at"], name="contact_open"
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["phone_hash", "-at"], name="contact_phone"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["patch", "-at"], name="contact_patch"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(fields=["dwelling", "-at"], name="contact_dwelling"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["account"], name="device_account"),
        ),
        migrations.AddIndex(
            model_name="emptying",
            index=models.Index(fields=["box", "-at"], name="emptying_box"),
        ),
        migrations.AddIndex(
            model_name="gap",
            index=models.Index(fields=["division_code", "month"], name="gap_month"),
        ),
        migrations.AddConstraint(
            model_name="gap",
            constraint=models.UniqueConstraint(fields=("dwelling", "month"), name="gap_once_a_month"),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "refused"), _negated=True),
                fields=("patch", "month"),
                name="goal_once_a_month",
            ),
        ),
        migrations.AddIndex(
            model_name="journalnote",
            index=models.Index(fields=["account", "-on", "id"], name="journal_account"),
        ),
        migrations.AddIndex(
            model_name="journalnote",
            index=models.Index(fields=["patch", "-on"], name="journal_patch"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["division_code", "-on", "id"], name="visit_division"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["dwelling", "-on"], name="visit_dwelling"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["patch", "-on", "id"], name="visit_patch"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["account", "-on", "id"], name="visit_account"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["division_code", "at"], name="finding_open"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["visit"], name="finding_visit"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("visit", None), ("contact", None), _connector="OR"), name="finding_from_one"
            ),
        ),
        migrations.AddIndex(
            model_name="vulnerablehousehold",
            index=models.Index(
                condition=models.Q(("to_on", None)), fields=["division_code", "dwelling"], name="vulnerable_open"
            ),
        ),
        migrations.AddIndex(
            model_name="vulnerablehousehold",
            index=models.Index(fields=["dwelling", "from_on"], name="vulnerable_dwelling"),
        ),
        migrations.AddConstraint(
            model_name="vulnerablehousehold",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_on", None), ("to_on__gte", models.F("from_on")), _connector="OR"),
                name="vulnerable_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="vulnerablehousehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_marked", False),
                    models.Q(models.Q(("reason", ""), _negated=True), models.Q(("to_on", None), _negated=True)),
                    _connector="OR",
                ),
                name="mark_has_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="vulnerablehousehold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_marked", False), ("to_on", None)), fields=("dwelling",), name="vulnerable_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="walk",
            constraint=models.UniqueConstraint(fields=("account", "patch"), name="walk_one_each"),
        ),
        reach_policy("visits_channel"),
        reach_policy("visits_contactbox"),
        reach_policy("visits_contact"),
        reach_policy("visits_device"),
        reach_policy("visits_emptying"),
        reach_policy("visits_gap"),
        reach_policy("visits_goal"),
        reach_policy("visits_journalnote"),
        reach_policy("visits_visit"),
        reach_policy("visits_finding"),
        reach_policy("visits_vulnerablehousehold"),
        reach_policy("visits_walk"),
    ]
