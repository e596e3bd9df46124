"""Previews list their rows as the file has them, and those of which a cell was left out or that stay after an undo."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("exchange", "0006_stagedrow_fixes")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="stagedrow",
            index=models.Index(fields=["imported", "verdict", "sheet", "line"], name="staged_row_tab_in_file"),
        ),
        AddIndexConcurrently(
            model_name="stagedrow",
            index=models.Index(
                fields=["imported", "sheet", "line"],
                name="staged_row_cells",
                condition=~models.Q(verdict="refused") & ~models.Q(reasons=[]),
            ),
        ),
        AddIndexConcurrently(
            model_name="stagedrow",
            index=models.Index(
                fields=["imported", "sheet", "line"], name="staged_row_stays", condition=~models.Q(stays=[])
            ),
        ),
        RemoveIndexConcurrently(model_name="stagedrow", name="staged_row_tab"),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
