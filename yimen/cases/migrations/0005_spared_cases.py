from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_figures")]
    operations = [
        migrations.AddField("daily", "spared_cases", models.PositiveIntegerField(default=0), preserve_default=False)
    ]
