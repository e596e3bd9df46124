"""The register under row-level security (decision 0011), and the searches that its indexes serve all the same.

Whoever is of two communities is known to both: who is registered at a door here and lives elsewhere, and where somebody
who is served here lived before. Those are looked at row by row, and only rows out of reach.
"""

from django.db import migrations

from yimen.core.policies import owners_function, reach_policy, within

HOUSED = f"""
begin
  return exists (select from registry_residence l
                 where l.resident_id = resident and l.to_on is null and {within("l.division_code")});
end
"""
SERVED = f"""
begin
  return exists (select from registry_resident r where r.id = resident and {within("r.division_code")});
end
"""
LIVED_IN = f"""
begin
  return exists (select from registry_residence l join registry_resident r on r.id = l.resident_id
                 where l.dwelling_id = dwelling and {within("r.division_code")});
end
"""
# Planned each time with the values of that time: a surname and a rare name want different ways. A range of codes beside
# a name would tempt the planner to read a whole street, so the reach stands there as something no index serves; in a
# list it may well choose the order of the list.
NAMED = """
declare
  digits int := case when length(low) >= 9 then 9 when length(low) >= 6 then 6 else 0 end;
  asked text := 'select r.* from registry_resident r where r.merged_into_id is null and not r.is_protected';
begin
  if listed then
    asked := asked || ' and r.division_code >= $1 and r.division_code < $1 || ''~'''
      || ' and r.division_code >= current_setting(''yimen.lo'', true)'
      || ' and r.division_code < current_setting(''yimen.hi'', true)';
  else
    asked := asked || ' and starts_with(r.division_code || '''', $1)'
      || ' and (r.division_code || '''') collate "C" >= current_setting(''yimen.lo'', true)'
      || ' and (r.division_code || '''') collate "C" < current_setting(''yimen.hi'', true)';
  end if;
  if digits > 0 then
    asked := asked || format(' and left(r.division_code, %s) = left($1, %s)', digits, digits);
  end if;
  if cardinality(all_of) > 0 then asked := asked || ' and r.name_keys @> $2'; end if;
  if cardinality(any_of) > 0 then asked := asked || ' and r.name_keys && $3'; end if;
  if born_by is not null then asked := asked || ' and r.birth_on <= $4'; end if;
  if born_after is not null then asked := asked || ' and r.birth_on > $5'; end if;
  if trait <> '' then
    asked := asked || ' and exists (select from registry_trait t where t.resident_id = r.id and t.kind = $6'
      || ' and t.to_on is null and t.value <> ''false''::jsonb)';
  end if;
  if after <> '' then
    asked := asked || ' and (r.division_code, r.sort_key, r.id)'
      || ' > (select a.division_code, a.sort_key, a.id from registry_resident a where a.ref = $7)';
  end if;
  if listed then asked := asked || ' order by r.division_code, r.sort_key, r.id'; end if;
  return query execute asked || format(' limit %s', most) using low, all_of, any_of, born_by, born_after, trait, after;
end
"""
ADDRESSED = """
declare
  digits int := case when length(low) >= 9 then 9 when length(low) >= 6 then 6 else 0 end;
  asked text := 'select d.* from registry_dwelling d where d.address like $2'
    || ' and starts_with(d.division_code || '''', $1)'
    || ' and (d.division_code || '''') collate "C" >= current_setting(''yimen.lo'', true)'
    || ' and (d.division_code || '''') collate "C" < current_setting(''yimen.hi'', true)';
begin
  if digits > 0 then
    asked := asked || format(' and left(d.division_code, %s) = left($1, %s)', digits, digits);
  end if;
  return query execute asked || format(' limit %s', most) using low, pattern;
end
"""
NAMED_BY = (
    "low text, all_of text[], any_of text[], most int, listed boolean default false, born_by date default null,"
    " born_after date default null, trait text default '', after text default ''"
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_building_place"), ("trail", "0003_app_role")]
    operations = [
        owners_function("registry_housed", "resident uuid", "boolean", HOUSED),
        owners_function("registry_served", "resident uuid", "boolean", SERVED),
        owners_function("registry_lived_in", "dwelling uuid", "boolean", LIVED_IN),
        owners_function("registry_named", NAMED_BY, "setof registry_resident rows 50", NAMED),
        owners_function(
            "registry_addressed", "low text, pattern text, most int", "setof registry_dwelling rows 50", ADDRESSED
        ),
        reach_policy("registry_resident", read_also="registry_housed(id)"),
        reach_policy("registry_dwelling", read_also="registry_lived_in(id)"),
        reach_policy("registry_residence", read_also="registry_served(resident_id)"),
        reach_policy("registry_household"),
        reach_policy("registry_householdmember"),
        reach_policy("registry_trait"),
        reach_policy("registry_materialonfile"),
        reach_policy("registry_change"),
        reach_policy("registry_merge"),
    ]
