"""What a contact became, who wrote it down, answered it and answers for it, and how boxes and groups are found; what
visits find comes of visits alone."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("visits", "0003_packs"),
    ]

    expand_contract = {
        "RemoveField visits.finding.contact": "was never written nor read; contacts open intakes of their own",
        "AlterField visits.finding.visit": "every finding there is came of a visit",
    }
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
        migrations.AddConstraint(
            model_name="contact",
            constraint=models.CheckConstraint(condition=Q(at__lte=F("received_at")), name="contact_not_ahead"),
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
        migrations.AddIndex(
            model_name="emptying", index=models.Index(fields=["by_account", "-at"], name="emptying_account")
        ),
        migrations.AddConstraint(
            model_name="contactbox",
            constraint=models.UniqueConstraint(
                fields=["division_code", "place"], condition=Q(to_on=None), name="box_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="channel",
            constraint=models.UniqueConstraint(
                fields=["division_code", "kind", "name"], condition=Q(to_on=None), name="channel_once"
            ),
        ),
        migrations.RemoveConstraint(model_name="finding", name="finding_from_one"),
        migrations.RemoveField(model_name="finding", name="contact"),
        migrations.AlterField(
            model_name="finding",
            name="visit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="visits.visit"
            ),
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
