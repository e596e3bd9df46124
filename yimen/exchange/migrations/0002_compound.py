"""The compound of rows that name none is remembered with the mapping of their header."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_imports")]

    operations = [
        migrations.AddField("mapping", "compound", models.CharField(blank=True, db_default="", max_length=60)),
    ]
