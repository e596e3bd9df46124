"""What is asked of a stairwell's patches comes from one index that holds all of it."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    expand_contract = {
        "AlterField patches.placement.stairwell": "only the index of the foreign key goes; the new one answers for it",
    }
    atomic = False
    dependencies = [("patches", "0005_deputies_named")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="placement",
            index=models.Index(
                fields=["stairwell", "from_on"],
                include=["to_on", "patch", "division_code"],
                name="placement_stairwell",
            ),
        ),
        migrations.AlterField(
            model_name="placement",
            name="stairwell",
            field=models.ForeignKey(
                on_delete=models.CASCADE, related_name="+", to="registry.stairwell", db_index=False
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
