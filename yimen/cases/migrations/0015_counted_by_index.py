"""A station of thousands of open cases counts those that stand still and those sent back without reading the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0014_cases_of_a_name")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["division_code"], name="case_paused", condition=Q(closed_at=None, is_paused=True)
            ),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["division_code"],
                name="case_returned",
                condition=Q(closed_at__isnull=True, returned_at__isnull=False),
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
