"""No list asks for noted rows any more. The column stays until no older program writes it; a later upgrade drops it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_rows_in_file_order")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "alter table exchange_stagedrow alter column is_noted set default false",
                    "alter table exchange_stagedrow alter column is_noted drop default",
                )
            ],
            [migrations.RemoveField("stagedrow", "is_noted")],
        ),
    ]
