"""Doors of the organisation: cover, calendar, stations, accounts, the own page, permissions and trail."""
