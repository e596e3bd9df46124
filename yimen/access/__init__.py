"""Accounts, seats, roles, reach, sign-in: may this person do this, and where."""
