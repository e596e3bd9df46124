from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_phone_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="is_displaced",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
