"""Closed cases of a city are read by the days of their acceptance along an index of it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0015_counted_by_index")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(fields=["accepted_at", "id"], name="case_accepted_all", condition=~Q(closed_at=None)),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
