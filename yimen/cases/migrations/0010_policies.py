"""Cases under row-level security (decision 0011). Whoever has the case has the name of its resident, also when another
community serves the resident by now."""

from django.db import migrations

from yimen.core.policies import PolicySQL, owners_function, parent_policy, reach_policy, within
from yimen.core.reach import APP_ROLE

CONCERNED = f"""
begin
  return exists (select from cases_case c where c.resident_id = resident and {within("c.division_code")});
end
"""
NAME_OF_A_CASE = PolicySQL(
    "registry_resident",
    ["case_read"],
    f"create policy case_read on registry_resident for select to {APP_ROLE} using (cases_concerned(id));",
    "drop policy case_read on registry_resident;",
)
CHILDREN = ("casematerial", "pause", "extension", "handover", "decision", "rating", "message")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_closed_everywhere"),
        ("registry", "0009_policies"),
        ("trail", "0003_app_role"),
    ]
    operations = [
        owners_function("cases_concerned", "resident uuid", "boolean", CONCERNED),
        NAME_OF_A_CASE,
        reach_policy("cases_draft"),
        reach_policy("cases_visit"),
        reach_policy("cases_case"),
        reach_policy("cases_followup", written_anywhere=True),  # opened above whoever it is about
        *(parent_policy(f"cases_{child}", "case_id", "cases_case") for child in CHILDREN),
    ]
