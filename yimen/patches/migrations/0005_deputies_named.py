"""Who was deputy on the day a board was hung or a card was given is whom it names. Apart from the new columns, so that
nothing waits for their lock meanwhile."""

from django.db import migrations

_FILL = """
update {table} s set deputy_id = o.account_id from patches_officer o
where o.patch_id = s.patch_id and o.side = 'B' and s.deputy_id is null
  and o.from_on <= s.{day} and (o.to_on is null or o.to_on > s.{day})
"""


class Migration(migrations.Migration):
    dependencies = [("patches", "0004_deputies")]
    operations = [
        migrations.RunSQL(_FILL.format(table="patches_board", day="posted_on"), migrations.RunSQL.noop),
        migrations.RunSQL(_FILL.format(table="patches_card", day="given_on"), migrations.RunSQL.noop),
    ]
