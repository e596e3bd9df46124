"""When a preview was read, so that one made before an undo is known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_import_compound")]

    operations = [migrations.AddField("import", "read_at", models.DateTimeField(null=True))]
