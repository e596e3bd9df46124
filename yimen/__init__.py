"""Yimen (一门): one door, one officer, one record."""
