"""Who may open a protected resident."""

import django.db.models.deletion
from django.db import migrations, models

import yimen.core.ids
from yimen.core.policies import reach_policy


class Migration(migrations.Migration):
    dependencies = [("registry", "0005_indexes_by_reach"), ("trail", "0003_app_role")]

    operations = [
        migrations.CreateModel(
            name="Handler",
            fields=[
                (
                    "id",
                    models.UUIDField(default=yimen.core.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("account_id", models.UUIDField()),
                ("name", models.CharField(max_length=50)),
                ("named_at", models.DateTimeField()),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handlers", to="registry.resident"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account_id"], name="handler_account")],
                "constraints": [models.UniqueConstraint(fields=("resident", "account_id"), name="handler_once")],
            },
        ),
        reach_policy("registry_handler"),
    ]
