"""Reads outlines and places that a stranger sent (GeoJSON, Shapefile, GeoPackage), in a child process under limits.

layers = read_ground(path, name="streets.zip")
"""

from yimen.geo.reading.parent import Layer, read_ground

__all__ = ["Layer", "read_ground"]
