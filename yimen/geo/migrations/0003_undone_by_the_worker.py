"""Files of ground are taken back by the worker too."""

from django.db import migrations, models
from django.db.models import Q

_STATES = [
    ("reading", "Reading"),
    ("open", "Open"),
    ("applying", "Applying"),
    ("applied", "Applied"),
    ("undoing", "Undoing"),
    ("undone", "Undone"),
    ("dropped", "Dropped"),
]


class Migration(migrations.Migration):
    dependencies = [("geo", "0002_read_by_the_worker")]

    operations = [
        migrations.AlterField(
            model_name="groundfile",
            name="state",
            field=models.CharField(choices=_STATES, default="reading", max_length=8),
        ),
        migrations.RemoveIndex(model_name="groundfile", name="groundfile_working"),
        migrations.AddIndex(
            model_name="groundfile",
            index=models.Index(
                condition=Q(("state__in", ["reading", "applying", "undoing"])),
                fields=["changed_at"],
                name="groundfile_working",
            ),
        ),
    ]
