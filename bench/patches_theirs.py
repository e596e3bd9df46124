"""The same graphs divided by METIS or spopt. Runs in an environment of its own: questions as JSON in, labels out."""

import json
import sys
import time
import warnings
from typing import Any


def metis(asked: dict[str, Any]) -> list[int]:
    """METIS, k ways, weights even within three percent where it can, each part in one piece."""
    import pymetis

    options = pymetis.Options(contig=1)
    links, weights = asked["links"], asked["households"]
    if asked["count"] == 1:
        return [0] * len(links)
    return list(pymetis.part_graph(asked["count"], adjacency=links, vweights=weights, options=options)[1])


def spopt(asked: dict[str, Any]) -> list[int]:
    """Max-p: as many regions as reach nine tenths of the even share, alike in where their stairwells lie."""
    import geopandas
    import numpy
    import shapely
    from libpysal.weights import W
    from spopt.region import MaxPHeuristic

    points, households = asked["points"], asked["households"]
    rows = {"x": [x for x, _ in points], "y": [y for _, y in points], "households": households}
    frame = geopandas.GeoDataFrame(rows, geometry=[shapely.Point(point) for point in points])
    web = W(dict(enumerate(asked["links"])), silence_warnings=True)
    numpy.random.seed(0)
    least = 0.9 * sum(households) / asked["count"]
    model = MaxPHeuristic(frame, web, ["x", "y"], "households", least, 1, max_iterations_construction=10)
    model.solve()
    return [int(label) for label in model.labels_]


def main() -> None:
    """One kind of library for all questions."""
    warnings.filterwarnings("ignore")
    divide = {"metis": metis, "spopt": spopt}[sys.argv[1]]
    asked = json.load(sys.stdin)
    began = time.monotonic()
    labels = [divide(one) for one in asked]
    print("\n" + json.dumps({"labels": labels, "took": time.monotonic() - began}))


if __name__ == "__main__":
    main()
