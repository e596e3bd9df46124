"""地图: towers, layers and tiles. Reads everything, owns no tables."""
