"""Lists by age begin with the day of birth: of a street's sixty thousand residents a hundred are older than ninety."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("registry", "0013_doors_of_a_city")]
    operations = [
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="resident",
            index=models.Index(
                fields=["birth_on", "division_code"], name="resident_born", condition=models.Q(merged_into=None)
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
