"""A round written down on a later day keeps both, and a box that was moved knows where it hung first."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_contacts")]

    operations = [
        migrations.AddField(
            model_name="contactbox",
            name="first",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="visits.contactbox"
            ),
        ),
        migrations.AddField(model_name="emptying", name="written_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="emptying",
            constraint=models.CheckConstraint(
                condition=Q(written_at=None) | Q(written_at__gt=F("at")), name="emptying_written_after"
            ),
        ),
    ]
