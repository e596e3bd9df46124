"""What was closed last in the whole city, without sorting all that was ever closed. Indexes that only serve LIKE on
numbers go; nobody asks so."""

from django.db import migrations, models
from django.db.models import Q

_NO_LIKE = """
do $$
declare name text;
begin
  for name in select indexrelid::regclass::text from pg_index
    where indrelid in ('cases_case'::regclass, 'cases_visit'::regclass, 'cases_decision'::regclass)
      and indexrelid::regclass::text like '%\\_like'
  loop
    execute 'drop index ' || name;
  end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_sealed_codes")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(fields=["closed_at", "id"], name="case_closed_all", condition=~Q(closed_at=None)),
        ),
        migrations.RunSQL(_NO_LIKE, migrations.RunSQL.noop),
    ]
