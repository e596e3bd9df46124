"""Reads outlines and places that a stranger sent (GeoJSON, Shapefile, GeoPackage), in a child process under limits.

layers = read_ground(path)
verdict = judge_ground({"kind": "divisions", "features": layers[0].features, ...})
"""

from yimen.geo.reading.parent import GROUND, Layer, judge_ground, read_ground

__all__ = ["GROUND", "Layer", "judge_ground", "read_ground"]
