"""Names and addresses are indexed together with street and district: who asks for one street's 张 does not read the
city's. Indexes that only serve LIKE on references go; nobody asks so."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations
from django.db.models import F
from django.db.models.functions import Left

_BY_REACH = "left(division_code, 9), left(division_code, 6)"
_NAMES = f"""
drop index resident_keys;
create index resident_keys on registry_resident using gin ({_BY_REACH}, name_keys);
"""
_ADDRESSES = f"""
drop index dwelling_address;
create index dwelling_address on registry_dwelling using gin ({_BY_REACH}, address gin_trgm_ops);
"""
_NO_LIKE = """
do $$
declare name text;
begin
  for name in select indexrelid::regclass::text from pg_index
    where indrelid in ('registry_resident'::regclass, 'registry_dwelling'::regclass)
      and indexrelid::regclass::text like '%\\_like'
  loop
    execute 'drop index ' || name;
  end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_duplicates")]
    operations = [
        BtreeGinExtension(),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(_NAMES, migrations.RunSQL.noop),
                migrations.RunSQL(_ADDRESSES, migrations.RunSQL.noop),
                migrations.RunSQL(_NO_LIKE, migrations.RunSQL.noop),
            ],
            state_operations=[
                migrations.RemoveIndex("resident", "resident_keys"),
                migrations.AddIndex(
                    "resident",
                    GinIndex(Left("division_code", 9), Left("division_code", 6), F("name_keys"), name="resident_keys"),
                ),
                migrations.RemoveIndex("dwelling", "dwelling_address"),
                migrations.AddIndex(
                    "dwelling",
                    GinIndex(
                        Left("division_code", 9),
                        Left("division_code", 6),
                        OpClass("address", name="gin_trgm_ops"),
                        name="dwelling_address",
                    ),
                ),
            ],
        ),
    ]
