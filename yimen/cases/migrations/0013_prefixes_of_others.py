"""No index of its own for a foreign key where another index begins with it."""

import django.db.models.deletion
from django.db import migrations, models

# The foreign keys stay as they are; altered by Django they would be dropped and checked anew.
_INDEXES = {
    "cases_case_resident_id_cb294121": "cases_case (resident_id)",
    "cases_casematerial_case_id_66fd4cfb": "cases_casematerial (case_id)",
    "cases_rating_case_id_428678e7": "cases_rating (case_id)",
}


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_tally")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"drop index {name}", f"create index {name} on {place}")
                for name, place in _INDEXES.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="case",
                    name="resident",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="registry.resident",
                    ),
                ),
                migrations.AlterField(
                    model_name="casematerial",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="cases.case",
                    ),
                ),
                migrations.AlterField(
                    model_name="rating",
                    name="case",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ratings",
                        to="cases.case",
                    ),
                ),
            ],
        )
    ]
