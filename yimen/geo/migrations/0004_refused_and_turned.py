"""A file that could not be read is told apart from one that somebody threw away, and one whose metres were turned into
degrees from one that held degrees."""

from django.db import migrations, models

_STATES = [
    ("reading", "Reading"),
    ("open", "Open"),
    ("applying", "Applying"),
    ("applied", "Applied"),
    ("undoing", "Undoing"),
    ("undone", "Undone"),
    ("refused", "Refused"),
    ("dropped", "Dropped"),
]


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_undone_by_the_worker")]

    operations = [
        migrations.AddField(
            model_name="groundfile",
            name="is_turned",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AlterField(
            model_name="groundfile",
            name="state",
            field=models.CharField(choices=_STATES, default="reading", max_length=8),
        ),
        migrations.RunSQL(
            "update geo_groundfile set state = 'refused' where state = 'dropped'"
            " and problem->>'message' not like 'Thrown away before%'"
            " and problem->>'message' not like 'Nobody brought it%'",
            "update geo_groundfile set state = 'dropped' where state = 'refused'",
        ),
    ]
