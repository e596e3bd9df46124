"""The order of turns, made beside the writers: a trail of millions is not locked for it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("trail", "0004_seals")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="entry",
            index=models.Index(fields=["turn", "id"], name="entry_turn"),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
