"""Which doors are lived in: what a household (户) is wherever households are counted."""

# Somebody has the door `d` as the place where they live. A door nobody lives behind is no household.
LIVED_IN = """
exists (select from registry_residence r join registry_resident p on p.id = r.resident_id
  where r.dwelling_id = d.id and r.to_on is null and r.kind in ('both', 'living') and p.died_on is null)
"""
