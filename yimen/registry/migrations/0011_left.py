"""People leave for places that have no door of ours."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_surnames_of_a_city")]
    operations = [
        migrations.AddField(
            model_name="residence",
            name="left_to",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
        migrations.AddField(
            model_name="residence",
            name="left_source",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddField(
            model_name="residence",
            name="left_as_of_on",
            field=models.DateField(null=True),
        ),
    ]
