"""A surname over a whole city: `registry_named` no longer gathers everybody of that name before it takes the first.

Where the reach is a city, a range of codes keeps nobody out, so it may stand there as a range: the planner then knows
how many bear a name, and reads residents until it has enough where that is quicker than the index of names.
"""

from django.db import migrations

ONLY_LISTED = "if listed then\n    asked"
OR_CITY = "if listed or digits = 0 then\n    asked"


def _replacing(old: str, new: str) -> str:
    return f"""
do $do$
declare
  now text := pg_get_functiondef('registry_named'::regproc);
  changed text := replace(now, $old${old}$old$, $new${new}$new$);
begin
  if changed = now then raise exception 'registry_named is not as decision 0011 left it'; end if;
  execute changed;
end
$do$
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_policies")]
    operations = [migrations.RunSQL(_replacing(ONLY_LISTED, OR_CITY), _replacing(OR_CITY, ONLY_LISTED))]
