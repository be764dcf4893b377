"""The fitted weights, and what they make of the evidence: gains of beads, and how sure a bead is.

weights.json says on what the weights were fitted, how, and what they reach there; bench/fit_align.py writes it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from .chain import SHAPES, Corridor, Gains
from .evidence import Evidence, alone_features, bead_features
from .pairs import Tables
from .sides import Side

__all__ = ["FEW", "Curve", "Model", "fitted", "gains"]

FEW = 4  # lines; two articles about one event that are no translations share more than that


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve: 1 / (1 + exp(-(start + slope · log odds)))."""

    start: float
    slope: float

    def __call__(self, chance: float) -> float:
        """The calibrated confidence of something that the chain gives this probability; both 0 to 1."""
        chance = min(max(chance, 1e-6), 1 - 1e-6)
        return float(1 / (1 + np.exp(-(self.start + self.slope * np.log(chance / (1 - chance))))))


@dataclass(frozen=True, slots=True)
class Model:
    """`bead`, `alone`: weight of each feature; `moved`: what a bead off the chain has to bring more than one on it.

    `linked`, `left`, `crossing`: confidence in beads on the chain, in lines left alone, in beads off the chain.
    `parallel`: the similarity from which two documents are parallel; `parallel_few`: the same where a side has fewer
    than `FEW` lines, which cannot tell of the same events in other words.
    """

    bead: Mapping[str, float]
    alone: Mapping[str, float]
    moved: float
    linked: Curve
    left: Curve
    crossing: Curve
    parallel: float
    parallel_few: float

    def least_similarity(self, lines: int) -> float:
        """The similarity from which documents are parallel, the shorter of which has so many lines."""
        return self.parallel_few if lines < FEW else self.parallel


@cache
def fitted() -> Model:
    """The model that is shipped."""
    data = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    linked, left, crossing = (Curve(*data["confidence"][name]) for name in ("linked", "left", "crossing"))
    return Model(
        data["bead"], data["alone"], data["moved"], linked, left, crossing, data["parallel"], data["parallel_few"]
    )


def gains(model: Model, one: Side, other: Side, corridor: Corridor, table: Tables, *, toll: float = 0.0) -> Gains:
    """The gains of all steps in a corridor; every bead pays the toll."""
    beads = np.full((len(SHAPES), len(table.shared)), -np.inf, dtype=np.float32)
    for shape, nodes, evidence in bead_features(one, other, corridor, table):
        beads[shape, nodes] = _weighed(evidence, model.bead) - np.float32(toll)
    hypothesis_alone = _weighed(alone_features(one, table.likest.row[1:], table.most.row[1:]), model.alone)
    reference_alone = _weighed(alone_features(other, table.likest.column[1:], table.most.column[1:]), model.alone)
    return Gains(beads, hypothesis_alone.astype(np.float64), reference_alone.astype(np.float64))


def _weighed(evidence: Evidence, weights: Mapping[str, float]) -> NDArray[np.float32]:
    total = np.zeros_like(next(iter(evidence.values())))
    for name, weight in weights.items():
        total += np.float32(weight) * evidence[name]
    return total
