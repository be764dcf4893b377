"""What COMET makes of hidden states: a mix of the layers, one vector a sequence, a score, labels of the words.

The mix is a weighted sum, and so is the mean over tokens: each layer is pooled by itself as it comes, and no layer
is kept. Source: unbabel-comet 2.2.7, `comet.modules` and `comet.models`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .affine import Affine, affine
from .batches import Packed
from .checkpoint import Checkpoint

__all__ = ["Heads", "build_heads", "estimate", "pair_features", "read_out", "sparsemax"]

Tensor = Any


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The parts above the encoder.

    `mix` are the weights of the layers, gamma included: one of them is 1 and the others 0 where a single layer is
    read. `normalised` layers are brought to mean 0 and variance 1 over each sequence before they are mixed.
    """

    mix: tuple[float, ...]
    normalised: bool
    pool: str
    estimator: tuple[Affine, ...]
    activation: str
    final_activation: str | None
    word_layer: int
    tag: Affine | None
    device: str


def build_heads(checkpoint: Checkpoint, *, device: str) -> Heads:
    """The heads of a checkpoint whose tensors were found complete; they are fp32 in every precision."""
    recipe, tensors, shape = checkpoint.recipe, checkpoint.tensors, checkpoint.shape

    def mapped(name: str) -> Affine:
        parts = [(tensors[f"{name}.weight"], tensors[f"{name}.bias"])]
        return affine(parts, precision="fp32", device=device)

    if recipe.layer is None:
        raw = [float(tensors[f"layerwise_attention.scalar_parameters.{n}"]) for n in range(shape.layers + 1)]
        shares = sparsemax(np.array(raw)) if recipe.transform == "sparsemax" else softmax(np.array(raw))
        mix = tuple(float(share) for share in shares * float(tensors["layerwise_attention.gamma"]))
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
        device=device,
    )


def read_out(heads: Heads, states: Iterable[Tensor], packed: Packed) -> tuple[Tensor, Tensor | None]:
    """One vector a sequence `(sequences, hidden)` fp32, and the label probabilities of every token, if there are any.

    The probabilities are `(tokens, labels)`, softmax of the word layer.
    """
    import torch

    words: Tensor | None = None
    vectors: Tensor = 0.0
    last: Tensor = None
    sums = _Sums.of(packed, heads.device)
    for place, state in enumerate(states):
        last = state
        if heads.tag is not None and place == heads.word_layer:
            words = torch.softmax(heads.tag(state.float()), dim=1)
        if heads.mix[place] != 0.0 and heads.pool != "default":
            vectors = vectors + heads.mix[place] * _pooled(heads, state.float(), sums)
    if heads.pool == "default":  # XLM-R without its pooler: the first token of the last layer
        return last[sums.starts].float(), words
    if heads.pool == "max":
        return sums.highest(vectors), words
    return vectors, words


def estimate(heads: Heads, features: Tensor) -> Tensor:
    """The score of each row of features, `(rows,)`."""
    import torch

    functions = {"Tanh": torch.tanh, "Sigmoid": torch.sigmoid}
    *inner, last = heads.estimator
    for step in inner:
        features = functions[heads.activation](step(features))
    score = last(features).flatten()
    return score if heads.final_activation is None else functions[heads.final_activation](score)


def pair_features(hypothesis: Tensor, source: Tensor, reference: Tensor | None) -> Tensor:
    """The estimator's input of a regression model: vectors, their products and distances, in COMET's order."""
    import torch

    against_source = (hypothesis * source, (hypothesis - source).abs())
    if reference is None:
        return torch.cat((hypothesis, source, *against_source), dim=1)
    against_reference = (hypothesis * reference, (hypothesis - reference).abs())
    return torch.cat((hypothesis, reference, *against_reference, *against_source), dim=1)


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
    padding: Tensor

    @classmethod
    def of(cls, packed: Packed, device: str) -> "_Sums":
        import torch

        owners, starts = (torch.from_numpy(column).to(device) for column in (packed.owners, packed.starts))
        shares = torch.nn.functional.one_hot(owners, len(packed.starts)).T.float()
        shares = shares / shares.sum(dim=1, keepdim=True)
        padding = torch.from_numpy(packed.ids == packed.pad).to(device)
        return cls(shares, shares * ~padding, owners, starts, padding)

    def highest(self, rows: Tensor) -> Tensor:
        """The greatest value of each column over the tokens of a sequence that are no padding."""
        import torch

        rows = rows.masked_fill(self.padding[:, None], float("-inf"))
        empty = torch.full((len(self.starts), rows.shape[1]), float("-inf"), device=rows.device)
        return empty.scatter_reduce(0, self.owners[:, None].expand_as(rows), rows, "amax")


def _pooled(heads: Heads, state: Tensor, sums: _Sums) -> Tensor:
    """One layer: normalised over its sequence if wanted, then mean over tokens, first token, or (max) all of them."""
    if heads.normalised:
        mean = (sums.all @ state).mean(dim=1, keepdim=True)
        spread = (sums.all @ (state - mean[sums.owners]).square()).mean(dim=1, keepdim=True)
        scale = (spread + 1e-12).rsqrt()
        if heads.pool == "avg":  # the mean of what is normalised is the mean, normalised
            return (sums.kept @ state - mean * sums.kept.sum(dim=1, keepdim=True)) * scale
        if heads.pool == "cls":
            return (state[sums.starts] - mean) * scale
        return (state - mean[sums.owners]) * scale[sums.owners]
    if heads.pool == "avg":
        return sums.kept @ state
    return state[sums.starts] if heads.pool == "cls" else state
