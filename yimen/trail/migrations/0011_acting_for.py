"""What somebody did for an absent colleague is found by that colleague, without reading the whole trail."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("trail", "0010_reach_estimated")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(
                fields=["acting_for", "-id"],
                name="entry_acting_for",
                condition=models.Q(("acting_for", None), _negated=True),
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
