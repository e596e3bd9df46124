"""A journal holds what still stands of what its row did: nothing, where it was undone and nothing had to stay."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_import_read_at")]
    operations = [
        migrations.RunSQL(
            """
            update exchange_stagedrow r set journal = '{}' from exchange_import i
            where r.imported_id = i.id and r.stays = '{}' and r.journal <> '{}'
              and (i.state = 'undone' or i.state = 'undoing' and r.place >= i.mark)
            """,
            migrations.RunSQL.noop,
        ),
    ]
