"""Policies of reach in the form that `core.policies` gives them since: no index serves them, and the planner takes them
for half of a table (measured on a community of 9,000 cases: 7.1 ms to find the last case of five residents, 0.1 after;
12.5 ms of the database for a request of the usual mix, 3.8 after). A database made by this release has them already.

And the trail of a busy station is known to the planner before a tenth of a city's entries is new."""

from django.db import migrations

_REWRITE = r"""
do $$
declare
  one record;
  form constant text := '\(\((\S+) >= current_setting\(''yimen\.lo''::text, true\)\)'
    ' AND \(\1 < current_setting\(''yimen\.hi''::text, true\)\)\)';
  plain constant text := 'coalesce(\1 >= current_setting(''yimen.lo'', true)'
    ' and \1 < current_setting(''yimen.hi'', true), false)';
begin
  for one in
    select tablename, policyname, qual, with_check from pg_policies
    where schemaname = 'public' and concat(qual, with_check) ~ form and concat(qual, with_check) !~* 'coalesce'
  loop
    execute format('alter policy %I on %I', one.policyname, one.tablename)
      || coalesce(' using (' || regexp_replace(one.qual, form, plain, 'g') || ')', '')
      || coalesce(' with check (' || regexp_replace(one.with_check, form, plain, 'g') || ')', '');
  end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0009_policies")]
    operations = [
        migrations.RunSQL(_REWRITE, migrations.RunSQL.noop),
        migrations.RunSQL(
            "alter table trail_entry set (autovacuum_analyze_scale_factor = 0.01)",
            "alter table trail_entry reset (autovacuum_analyze_scale_factor)",
        ),
    ]
