"""The compound of rows that name none may be said with the file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_compound")]

    operations = [
        migrations.AddField("import", "compound", models.CharField(blank=True, db_default="", max_length=60)),
    ]
