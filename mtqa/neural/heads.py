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
    pad: int


def build_heads(checkpoint: Checkpoint, *, device: str) -> Heads:
    """The heads of a checkpoint whose tensors were found complete; they are fp32 in every precision."""
    recipe, tensors, shape = checkpoint.recipe, checkpoint.tensors, checkpoint.shape

    def mapped(name: str) -> Affine:
        return affine(tensors[f"{name}.weight"], tensors[f"{name}.bias"], precision="fp32", device=device)

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
        pad=shape.pad,
    )


def read_out(heads: Heads, states: Iterable[Tensor], ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor | None]:
    """One vector a sequence `(sequences, hidden)` fp32, and the label probabilities of every token, if there are any.

    The probabilities are `(sequences, tokens, labels)`, softmax of the word layer.
    """
    import torch

    words: Tensor | None = None
    vector: Tensor = 0.0
    last: Tensor = None
    kept = (ids != heads.pad) & mask
    for place, state in enumerate(states):
        last = state
        if heads.tag is not None and place == heads.word_layer:
            words = torch.softmax(heads.tag(state.float()), dim=2)
        if heads.mix[place] != 0.0 and heads.pool != "default":
            vector = vector + heads.mix[place] * _pooled(heads, state.float(), kept, mask)
    if heads.pool == "default":  # XLM-R without its pooler: the first token of the last layer
        return last[:, 0].float(), words
    if heads.pool == "max":
        return vector.masked_fill(~kept[:, :, None], float("-inf")).amax(dim=1), words
    return vector, words


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


def _pooled(heads: Heads, state: Tensor, kept: Tensor, mask: Tensor) -> Tensor:
    """One layer: normalised over its sequence if wanted, then mean over tokens, first token, or (max) all of them."""
    if heads.normalised:
        elements = mask.sum(dim=1, keepdim=True).float() * state.shape[2]
        standing = state * mask[:, :, None]
        mean = (standing.sum(dim=(1, 2))[:, None] / elements)[:, :, None]
        spread = (((standing - mean) * mask[:, :, None]) ** 2).sum(dim=(1, 2))[:, None] / elements
        scale = (spread + 1e-12).rsqrt()[:, :, None]
    else:
        mean, scale = 0.0, 1.0
    if heads.pool == "avg":
        # The sum leaves out padding tokens, the count does not: so COMET has it.
        summed = ((state - mean) * scale * kept[:, :, None]).sum(dim=1)
        return summed / mask.sum(dim=1, keepdim=True)
    if heads.pool == "cls":
        return ((state[:, :1] - mean) * scale)[:, 0]
    return (state - mean) * scale
