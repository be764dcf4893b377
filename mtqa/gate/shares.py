"""Bounds of a share of segments: exact for segments, cautious for documents, by betting for repeated looks."""

import numpy as np
from numpy.typing import NDArray

from ..statistics import cautious_bound, rate_exceeds_p, rate_interval, share_bounds, share_exceeds_p
from .inspected import Inspected
from .judging import Bounds, sequential

__all__ = ["share_within"]

BY_DOCUMENT = "documents are the units; upper bound: they and one more, twice as far out as the worst (Dirichlet)"


def share_within(every: NDArray[np.bool_], sure: NDArray[np.bool_], limit: float, material: Inspected) -> Bounds:
    """Bounds of the share of bad segments `(segments,)`: `every` counts against passing, `sure` towards failing."""
    hits, known, count = int(every.sum()), int(sure.sum()), len(material)
    if material.complete:
        return Bounds(known / count, hits / count, "every segment inspected: no sampling error")
    if material.repeated:
        within, beyond = limit - every.astype(np.float64), sure.astype(np.float64) - limit
        kept, broken = sequential(within, max(1.0 - limit, 1e-12), beyond, max(limit, 1e-12), material)
        method = "e-process, valid however often it is looked at"
        return Bounds(None, None, method, p=min(1.0, 1.0 / broken), kept=kept, broken=broken)
    if material.by_document:
        return _of_documents(every, sure, limit, material)
    confidence, population = 1.0 - material.risk, material.population
    high = share_bounds(hits, count, confidence=confidence, population=population)[1]
    low = share_bounds(known, count, confidence=confidence, population=population)[0]
    p = share_exceeds_p(known, count, limit, population=population)
    return Bounds(low, high, f"exact {'binomial' if population is None else 'hypergeometric'} bounds", p=p)


def _of_documents(every: NDArray[np.bool_], sure: NDArray[np.bool_], limit: float, material: Inspected) -> Bounds:
    ones, hits = np.ones(len(material)), sure.astype(np.float64)
    units = material.units(every.astype(np.float64), ones)
    high = cautious_bound(units[:, 0], units[:, 1], least=1.0, confidence=1.0 - material.risk, clustered=True)
    below = rate_interval(hits, ones, confidence=1.0 - 2.0 * material.risk, clusters=material.clusters, per=1.0)
    if high is None or below is None:
        return Bounds(None, None, BY_DOCUMENT)
    p = rate_exceeds_p(hits, ones, limit, clusters=material.clusters, per=1.0)
    return Bounds(min(below[0], float(hits.mean())), min(1.0, high), BY_DOCUMENT, p=p)
