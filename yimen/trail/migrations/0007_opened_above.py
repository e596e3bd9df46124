"""Counts what somebody above the stations opened today, inside the statement that opens one more."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("trail", "0006_sealed_answers")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                fields=["account_id", "-at"],
                name="entry_opened_above",
                condition=models.Q(verb="resident.read", role__in=["street", "district", "city"]),
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
