"""A household that comes onto the must-visit list or leaves it makes its months' coverage out of date at once."""

from django.db import migrations

# As with visits: triggers only append. An end that lies ahead is counted on its night.
TRIGGERS = """
create function visits_touch_must() returns trigger language plpgsql as $$
begin
  insert into visits_touched (division_code, month)
  select distinct n.division_code, date_trunc('month', n.from_on)::date from written n;
  return null;
end $$;
create trigger visits_must_found after insert on visits_vulnerablehousehold
  referencing new table as written for each statement execute function visits_touch_must();
create trigger visits_must_dropped after delete on visits_vulnerablehousehold
  referencing old table as written for each statement execute function visits_touch_must();

create function visits_touch_must_ends() returns trigger language plpgsql as $$
begin
  insert into visits_touched (division_code, month)
  select distinct n.division_code, date_trunc('month', n.to_on)::date
  from (select * from was union all select * from written) n
  where n.to_on <= (now() at time zone 'Asia/Shanghai')::date;
  return null;
end $$;
create trigger visits_must_ended after update on visits_vulnerablehousehold
  referencing old table as was new table as written for each statement execute function visits_touch_must_ends();
"""
NO_TRIGGERS = """
drop trigger visits_must_ended on visits_vulnerablehousehold;
drop function visits_touch_must_ends();
drop trigger visits_must_dropped on visits_vulnerablehousehold;
drop trigger visits_must_found on visits_vulnerablehousehold;
drop function visits_touch_must();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0005_rounds_later"),
    ]

    operations = [
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
