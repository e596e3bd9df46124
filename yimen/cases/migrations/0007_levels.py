from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Left


def _level(digits: int) -> models.Field:
    column = models.CharField(max_length=digits, db_collation="C")
    return models.GeneratedField(expression=Left("division_code", digits), output_field=column, db_persist=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_paused_date")]
    operations = [
        migrations.AddField("case", "street_code", _level(9)),
        migrations.AddField("case", "district_code", _level(6)),
        *(
            migrations.AddIndex("case", models.Index(fields=fields, name=name, condition=condition))
            for name, fields, condition in (
                ("case_open_street", ["street_code", "due_at", "id"], Q(closed_at=None)),
                ("case_open_district", ["district_code", "due_at", "id"], Q(closed_at=None)),
                ("case_closed_street", ["street_code", "closed_at"], ~Q(closed_at=None)),
                ("case_closed_district", ["district_code", "closed_at"], ~Q(closed_at=None)),
            )
        ),
    ]
