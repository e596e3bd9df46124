"""Grids, references of the ground, tiles: plain Python."""
