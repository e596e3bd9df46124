"""The doors of the cases."""
