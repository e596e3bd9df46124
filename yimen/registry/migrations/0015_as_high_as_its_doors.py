"""A building has as many floors as its highest door at least; rosters kept those of the first door they named."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0014_resident_born")]
    operations = [
        migrations.AlterField(
            model_name="change",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="registry.change",
            ),
        ),
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        migrations.RunSQL(
            """
            update registry_building b set floors = found.highest
            from (
              select s.building_id, max(d.floor) highest
              from registry_stairwell s join registry_dwelling d on d.stairwell_id = s.id group by 1
            ) found
            where found.building_id = b.id and found.highest > b.floors
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
