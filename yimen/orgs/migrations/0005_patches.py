"""Names of the numbers of patches and visits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_pace"),
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
                    ("households_per_patch", "Households Per Patch"),
                    ("patch_tolerance", "Patch Tolerance"),
                    ("patch_most", "Patch Most"),
                    ("visits_a_month", "Visits A Month"),
                    ("unseen_months", "Unseen Months"),
                    ("empty_box_days", "Box Days"),
                ],
                max_length=30,
            ),
        ),
    ]
