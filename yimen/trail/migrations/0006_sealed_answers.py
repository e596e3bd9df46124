"""Stored answers are sealed, and found by their age when they have been kept long enough."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0005_entry_turn")]
    operations = [
        migrations.AddField(model_name="idempotency", name="answer", field=models.BinaryField(null=True)),
        migrations.AddIndex(model_name="idempotency", index=models.Index(fields=["at"], name="idempotency_at")),
    ]
