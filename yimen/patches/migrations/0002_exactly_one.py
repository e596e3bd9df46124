"""Every stairwell of a community that has begun lies in exactly one patch on any day, held by the database (decision
0022). At most one is the exclusion constraint of the first migration; at least one is here."""

from django.db import migrations, models

from yimen.core.policies import reach_policy

# Whoever divides a community holds its lock alone, whoever adds stairwells holds it with others like them.
_LOCK = "hashtextextended('yimen.patches.' || {code}, 0)"
_DEFINER = "language plpgsql security definer set search_path = public, pg_temp"

FORWARD = f"""
create function patches_refuse_gap(well uuid) returns void {_DEFINER} as $$
declare community text; since date;
begin
  select s.division_code, b.from_on into community, since
  from registry_stairwell s left join patches_beginning b on b.division_code = s.division_code where s.id = well;
  if not found then return; end if;
  if exists (
    select from patches_placement l join patches_patch p on p.id = l.patch_id
    where l.stairwell_id = well and (l.division_code <> community or p.division_code <> community
      or not daterange(p.from_on, p.to_on) @> daterange(l.from_on, l.to_on))
  ) then
    raise exception 'A stairwell lies in a patch of its own community, while that patch exists: %.', well
      using errcode = 'check_violation', table = 'patches_placement', constraint = 'placement_within_patch';
  end if;
  if ((select range_agg(daterange(from_on, to_on)) from patches_placement where stairwell_id = well)
    is distinct from (case when since is not null then datemultirange(daterange(since, null)) end))
  then
    raise exception 'A stairwell lies in exactly one patch from the day its community began: %.', well
      using errcode = 'check_violation', table = 'patches_placement', constraint = 'stairwell_in_one_patch';
  end if;
end $$;

create function patches_after_placement() returns trigger {_DEFINER} as $$
begin
  if tg_op <> 'DELETE' then perform patches_refuse_gap(new.stairwell_id); end if;
  if tg_op <> 'INSERT' then
    perform patches_refuse_gap(old.stairwell_id);
    delete from patches_beginning b where b.division_code = old.division_code
      and not exists (select from patches_placement l where l.division_code = old.division_code);
  end if;
  return null;
end $$;
create constraint trigger patches_one_patch_each after insert or update or delete on patches_placement
  deferrable initially deferred for each row execute function patches_after_placement();

create function patches_after_patch() returns trigger {_DEFINER} as $$
begin
  perform patches_refuse_gap(l.stairwell_id) from patches_placement l where l.patch_id = new.id;
  return null;
end $$;
create constraint trigger patches_within_patch after update of from_on, to_on, division_code on patches_patch
  deferrable initially deferred for each row execute function patches_after_patch();

create function patches_before_beginning() returns trigger {_DEFINER} as $$
begin
  perform pg_advisory_xact_lock({_LOCK.format(code="new.division_code")});
  return new;
end $$;
create trigger patches_alone before insert on patches_beginning
  for each row execute function patches_before_beginning();

create function patches_after_beginning() returns trigger {_DEFINER} as $$
declare community text;
begin
  if tg_op = 'DELETE' then community := old.division_code; else community := new.division_code; end if;
  perform patches_refuse_gap(s.id)
  from registry_compound c join registry_building b on b.compound_id = c.id
  join registry_stairwell s on s.building_id = b.id where c.division_code = community;
  return null;
end $$;
create constraint trigger patches_everybody after insert or update or delete on patches_beginning
  deferrable initially deferred for each row execute function patches_after_beginning();

create function patches_place_new() returns trigger {_DEFINER} as $$
begin
  perform pg_advisory_xact_lock_shared({_LOCK.format(code="code")})
  from (select distinct division_code code from added order by 1) ordered;
  insert into patches_placement (id, division_code, stairwell_id, patch_id, from_on, to_on)
  select gen_random_uuid(), n.division_code, n.id, l.patch_id, l.from_on, l.to_on
  from added n
  join patches_beginning t on t.division_code = n.division_code
  join registry_building b on b.id = n.building_id
  cross join lateral (
    select s.id from registry_compound c
    join registry_building o on o.compound_id = c.id join registry_stairwell s on s.building_id = o.id
    where c.division_code = n.division_code
      and exists (select from patches_placement k where k.stairwell_id = s.id)
    order by o.id = b.id desc,
      ((o.longitude - b.longitude) * cos(radians(b.latitude))) ^ 2 + (o.latitude - b.latitude) ^ 2 nulls last,
      o.compound_id = b.compound_id desc, o.id, s.id
    limit 1
  ) near
  join patches_placement l on l.stairwell_id = near.id;
  return null;
end $$;
create trigger patches_place_new after insert on registry_stairwell referencing new table as added
  for each statement execute function patches_place_new();

create function patches_keep_community() returns trigger {_DEFINER} as $$
begin
  if exists (select from patches_placement l where l.stairwell_id = new.id) then
    raise exception 'A stairwell that lies in a patch stays in its community: %.', new.id
      using errcode = 'check_violation', table = 'registry_stairwell', constraint = 'stairwell_keeps_community';
  end if;
  return new;
end $$;
create trigger patches_keep_community before update of division_code on registry_stairwell
  for each row when (old.division_code <> new.division_code) execute function patches_keep_community();

create function patches_refuse_gaps() returns void {_DEFINER} as $$
declare well uuid;
begin
  select s.id into well
  from registry_stairwell s join patches_beginning b on b.division_code = s.division_code
  left join (
    select l.stairwell_id, range_agg(daterange(l.from_on, l.to_on)) days,
      bool_and(l.division_code = p.division_code and daterange(p.from_on, p.to_on) @> daterange(l.from_on, l.to_on)) fit
    from patches_placement l join patches_patch p on p.id = l.patch_id group by 1
  ) f on f.stairwell_id = s.id
  where f.fit is not true or f.days <> datemultirange(daterange(b.from_on, null)) limit 1;
  if found then perform patches_refuse_gap(well); end if;
end $$;

revoke update, delete on patches_beginning from yimen_app;
"""
BACKWARD = """
drop trigger patches_keep_community on registry_stairwell;
drop trigger patches_place_new on registry_stairwell;
drop trigger patches_everybody on patches_beginning;
drop trigger patches_alone on patches_beginning;
drop trigger patches_within_patch on patches_patch;
drop trigger patches_one_patch_each on patches_placement;
drop function patches_refuse_gaps, patches_keep_community, patches_place_new, patches_after_beginning,
  patches_before_beginning, patches_after_patch, patches_after_placement, patches_refuse_gap;
"""


class Migration(migrations.Migration):
    dependencies = [("patches", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Beginning",
            fields=[
                (
                    "division_code",
                    models.CharField(db_collation="C", max_length=15, primary_key=True, serialize=False),
                ),
                ("from_on", models.DateField()),
            ],
        ),
        reach_policy("patches_beginning"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
