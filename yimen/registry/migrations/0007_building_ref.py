"""Buildings have a public reference of their own. The database works it out, so what wrote them before still may."""

from django.db import migrations, models
from django.db.models.functions import Left

_REF_OF_ID = Left(
    models.Func(
        models.Func(models.Func(models.F("id"), function="uuid_send"), function="sha256"),
        models.Value("hex"),
        function="encode",
    ),
    12,
    output_field=models.CharField(max_length=12),
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_handlers")]

    operations = [
        migrations.AddField(
            "building",
            "ref",
            models.GeneratedField(db_persist=True, expression=_REF_OF_ID, output_field=models.CharField(max_length=12)),
        ),
        migrations.AddConstraint("building", models.UniqueConstraint(fields=["ref"], name="building_ref")),
    ]
