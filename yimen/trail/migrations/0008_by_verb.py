"""An auditor's question for one verb reads its entries and not everybody's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("trail", "0007_opened_above")]
    operations = [migrations.AddIndex("entry", models.Index(fields=["verb", "-id"], name="entry_verb"))]
