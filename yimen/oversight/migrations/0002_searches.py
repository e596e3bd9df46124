"""Searches that led nowhere, and protected residents looked at without a cause."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="dayoflooks",
            name=name,
            field=models.PositiveIntegerField(default=0, db_default=0),
        )
        for name in ("fruitless", "shielded")
    ]
