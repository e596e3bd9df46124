from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_spared_cases")]
    operations = [
        migrations.RemoveConstraint("case", "case_paused_has_no_date"),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=Q(is_paused=False) | Q(due_on=None) | Q(due_at__lt=F("changed_at") + timedelta(days=1)),
                name="case_paused_date_was_reached",
            ),
        ),
    ]
