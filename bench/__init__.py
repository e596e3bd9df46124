"""Figures: measured in one run on one machine, as medians of rounds, and written down as they came out."""
