"""What a row was read with, so that what was decided about it can be taken back."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_journal_of_what_stands")]
    operations = [
        migrations.AddField(
            "stagedrow",
            "fixes",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.RunSQL(
            """
            update exchange_stagedrow r set
                fixes = case when r.verdict = 'fixable' then r.pending else '{}' end,
                would_be = case when r.verdict = 'refused' then 'refused' else r.would_be end
            from exchange_import i
            where i.id = r.imported_id and i.state = 'ready' and r.verdict in ('fixable', 'refused')
            """,
            migrations.RunSQL.noop,
        ),
    ]
