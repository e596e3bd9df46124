"""How many posts of a station have nobody in them, kept where the city can read it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orgs", "0008_lone_matters")]
    operations = [
        migrations.AddField("station", "bare_posts", models.PositiveSmallIntegerField(db_default=0, default=0))
    ]
