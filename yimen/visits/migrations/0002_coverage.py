"""Coverage of months, the triggers that say which are out of date, and what a finding became."""

from django.db import migrations, models

from yimen.core.policies import reach_policy

# Triggers only append, so nobody waits for anybody; bulk loads and corrections by SQL are counted too.
TRIGGERS = """
create function visits_touch_visits() returns trigger language plpgsql as $$
begin
  insert into visits_touched (division_code, month)
  select distinct n.division_code, date_trunc('month', n."on")::date from written n;
  return null;
end $$;
create trigger visits_written after insert on visits_visit
  referencing new table as written for each statement execute function visits_touch_visits();
create trigger visits_replaced after update on visits_visit
  referencing new table as written for each statement execute function visits_touch_visits();

create function visits_touch_findings() returns trigger language plpgsql as $$
begin
  insert into visits_touched (division_code, month)
  select distinct n.division_code, date_trunc('month', n.at at time zone 'Asia/Shanghai')::date from written n;
  return null;
end $$;
create trigger visits_found after insert on visits_finding
  referencing new table as written for each statement execute function visits_touch_findings();
create trigger visits_decided after update on visits_finding
  referencing new table as written for each statement execute function visits_touch_findings();

create function visits_touch_months() returns trigger language plpgsql as $$
begin
  insert into visits_touched (division_code, month) select distinct n.division_code, n.month from written n;
  return null;
end $$;
create trigger visits_explained after insert on visits_gap
  referencing new table as written for each statement execute function visits_touch_months();
create trigger visits_explained_again after update on visits_gap
  referencing new table as written for each statement execute function visits_touch_months();
create trigger visits_goal_answered after update on visits_goal
  referencing new table as written for each statement execute function visits_touch_months();
"""
NO_TRIGGERS = """
drop trigger visits_goal_answered on visits_goal;
drop trigger visits_explained_again on visits_gap;
drop trigger visits_explained on visits_gap;
drop function visits_touch_months();
drop trigger visits_decided on visits_finding;
drop trigger visits_found on visits_finding;
drop function visits_touch_findings();
drop trigger visits_replaced on visits_visit;
drop trigger visits_written on visits_visit;
drop function visits_touch_visits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_handlers"),
        ("visits", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Monthly",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "code", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(db_collation="C", max_length=15)),
                ("month", models.DateField()),
                ("patches", models.PositiveIntegerField()),
                ("households", models.PositiveIntegerField()),
                ("goal", models.PositiveIntegerField()),
                ("reached", models.PositiveIntegerField()),
                ("must", models.PositiveIntegerField()),
                ("must_reached", models.PositiveIntegerField()),
                ("must_explained", models.PositiveIntegerField()),
                ("unseen_half", models.PositiveIntegerField()),
                ("unseen_year", models.PositiveIntegerField()),
                ("visits", models.PositiveIntegerField()),
                ("late", models.PositiveIntegerField()),
                ("found", models.PositiveIntegerField()),
                ("taken", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("needs", models.PositiveIntegerField()),
                ("needs_solved", models.PositiveIntegerField()),
                ("needs_own", models.PositiveIntegerField()),
                ("disputes", models.PositiveIntegerField()),
                ("disputes_solved", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Touched",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("division_code", models.CharField(db_collation="C", max_length=15)),
                ("month", models.DateField()),
            ],
        ),
        migrations.AddField(
            model_name="finding",
            name="draft_ref",
            field=models.CharField(blank=True, db_default="", max_length=12),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["division_code", "-at", "id"], name="finding_division"),
        ),
        migrations.AddIndex(
            model_name="vulnerablehousehold",
            index=models.Index(fields=["division_code", "from_on"], name="vulnerable_division"),
        ),
        migrations.AddIndex(
            model_name="monthly",
            index=models.Index(fields=["month", "code"], name="monthly_month"),
        ),
        reach_policy("visits_monthly", "code"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
