"""Divisions, departments, stations, absence and cover, skills, the working calendar: who stands where today."""
