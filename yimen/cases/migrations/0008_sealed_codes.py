"""The code of a complaint is kept sealed, like that of a visit: from its hash alone no other hash can be made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_levels")]
    operations = [
        migrations.AddField(model_name="followup", name="secret", field=models.BinaryField(null=True)),
    ]
