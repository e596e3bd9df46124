"""Rosters with planted faults and a key that says where they are: what importing is measured with."""
