"""The number residents may call: a city's hotline, a street's phone for supervision."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0006_outlines")]

    operations = [
        migrations.AddField(
            model_name="division",
            name="phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=20),
            preserve_default=False,
        ),
    ]
