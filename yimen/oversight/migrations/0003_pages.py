"""Pages of the register that were turned and led to nobody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_searches")]

    operations = [
        migrations.AddField(
            model_name="dayoflooks",
            name="pages",
            field=models.PositiveIntegerField(default=0, db_default=0),
        )
    ]
