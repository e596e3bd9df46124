"""Daily counts for supervision, and the triggers that say which day's counts are out of date.

A trigger, and not the actions, marks the day: bulk loads and corrections by SQL are counted too. It only appends, so
nobody waits for anybody.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

COUNTS = (
    *("taken", "online", "spared", "asked", "closed", "on_time", "promise_kept", "whole", "handed_over", "hand_overs"),
    *("rated_1", "rated_2", "rated_3", "rated_4", "rated_5", "reopened"),
)

TRIGGERS = """
create function cases_touch_taken() returns trigger language plpgsql as $$
begin
  insert into cases_touched (division_code, day)
  select distinct n.division_code, (v.moment at time zone 'Asia/Shanghai')::date
  from taken n cross join lateral (values (n.accepted_at), (n.closed_at), (n.reopened_at)) v(moment)
  where v.moment is not null;
  return null;
end $$;

create function cases_touch_changed() returns trigger language plpgsql as $$
begin
  insert into cases_touched (division_code, day)
  select distinct v.code, (v.moment at time zone 'Asia/Shanghai')::date
  from (values (new.division_code, new.accepted_at), (new.division_code, new.closed_at),
               (new.division_code, new.reopened_at), (old.division_code, old.accepted_at),
               (old.division_code, old.closed_at), (old.division_code, old.reopened_at)) v(code, moment)
  where v.moment is not null;
  return null;
end $$;

create trigger cases_taken after insert on cases_case
  referencing new table as taken for each statement execute function cases_touch_taken();

create trigger cases_changed after update on cases_case for each row
  when ((old.edition, old.division_code, old.accepted_at, old.closed_at, old.reopened_at, old.rating, old.owner_id)
    is distinct from
    (new.edition, new.division_code, new.accepted_at, new.closed_at, new.reopened_at, new.rating, new.owner_id))
  execute function cases_touch_changed();
"""
NO_TRIGGERS = """
drop trigger cases_changed on cases_case;
drop trigger cases_taken on cases_case;
drop function cases_touch_changed();
drop function cases_touch_taken();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_reopening")]
    operations = [
        migrations.CreateModel(
            name="Daily",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "division_code", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("day", models.DateField()),
                *((name, models.PositiveIntegerField()) for name in COUNTS),
                (
                    "elapsed",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("day", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Fold",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="fold_one_row")],
            },
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("reopened_at", None), _negated=True),
                fields=["division_code", "reopened_at"],
                name="case_reopened",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at", None), ("owner", None)),
                fields=["division_code", "accepted_at"],
                name="case_unclaimed",
            ),
        ),
        migrations.AddIndex(model_name="daily", index=models.Index(fields=["day", "division_code"], name="daily_day")),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["case"], name="extension_asked"),
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
