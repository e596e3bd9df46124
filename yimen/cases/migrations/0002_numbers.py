"""Case numbers never wait for one another: a sequence, not a counter row. Gaps are harmless; the day is in the
number."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "create sequence cases_number minvalue 0 maxvalue 999999 start 0 cycle",
            "drop sequence cases_number",
        ),
        migrations.RunSQL(
            "create sequence cases_decision_number minvalue 0 maxvalue 999999 start 0 cycle",
            "drop sequence cases_decision_number",
        ),
    ]
