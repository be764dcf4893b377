"""What COMET makes of hidden states: a mix of the layers, one vector a sequence, a score, labels of the words.

The mix is a weighted sum, and so is the mean over tokens: each layer is pooled by itself as it comes, and no layer
is kept. Source: unbabel-comet 2.2.7, `comet.modules` and `comet.models`. Whatever stands above the vectors is small,
and computed by numpy; the states may be arrays or tensors, and the few operators on them are those that both have.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .batches import Packed
from .checkpoint import Checkpoint

__all__ = ["Body", "Heads", "build_heads", "estimate", "pair_features", "read_out", "softmax", "sparsemax"]

Tensor = Any
Floats = NDArray[np.float32]
Map = tuple[Floats, Floats]


class Body(Protocol):
    """An encoder that is ready to read: on numpy (`plain`), or on torch (`encoder`)."""

    def states(self, packed: Packed) -> Iterator[Tensor]:
        """The embeddings' output, then the output of each layer, each `(tokens, hidden)` fp32."""

    def array(self, values: NDArray[Any]) -> Tensor:
        """An array where the states are."""

    def host(self, values: Tensor) -> Floats:
        """Values of the states' kind as an array of numpy."""

    def reading(self) -> AbstractContextManager[object]:
        """What must be entered while states are drawn and used."""


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The parts above the encoder; they are fp32 in every precision.

    `mix` are the weights of the layers, gamma included: one of them is 1 and the others 0 where a single layer is
    read. `normalised` layers are brought to mean 0 and variance 1 over each sequence before they are mixed.
    """

    mix: tuple[float, ...]
    normalised: bool
    pool: str
    estimator: tuple[Map, ...]
    activation: str
    final_activation: str | None
    word_layer: int
    tag: Map | None

    @property
    def deepest(self) -> int:
        """The last layer that is read."""
        if self.pool == "default":
            return len(self.mix) - 1
        return max([n for n, share in enumerate(self.mix) if share] + [self.word_layer if self.tag else 0])


def build_heads(checkpoint: Checkpoint) -> Heads:
    """The heads of a checkpoint whose tensors were found complete."""
    recipe, tensors, shape = checkpoint.recipe, checkpoint.tensors, checkpoint.shape

    def mapped(name: str) -> Map:
        weight, bias = (np.asarray(tensors[f"{name}.{part}"], dtype=np.float32) for part in ("weight", "bias"))
        return weight, bias

    if recipe.layer is None:
        raw = [float(tensors[f"layerwise_attention.scalar_parameters.{n}"].item()) for n in range(shape.layers + 1)]
        shares = sparsemax(np.array(raw)) if recipe.transform == "sparsemax" else softmax(np.array(raw))
        mix = tuple(float(share) for share in shares * float(tensors["layerwise_attention.gamma"].item()))
    else:
        mix = tuple(float(n == recipe.layer) for n in range(shape.layers + 1))
    return Heads(
        mix=mix,
        normalised=recipe.layer is None and recipe.layer_norm,
        pool=recipe.pool,
        estimator=tuple(mapped(f"estimator.ff.{3 * n}") for n in range(len(recipe.hidden_sizes) + 1)),
        activation=recipe.activation,
        final_activation=recipe.final_activation,
        word_layer=recipe.word_layer,
        tag=mapped("hidden2tag") if recipe.labels else None,
    )


def read_out(heads: Heads, body: Body, packed: Packed) -> tuple[Floats, Floats | None]:
    """One vector a sequence `(sequences, hidden)`, and the label probabilities of every token, if there are any.

    The probabilities are `(tokens, labels)`, softmax of the word layer. Layers beyond the last that is read are not
    computed.
    """
    words: Floats | None = None
    vectors: Tensor = 0.0
    with body.reading():
        sums = _Sums.of(packed, body)
        for place, state in enumerate(body.states(packed)):
            if heads.tag is not None and place == heads.word_layer:
                weight, bias = heads.tag
                words = _shares(body.host(state @ body.array(weight.T.copy())) + bias)
            if heads.pool == "default":  # XLM-R without its pooler: the first token of the last layer
                vectors = state[sums.starts] if place == heads.deepest else vectors
            elif heads.mix[place] != 0.0:
                vectors = vectors + heads.mix[place] * _pooled(heads, state, sums)
            if place == heads.deepest:
                break
        found = body.host(vectors)
    return (_highest(found, packed) if heads.pool == "max" else found), words


def estimate(heads: Heads, features: Floats) -> Floats:
    """The score of each row of features, `(rows,)`."""
    *inner, last = heads.estimator
    for weight, bias in inner:
        features = _activated(heads.activation, features @ weight.T + bias)
    score = (features @ last[0].T + last[1]).ravel()
    return score if heads.final_activation is None else _activated(heads.final_activation, score)


def pair_features(hypothesis: Floats, source: Floats, reference: Floats | None) -> Floats:
    """The estimator's input of a regression model: vectors, their products and distances, in COMET's order."""
    against_source = (hypothesis * source, np.abs(hypothesis - source))
    if reference is None:
        return np.concatenate((hypothesis, source, *against_source), axis=1)
    against_reference = (hypothesis * reference, np.abs(hypothesis - reference))
    return np.concatenate((hypothesis, reference, *against_reference, *against_source), axis=1)


def softmax(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1, each positive."""
    raised = np.exp(weights - weights.max())
    shares: NDArray[np.float64] = raised / raised.sum()
    return shares


