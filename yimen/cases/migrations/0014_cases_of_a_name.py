"""The cases of whoever bears a name, in reach (decisions 11 and 34): the resident may be of another community.

They are asked with the owner's eyes, since the index of names lies idle beneath a policy, and the reach of the case
itself is asked for. Names are found by their index whatever the planner expects: it takes a rare one for one in eighty.

And two indexes: of what a case's number begins with, and of the restricted cases, of which every figure counts those
that its list does not show.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from yimen.core.policies import owners_function, within

NAMED = f"""
declare
  bearers uuid[];
begin
  if cardinality(all_of) <= 1 and exists (
    select from pg_stats s cross join unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(key, share)
    where s.tablename = 'registry_resident' and s.attname = 'name_keys' and e.key = coalesce(all_of[1], any_of[1])
      and e.share * (select t.reltuples from pg_class t where t.oid = 'registry_resident'::regclass) > 2 * most
  ) then  -- a surname: half a million need not be counted
    return next null;
    return;
  end if;
  execute 'select array_agg(x.id) from (select r.id from registry_resident r where not r.is_protected'
    || case when cardinality(all_of) > 0 then ' and r.name_keys @> $1' else '' end
    || case when cardinality(any_of) > 0 then ' and r.name_keys && $2' else '' end
    || format(' limit %s) x', most + 1) into bearers using all_of, any_of;
  if cardinality(bearers) > most then
    return next null;  -- too many to gather
    return;
  end if;
  return query select c.id from cases_case c where c.resident_id = any(bearers) and {within("c.division_code")};
end
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0013_prefixes_of_others"), ("registry", "0013_doors_of_a_city")]
    operations = [
        owners_function("cases_named", "all_of text[], any_of text[], most int", "setof uuid rows 50", NAMED),
        migrations.RunSQL(
            "alter function cases_named set enable_seqscan = off;alter function cases_named set enable_indexscan = off",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("set statement_timeout = 0", "set statement_timeout = 0"),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(fields=["number"], opclasses=["varchar_pattern_ops"], name="case_number_begins"),
        ),
        AddIndexConcurrently(
            model_name="case",
            index=models.Index(
                fields=["closed_at", "division_code"], name="case_restricted", condition=models.Q(is_restricted=True)
            ),
        ),
        migrations.RunSQL("reset statement_timeout", "reset statement_timeout"),
    ]
