"""Intake, routing, clock, decision, rating: what a resident asked for and what became of it."""
