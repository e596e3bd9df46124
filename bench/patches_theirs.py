"""The same graphs divided by METIS or spopt. Runs in an environment of its own: questions as JSON in, labels out.

Each community is divided in a child process that may take so many seconds of processor; one that is not done then has
no labels.
"""

import json
import multiprocessing
import resource
import sys
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import pymetis
from geopandas import GeoDataFrame, points_from_xy
from libpysal.weights import W
from spopt import region

Divide = Callable[[dict[str, Any]], list[int]]
ROUNDS = 10  # that max-p may begin anew, and anneal


def metis(asked: dict[str, Any]) -> list[int]:
    """METIS, k ways, weights even within three percent where it can, each part in one piece."""
    options = pymetis.Options(contig=1)
    links, weights = asked["links"], asked["households"]
    if asked["count"] == 1:
        return [0] * len(links)
    return list(pymetis.part_graph(asked["count"], adjacency=links, vweights=weights, options=options)[1])


def spopt(solver: str) -> Divide:
    """One solver of spopt: stairwells alike in where they lie, each region in one piece.

    Max-p makes as many regions as reach nine tenths of the even share in households. The others make the number they
    are told and know no households; SKATER knows a least number of stairwells: half the even number.
    """

    def divide(asked: dict[str, Any]) -> list[int]:
        points, households, count = asked["points"], asked["households"], asked["count"]
        east, north = zip(*points, strict=True)
        frame = GeoDataFrame({"x": east, "y": north, "households": households}, geometry=points_from_xy(east, north))
        web = W(dict(enumerate(asked["links"])), silence_warnings=True)
        where, least = ["x", "y"], 0.9 * sum(households) / count
        rounds = {"max_iterations_construction": ROUNDS, "max_iterations_sa": ROUNDS}
        model = {
            "max-p": lambda: region.MaxPHeuristic(frame, web, where, "households", least, **rounds),
            "skater": lambda: region.Skater(frame, web, where, count, len(points) // count // 2, islands="ignore"),
            "azp": lambda: region.AZP(frame, web, where, count, random_state=0),
            "k-means": lambda: region.RegionKMeansHeuristic(frame[where].to_numpy(), count, web),
            "ward": lambda: region.WardSpatial(frame, web, where, count),
        }[solver]()
        model.solve()
        return [int(label) for label in model.labels_]

    return divide


def _within(limit: int, divide: Divide, asked: dict[str, Any]) -> tuple[list[int] | None, float]:
    """The labels and the seconds of processor they took; None for a community that needs more."""
    children = multiprocessing.get_context("fork")
    here, there = children.Pipe(duplex=False)
    child = children.Process(target=_child, args=(limit, divide, asked, there))
    child.start()
    there.close()
    try:
        labels, took = here.recv()
    except EOFError:
        labels, took = None, float(limit)
    child.join()
    return labels, took


def _child(limit: int, divide: Divide, asked: dict[str, Any], there: Connection) -> None:
    import numpy

    numpy.random.seed(0)
    began = time.process_time()
    resource.setrlimit(resource.RLIMIT_CPU, (int(began) + limit, int(began) + limit))
    labels = divide(asked)
    there.send((labels, time.process_time() - began))


def main() -> None:
    """One kind of library for all questions."""
    warnings.filterwarnings("ignore")
    name, limit = sys.argv[1], int(sys.argv[2])
    divide = metis if name == "metis" else spopt(name)
    found = [_within(limit, divide, asked) for asked in json.load(sys.stdin)]
    print("\n" + json.dumps({"labels": [labels for labels, _ in found], "took": [took for _, took in found]}))


if __name__ == "__main__":
    main()
