"""The trail under row-level security (decision 0011): written by everybody, read within reach.

How many residents a person opened counts over all their seats, wherever these reach.
"""

from django.db import migrations

from yimen.core.policies import owners_function, reach_policy

OPENED = """
begin
  return query select o.at from trail_entry o
    where o.account_id = account and o.verb = 'resident.read' and o.role in ('street', 'district', 'city')
      and o.at > since;
end
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0008_by_verb")]
    operations = [
        owners_function("trail_opened_above", "account uuid, since timestamptz", "setof timestamptz rows 50", OPENED),
        reach_policy("trail_entry", written_anywhere=True),
    ]
