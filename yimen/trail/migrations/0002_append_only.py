"""The trail only grows: the database itself refuses to change or remove an entry."""

from django.db import migrations

FORWARD = """
create function trail_refuse() returns trigger language plpgsql as $$
begin
    raise exception 'the trail is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger trail_entry_append_only before update or delete on trail_entry
    for each row execute function trail_refuse();
create trigger trail_entry_no_truncate before truncate on trail_entry
    for each statement execute function trail_refuse();
"""
BACKWARD = """
drop trigger trail_entry_no_truncate on trail_entry;
drop trigger trail_entry_append_only on trail_entry;
drop function trail_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
