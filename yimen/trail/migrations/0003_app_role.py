"""The role as which web and worker act: it owns nothing, so policies hold for it. See yimen.core.policies."""

from django.db import migrations

FORWARD = """
do $$ begin
  if not exists (select from pg_roles where rolname = 'yimen_app') then
    begin
      create role yimen_app nologin;
    exception when duplicate_object or unique_violation then null;  -- another database of this server was quicker
    end;
    execute format('grant yimen_app to %I', current_user);
  elsif not pg_has_role(current_user, 'yimen_app', 'member') then
    execute format('grant yimen_app to %I', current_user);
  end if;
exception when insufficient_privilege then
  raise exception 'The role yimen_app is missing, or % may not take it.', current_user
    using errcode = 'insufficient_privilege',
          hint = 'Have a database administrator run: CREATE ROLE yimen_app NOLOGIN; GRANT yimen_app TO '
            || quote_ident(current_user) || ';';
end $$;

grant select, insert, update, delete on all tables in schema public to yimen_app;
grant usage, select on all sequences in schema public to yimen_app;
alter default privileges in schema public grant select, insert, update, delete on tables to yimen_app;
alter default privileges in schema public grant usage, select on sequences to yimen_app;
revoke update, delete on trail_entry from yimen_app;
"""
# The role stays: other databases of the server may use it.
BACKWARD = """
alter default privileges in schema public revoke all on tables from yimen_app;
alter default privileges in schema public revoke all on sequences from yimen_app;
revoke all on all tables in schema public from yimen_app;
revoke all on all sequences in schema public from yimen_app;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
