"""No index of its own for a foreign key where another index begins with it; nobody asks for residents that are merged
into none."""

import django.db.models.deletion
from django.db import migrations, models

# The foreign keys stay as they are; altered by Django they would be dropped and checked anew.
_INDEXES = {
    "registry_building_compound_id_88c14d3c": "registry_building (compound_id)",
    "registry_stairwell_building_id_535eda15": "registry_stairwell (building_id)",
    "registry_dwelling_stairwell_id_07673ba2": "registry_dwelling (stairwell_id)",
    "registry_resident_merged_into_id_678b9361": "registry_resident (merged_into_id)",
    "registry_handler_resident_id_6b80722e": "registry_handler (resident_id)",
    "registry_materialonfile_resident_id_f620d44c": "registry_materialonfile (resident_id)",
    "registry_change_resident_id_a5d922c2": "registry_change (resident_id)",
}


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_left")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"drop index {name}", f"create index {name} on {place}")
                for name, place in _INDEXES.items()
            ],
            state_operations=[
                migrations.AlterField(
                    model_name="building",
                    name="compound",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.compound"
                    ),
                ),
                migrations.AlterField(
                    model_name="change",
                    name="resident",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="registry.resident",
                    ),
                ),
                migrations.AlterField(
                    model_name="dwelling",
                    name="stairwell",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.stairwell"
                    ),
                ),
                migrations.AlterField(
                    model_name="handler",
                    name="resident",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handlers",
                        to="registry.resident",
                    ),
                ),
                migrations.AlterField(
                    model_name="materialonfile",
                    name="resident",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="materials",
                        to="registry.resident",
                    ),
                ),
                migrations.AlterField(
                    model_name="resident",
                    name="merged_into",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.resident",
                    ),
                ),
                migrations.AlterField(
                    model_name="stairwell",
                    name="building",
                    field=models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="registry.building"
                    ),
                ),
            ],
        )
    ]
