from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_numbers")]
    operations = [
        migrations.AddField("case", name, models.DateTimeField(null=True))
        for name in ("reopened_at", "returned_at", "changed_at")
    ]
