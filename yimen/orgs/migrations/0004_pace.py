"""Names of two more numbers: how many residents may be opened above the stations."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_limits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="norm",
            name="name",
            field=models.CharField(
                choices=[
                    ("households_per_worker", "Households Per Worker"),
                    ("hall_area_least", "Hall Area Least"),
                    ("reveals_a_day_window", "Reveals Window"),
                    ("reveals_a_day_head", "Reveals Head"),
                    ("reveals_a_day_street", "Reveals Street"),
                    ("reveals_an_hour", "Reveals Hour"),
                    ("reveals_before_proof", "Reveals Unproved"),
                    ("opened_above_an_hour", "Opened Hour"),
                    ("opened_above_a_day", "Opened Day"),
                    ("export_rows_alone", "Export Rows"),
                ],
                max_length=30,
            ),
        ),
    ]
