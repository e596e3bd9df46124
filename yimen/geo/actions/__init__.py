"""Bring in files of ground, and take them back."""
