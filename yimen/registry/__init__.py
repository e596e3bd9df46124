"""The community database: addresses to dwellings to households to residents, with provenance."""
