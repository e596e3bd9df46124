"""Boards and cards name a deputy too: the register remembers whom. Null is nobody."""

import django.db.models.deletion
from django.db import migrations, models


def _deputy(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="deputy",
        field=models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0006_phone_sessions"), ("patches", "0003_signs")]
    operations = [_deputy("board"), _deputy("card")]
