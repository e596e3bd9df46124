"""Seals: every entry bears the number of its transaction, and batches that are final are closed.

Entries of before get the number of this migration's transaction: adding the column does not write the table anew.
"""

import django.db.models.functions.comparison
from django.db import migrations, models

FORWARD = """
insert into trail_numbering ("offset") values (0);
create trigger trail_seal_append_only before update or delete on trail_seal
    for each row execute function trail_refuse();
create trigger trail_seal_no_truncate before truncate on trail_seal
    for each statement execute function trail_refuse();
revoke update, delete on trail_seal from yimen_app;
revoke insert, update, delete on trail_numbering from yimen_app;
"""
BACKWARD = """
drop trigger trail_seal_no_truncate on trail_seal;
drop trigger trail_seal_append_only on trail_seal;
delete from trail_numbering;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_app_role")]

    operations = [
        migrations.CreateModel(
            name="Numbering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offset", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("form", models.PositiveSmallIntegerField()),
                ("rows", models.PositiveIntegerField()),
                ("after_turn", models.BigIntegerField()),
                ("after_id", models.BigIntegerField()),
                ("last_turn", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("previous", models.BinaryField(max_length=33)),
                ("signature", models.BinaryField(max_length=33)),
            ],
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=50)),
                ("ended_at", models.DateTimeField(null=True)),
                ("seals", models.BigIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                ("faults", models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name="entry",
            name="turn",
            field=models.BigIntegerField(
                db_default=django.db.models.functions.comparison.Cast(
                    django.db.models.functions.comparison.Cast(
                        models.Func(function="pg_current_xact_id"), models.TextField()
                    ),
                    models.BigIntegerField(),
                ),
                editable=False,
            ),
        ),
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(fields=["-asked_at"], name="verification_latest"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
