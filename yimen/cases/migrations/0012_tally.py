"""What stands open in each division, counted every minute for those who oversee a whole district or city: counting a
city's 38,000 open cases anew took its page of supervision 40 of 126 ms. And each follow-up says where it comes from:
1,738 cases were looked up for that, on two pages (20 ms each); a third read them all to show the first 50."""

from django.db import migrations, models

_FILL = """
update cases_followup f set community_code = coalesce(
  (select c.division_code from cases_case c where c.id = f.case_id), f.division_code)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_swept_often")]
    expand_contract = {
        "AddField cases.followup.community_code": "the same transaction gives the column a default of its own",
    }
    operations = [
        migrations.AddField(
            "followup",
            "community_code",
            models.CharField(db_collation="C", max_length=15, default=""),
            preserve_default=False,
        ),
        # Not `db_default`: Django would read it back, and whoever complains may not read what is written.
        migrations.RunSQL("alter table cases_followup alter community_code set default ''", migrations.RunSQL.noop),
        migrations.AddIndex(
            "followup",
            models.Index(
                fields=["state", "due_on", "id"],
                include=["division_code", "community_code", "about", "kind"],
                name="follow_up_due",
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        *("division_code", "kind", "cause", "is_restricted"),
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("kind", models.CharField(max_length=10)),
                ("cause", models.CharField(max_length=10)),
                ("is_restricted", models.BooleanField()),
                ("cases", models.PositiveIntegerField()),
                ("first_due_at", models.DateTimeField(null=True)),
                ("promised_days", models.PositiveSmallIntegerField()),
            ],
        ),
    ]