def sparsemax(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares that sum to 1, small ones exactly 0: the projection onto the simplex (Martins and Astudillo, 2016)."""
    descending = np.sort(weights)[::-1]
    sums = np.cumsum(descending)
    support = int(np.count_nonzero(1 + np.arange(1, len(weights) + 1) * descending > sums))
    shares: NDArray[np.float64] = np.maximum(weights - (sums[support - 1] - 1) / support, 0.0)
    return shares


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Means over the tokens of each sequence, as matrices `(sequences, tokens)`: of all, and of what is no padding.

    A literal padding token in a text is left out of the pooled sum and yet counted: so COMET has it.
    """

    all: Tensor
    kept: Tensor
    owners: Tensor
    starts: Tensor

    @classmethod
    def of(cls, packed: Packed, body: Body) -> "_Sums":
        own = packed.owners == np.arange(len(packed.starts))[:, None]
        shares = own / own.sum(axis=1, keepdims=True)
        columns = (shares.astype(np.float32), (shares * (packed.ids != packed.pad)).astype(np.float32))
        return cls(*(body.array(column) for column in (*columns, packed.owners, packed.starts)))


def _pooled(heads: Heads, state: Tensor, sums: _Sums) -> Tensor:
    """One layer: normalised over its sequence if wanted, then mean over tokens, first token, or (max) all of them."""
    if heads.normalised:
        mean = (sums.all @ state).mean(axis=1, keepdims=True)
        apart = state - mean[sums.owners]
        spread = (sums.all @ (apart * apart)).mean(axis=1, keepdims=True)
        scale = (spread + 1e-12) ** -0.5
        if heads.pool == "avg":  # the mean of what is normalised is the mean, normalised
            return (sums.kept @ state - mean * sums.kept.sum(axis=1, keepdims=True)) * scale
        if heads.pool == "cls":
            return (state[sums.starts] - mean) * scale
        return apart * scale[sums.owners]
    if heads.pool == "avg":
        return sums.kept @ state
    return state[sums.starts] if heads.pool == "cls" else state


def _highest(rows: Floats, packed: Packed) -> Floats:
    """The greatest value of each column over the tokens of a sequence that are no padding."""
    seen = np.where((packed.ids == packed.pad)[:, None], np.float32(-np.inf), rows)
    found: Floats = np.maximum.reduceat(seen, packed.starts, axis=0)
    return found


def _activated(name: str, values: Floats) -> Floats:
    found: Floats = np.tanh(values) if name == "Tanh" else 1 / (1 + np.exp(-values))
    return found


def _shares(values: Floats) -> Floats:
    """Softmax over the columns of each row."""
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    found: Floats = raised / raised.sum(axis=1, keepdims=True)
    return found
