"""Doors of the border: rosters in."""
