"""Buildings are found by where they stand."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_building_ref"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="building",
            index=models.Index(fields=["longitude", "latitude"], name="building_place"),
        ),
    ]
