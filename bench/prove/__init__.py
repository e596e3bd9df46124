"""Shown, not promised: kills, database stops, restores, tampers and a soak, on real processes."""
