"""Searches that hold over a whole city: what is typed first, and doors together with names and addresses.

Of the keys that letters may stand for, the first is the letters themselves: where it alone finds enough people, the
others, up to thirty unfinished syllables, are not read. A district is read like a city (0010): along its residents,
where many bear the name. A door is looked for inside the search by name or by address, since ten thousand doors of a
city are called 2-301 and the first hundred of them say little about one estate. A list in order gathers whoever bears
the name and sorts them; only when there are very many does it go along the order, which for a rare name would be
everybody.
"""

from django.db import migrations

from yimen.core.policies import owners_function, within

MOST_GATHERED = 2000

# Planned each time with the values of that time (decision 0011). A range of codes beside a rare name would tempt the
# planner to read a whole street, so below a district the reach stands there as something no index serves.
NAMED = f"""
declare
  digits int := case when length(low) >= 9 then 9 when length(low) >= 6 then 6 else 0 end;
  sources text := ' from registry_resident r';
  named text := ' where r.merged_into_id is null and not r.is_protected';
  ranged constant text := ' and r.division_code >= $1 and r.division_code < $1 || ''~'''
    || ' and r.division_code >= current_setting(''yimen.lo'', true)'
    || ' and r.division_code < current_setting(''yimen.hi'', true)';
  hidden constant text := ' and starts_with(r.division_code || '''', $1)'
    || ' and (r.division_code || '''') collate "C" >= current_setting(''yimen.lo'', true)'
    || ' and (r.division_code || '''') collate "C" < current_setting(''yimen.hi'', true)';
  onward text := '';
  found int := 0;
  gathered uuid[];
begin
  if door <> '' then  -- nobody lives in two places at once, so nobody is found twice
    sources := sources || ' join registry_residence l on l.resident_id = r.id and l.to_on is null'
      || ' and l.kind in (''both'', ''living'') join registry_dwelling d on d.id = l.dwelling_id'
      || case when door like '%-' then ' and d.door >= $8 and d.door < rtrim($8, ''-'') || ''.'''  -- "." follows "-"
         else ' and (d.door = $8 or d.door_short = $8)' end
      || ' and d.division_code >= $1 and d.division_code < $1 || ''~'''
      || ' and {within("d.division_code").replace("'", "''")}';
  end if;
  if digits > 0 then
    named := named || format(' and left(r.division_code, %s) = left($1, %s)', digits, digits);
  end if;
  if cardinality(all_of) > 0 then named := named || ' and r.name_keys @> $2'; end if;
  if born_by is not null then named := named || ' and r.birth_on <= $4'; end if;
  if born_after is not null then named := named || ' and r.birth_on > $5'; end if;
  if trait <> '' then
    named := named || ' and exists (select from registry_trait t where t.resident_id = r.id and t.kind = $6'
      || ' and t.to_on is null and t.value <> ''false''::jsonb'
      || ' and t.division_code >= $1 and t.division_code < $1 || ''~'')';
  end if;
  if after <> '' then
    onward := ' and (r.division_code, r.sort_key, r.id)'
      || ' > (select a.division_code, a.sort_key, a.id from registry_resident a where a.ref = $7)';
  end if;
  if not listed then
    named := named || case when digits < 9 then ranged else hidden end || onward;
    if cardinality(any_of) > 1 then
      return query execute 'select r.*' || sources || named || format(' and r.name_keys @> $3 limit %s', most)
        using low, all_of, any_of[1:1], born_by, born_after, trait, after, door;
      get diagnostics found = row_count;
      if found >= most then return; end if;
      named := named || ' and r.name_keys && $3 and not r.name_keys @> $9';
    elsif cardinality(any_of) > 0 then
      named := named || ' and r.name_keys && $3';
    end if;
    return query execute 'select r.*' || sources || named || format(' limit %s', most - found)
      using low, all_of, any_of, born_by, born_after, trait, after, door, any_of[1:1];
    return;
  end if;
  if cardinality(any_of) > 0 then named := named || ' and r.name_keys && $3'; end if;
  execute 'select array_agg(x.id) from (select r.id' || sources || named || hidden || ' limit {MOST_GATHERED}) x'
    into gathered using low, all_of, any_of, born_by, born_after, trait, after, door;
  if coalesce(cardinality(gathered), 0) < {MOST_GATHERED} then
    return query execute 'select r.* from registry_resident r where r.id = any($1)' || replace(onward, '$7', '$2')
      || format(' order by r.division_code, r.sort_key, r.id limit %s', most) using gathered, after;
  else
    return query execute 'select r.*' || sources || named || ranged || onward
      || format(' order by r.division_code, r.sort_key, r.id limit %s', most)
      using low, all_of, any_of, born_by, born_after, trait, after, door;
  end if;
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
  if door <> '' then asked := asked || ' and (d.door = $3 or d.door_short = $3)'; end if;
  return query execute asked || format(' limit %s', most) using low, pattern, door;
end
"""

NAMED_BY = (
    "low text, all_of text[], any_of text[], most int, listed boolean default false, born_by date default null,"
    " born_after date default null, trait text default '', after text default '', door text default ''"
)
ADDRESSED_BY = "low text, pattern text, most int, door text default ''"


def _anew(name: str, arguments: str, returns: str, body: str) -> migrations.RunSQL:
    """The function made again. It stays when this is taken back: earlier code calls it without a door."""
    made = owners_function(name, arguments, returns, body)
    # What stops early calls no helpers, and begins at the beginning, not where another reader of the table is.
    begun = "".join(
        f"alter function {name} set {setting};"
        for setting in ("max_parallel_workers_per_gather = 0", "synchronize_seqscans = off")
    )
    return migrations.RunSQL(f"drop function {name};{made.sql}{begun}", migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_prefixes_of_others")]
    operations = [
        _anew("registry_named", NAMED_BY, "setof registry_resident rows 50", NAMED),
        _anew("registry_addressed", ADDRESSED_BY, "setof registry_dwelling rows 50", ADDRESSED),
    ]
