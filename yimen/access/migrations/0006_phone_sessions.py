from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="is_phone",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
