"""What a contact became, who wrote it down, answered it and answers for it, and how boxes and groups are found."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("visits", "0003_packs"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="handed_to",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
            ),
        ),
        migrations.AddField(
            model_name="contact", name="draft_ref", field=models.CharField(blank=True, db_default="", max_length=12)
        ),
        migrations.AddField(
            model_name="contact", name="by_name", field=models.CharField(blank=True, db_default="", max_length=50)
        ),
        migrations.AddField(
            model_name="contact", name="answered_by", field=models.CharField(blank=True, db_default="", max_length=50)
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(
                condition=~Q(state="answered") | Q(answer__isnull=False, closed_at__isnull=False),
                name="contact_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(condition=~Q(state="case") | ~Q(case_number=""), name="contact_case"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                fields=["draft_ref"], name="contact_draft", condition=Q(state="open") & ~Q(draft_ref="")
            ),
        ),
        migrations.AddIndex(
            model_name="contactbox", index=models.Index(fields=["division_code", "place"], name="box_division")
        ),
        migrations.AddIndex(
            model_name="channel", index=models.Index(fields=["division_code", "name"], name="channel_division")
        ),
        migrations.AddConstraint(
            model_name="contactbox",
            constraint=models.CheckConstraint(condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="box_period"),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="channel_period"
            ),
        ),
    ]
