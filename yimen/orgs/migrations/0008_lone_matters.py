"""How many matters of a station hang on one person, kept where the city can read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0007_phones")]

    operations = [
        migrations.AddField(
            model_name="station",
            name="lone_matters",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
