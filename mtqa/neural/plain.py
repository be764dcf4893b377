"""XLM-RoBERTa and XLM-RoBERTa-XL on numpy alone: the readable body, and the one that starts at once.

It computes what `encoder` computes on torch, in fp32 on the processor, at two thirds of its speed; but importing torch
costs as much as reading a thousand words, so that little work is done sooner here.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .batches import Packed
from .checkpoint import Checkpoint

__all__ = ["PlainBody", "build_plain", "gelu"]

Floats = NDArray[np.float32]
Map = tuple[Floats, Floats]
_BLOCK = 1 << 15  # values: what is worked on stays in the processor's cache
# erf(x) = x P(x²) / Q(x²) on [-4, 4], beyond which it is 1 in fp32; the rational function of Eigen and XLA.
_ABOVE = (-2.72614225801306e-10, 2.77068142495902e-08, -2.10102402082508e-06, -5.69250639462346e-05,
          -7.34990630326855e-04, -2.95459980854025e-03, -1.60960333262415e-02)  # fmt: skip
_BELOW = (-1.45660718464996e-05, -2.13374055278905e-04, -1.68282697438203e-03, -7.37332916720468e-03,
          -1.42647390514189e-02)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer: attention (query, key, value), then the inner maps; a norm for each half."""

    query: Map
    key: Map
    value: Map
    attended: Map
    attention_norm: Map
    grow: Map
    shrink: Map
    inner_norm: Map


@dataclass(frozen=True, slots=True, eq=False)
class PlainBody:
    """The encoder's tables and layers, as they lie in the file. `norm_first` tells XL from XLM-R."""

    words: Floats
    places: Floats
    norm: Map
    layers: tuple[Layer, ...]
    heads: int
    epsilon: float
    norm_first: bool

    def states(self, packed: Packed) -> Iterator[Floats]:
        """The embeddings' output, then the output of each layer, each `(tokens, hidden)`."""
        state = self.words[packed.ids].astype(np.float32) + self.places[packed.places]
        if not self.norm_first:
            state = self._normal(self.norm, state)
        for layer in self.layers:
            yield state
            state = self._after_norm(layer, state, packed) if self.norm_first else self._before(layer, state, packed)
        yield self._normal(self.norm, state) if self.norm_first else state

    def array(self, values: NDArray[Any]) -> NDArray[Any]:
        """The array itself."""
        return values

    def host(self, values: Floats) -> Floats:
        """The array itself."""
        return values

    def reading(self) -> AbstractContextManager[object]:
        """Nothing."""
        return nullcontext()

    def _before(self, layer: Layer, state: Floats, packed: Packed) -> Floats:
        """A layer of XLM-R: each half is added, then normalised."""
        state = self._normal(layer.attention_norm, _map(layer.attended, self._attention(layer, state, packed)) + state)
        return self._normal(layer.inner_norm, _map(layer.shrink, gelu(_map(layer.grow, state))) + state)

    def _after_norm(self, layer: Layer, state: Floats, packed: Packed) -> Floats:
        """A layer of XLM-R XL: each half reads the normalised state, and is added to the plain one."""
        read = self._normal(layer.attention_norm, state)
        state = _map(layer.attended, self._attention(layer, read, packed)) + state
        return _map(layer.shrink, gelu(_map(layer.grow, self._normal(layer.inner_norm, state)))) + state

    def _attention(self, layer: Layer, state: Floats, packed: Packed) -> Floats:
        """Each sequence attends to itself; sequences of equal length go together, so that none needs padding."""
        hidden = state.shape[1]
        columns = [_map(each, state) for each in (layer.query, layer.key, layer.value)]
        mixed = np.empty_like(state)
        for start, count, length in packed.runs:
            here = slice(start, start + count * length)
            query, key, value = (
                column[here].reshape(count, length, self.heads, hidden // self.heads).transpose(0, 2, 1, 3)
                for column in columns
            )
            shares = query @ key.swapaxes(2, 3)
            shares *= np.float32((hidden // self.heads) ** -0.5)
            shares -= shares.max(axis=3, keepdims=True)
            np.exp(shares, out=shares)
            shares /= shares.sum(axis=3, keepdims=True)
            mixed[here] = (shares @ value).transpose(0, 2, 1, 3).reshape(count * length, hidden)
        return mixed

    def _normal(self, norm: Map, state: Floats) -> Floats:
        state = state - state.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", state, state) / np.float32(state.shape[1])
        state *= (1 / np.sqrt(spread + np.float32(self.epsilon)))[:, None]
        state *= norm[0]
        state += norm[1]
        return state


def build_plain(checkpoint: Checkpoint) -> PlainBody:
    """The encoder of a checkpoint whose tensors were found complete; what is fp32 in the file stays there."""
    tensors, shape, prefix = checkpoint.tensors, checkpoint.shape, "encoder.model."
    large = checkpoint.recipe.encoder_model == "XLM-RoBERTa-XL"

    def pair(name: str) -> Map:
        weight, bias = (np.asarray(tensors[f"{prefix}{name}.{part}"], np.float32) for part in ("weight", "bias"))
        return weight, bias

    def layer(here: str) -> Layer:
        of_xl = ("attention.self_attn_layer_norm", "LayerNorm")
        norms = of_xl if large else ("attention.output.LayerNorm", "output.LayerNorm")
        return Layer(
            query=pair(f"{here}attention.self.query"),
            key=pair(f"{here}attention.self.key"),
            value=pair(f"{here}attention.self.value"),
            attended=pair(f"{here}attention.output.dense"),
            attention_norm=pair(here + norms[0]),
            grow=pair(f"{here}intermediate.dense"),
            shrink=pair(f"{here}output.dense"),
            inner_norm=pair(here + norms[1]),
        )

    # Token type 0 is the only one there is: its row is part of every position.
    places = tensors[f"{prefix}embeddings.position_embeddings.weight"].astype(np.float32)
    return PlainBody(
        words=tensors[f"{prefix}embeddings.word_embeddings.weight"],
        places=places + tensors[f"{prefix}embeddings.token_type_embeddings.weight"][0],
        norm=pair("encoder.LayerNorm" if large else "embeddings.LayerNorm"),
        layers=tuple(layer(f"encoder.layer.{n}.") for n in range(shape.layers)),
        heads=shape.heads,
        epsilon=shape.epsilon,
        norm_first=large,
    )


def gelu(values: Floats) -> Floats:
    """x Φ(x) of each value, in place; within 3e-7 of the exact function of `math.erf`."""
    flat = values.reshape(-1)
    for start in range(0, len(flat), _BLOCK):
        x = flat[start : start + _BLOCK]
        scaled = np.minimum(np.maximum(x * np.float32(0.5**0.5), np.float32(-4)), np.float32(4))
        square = scaled * scaled
        scaled *= _polynomial(_ABOVE, square)
        scaled /= _polynomial(_BELOW, square)
        scaled += 1
        scaled *= np.float32(0.5)
        x *= scaled
    return values


def _polynomial(factors: tuple[float, ...], x: Floats) -> Floats:
    """The highest power first."""
    found = x * np.float32(factors[0])
    for factor in factors[1:-1]:
        found += np.float32(factor)
        found *= x
    found += np.float32(factors[-1])
    return found


def _map(affine: Map, x: Floats) -> Floats:
    y: Floats = x @ affine[0].T
    y += affine[1]
    return y
