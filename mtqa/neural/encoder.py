"""XLM-RoBERTa and XLM-RoBERTa-XL on torch: token ids in, hidden states out, layer by layer.

XLM-R normalises after each half of a layer, XL before it and once at the end (Conneau et al. 2020; Goyal et al.
2021). The states are given one at a time, so that whoever pools them need not keep them all.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .affine import Affine, affine
from .batches import Packed
from .checkpoint import Checkpoint

__all__ = ["TorchBody", "build_encoder"]

Tensor = Any
Norm = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One layer: attention (query, key and value in one map), then the inner maps; a norm for each half."""

    attend: Affine
    attended: Affine
    attention_norm: Norm
    grow: Affine
    shrink: Affine
    inner_norm: Norm


@dataclass(frozen=True, slots=True, eq=False)
class TorchBody:
    """The encoder's tables and layers. `norm_first` tells XL from XLM-R; `dtype` is that of its activations."""

    words: Tensor
    places: Tensor
    norm: Norm
    layers: tuple[Layer, ...]
    heads: int
    epsilon: float
    norm_first: bool
    dtype: Any
    device: str

    def states(self, packed: Packed) -> Iterator[Tensor]:
        """The embeddings' output, then the output of each layer, each `(tokens, hidden)` fp32."""
        ids, places = (self.array(column) for column in (packed.ids, packed.places))
        state = self.words[ids].to(self.dtype) + self.places[places]
        if not self.norm_first:
            state = _normal(self, self.norm, state)
        step = _after_norm if self.norm_first else _before_norm
        for layer in self.layers:
            yield state.float()
            state = step(self, layer, state, packed)
        yield (_normal(self, self.norm, state) if self.norm_first else state).float()

    def array(self, values: NDArray[Any]) -> Tensor:
        """An array as a tensor on the device."""
        import torch

        return torch.from_numpy(values).to(self.device)

    def host(self, values: Tensor) -> NDArray[np.float32]:
        """A tensor as an array."""
        found: NDArray[np.float32] = values.cpu().numpy()
        return found

    def reading(self) -> AbstractContextManager[object]:
        """Without what training would want."""
        import torch

        mode: AbstractContextManager[object] = torch.inference_mode()
        return mode


def build_encoder(checkpoint: Checkpoint, *, precision: str, device: str) -> TorchBody:
    """The encoder of a checkpoint whose tensors were found complete, in this precision, on this device."""
    import torch

    shape = checkpoint.shape
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    large = checkpoint.recipe.encoder_model == "XLM-RoBERTa-XL"
    prefix = "encoder.model."

    def stored(name: str) -> Tensor:
        return torch.from_numpy(checkpoint.tensors[prefix + name])  # stays mapped

    def tensor(name: str) -> Tensor:
        return stored(name).to(device=device, dtype=dtype)

    def norm(name: str) -> Norm:
        return tensor(f"{name}.weight"), tensor(f"{name}.bias")

    # Token type 0 is the only one there is: its row is part of every position.
    places = tensor("embeddings.position_embeddings.weight") + tensor("embeddings.token_type_embeddings.weight")[0]
    words = stored("embeddings.word_embeddings.weight")
    return TorchBody(
        words=words if device == "cpu" else words.to(device=device, dtype=dtype),  # rows are read
        places=places,
        norm=norm("encoder.LayerNorm" if large else "embeddings.LayerNorm"),
        layers=tuple(
            _layer(stored, f"encoder.layer.{n}.", norm, large=large, precision=precision, device=device)
            for n in range(shape.layers)
        ),
        heads=shape.heads,
        epsilon=shape.epsilon,
        norm_first=large,
        dtype=dtype,
        device=device,
    )


def _layer(
    stored: Callable[[str], Tensor], here: str, norm: Callable[[str], Norm], *, large: bool, precision: str, device: str
) -> Layer:
    def mapped(*names: str, gelu: bool = False) -> Affine:
        parts = [(stored(f"{here}{name}.weight"), stored(f"{here}{name}.bias")) for name in names]
        return affine(parts, precision=precision, gelu=gelu, device=device)

    of_xl, of_xlmr = ("attention.self_attn_layer_norm", "LayerNorm"), ("attention.output.LayerNorm", "output.LayerNorm")
    names = of_xl if large else of_xlmr
    return Layer(
        attend=mapped("attention.self.query", "attention.self.key", "attention.self.value"),
        attended=mapped("attention.output.dense"),
        attention_norm=norm(here + names[0]),
        grow=mapped("intermediate.dense", gelu=True),
        shrink=mapped("output.dense"),
        inner_norm=norm(here + names[1]),
    )


def _before_norm(encoder: TorchBody, layer: Layer, state: Tensor, packed: Packed) -> Tensor:
    """A layer of XLM-R: each half is added, then normalised."""
    state = _normal(encoder, layer.attention_norm, layer.attended(_attention(encoder, layer, state, packed)) + state)
    return _normal(encoder, layer.inner_norm, layer.shrink(layer.grow(state)) + state)


def _after_norm(encoder: TorchBody, layer: Layer, state: Tensor, packed: Packed) -> Tensor:
    """A layer of XLM-R XL: each half reads the normalised state, and is added to the plain one."""
    read = _normal(encoder, layer.attention_norm, state)
    state = layer.attended(_attention(encoder, layer, read, packed)) + state
    return layer.shrink(layer.grow(_normal(encoder, layer.inner_norm, state))) + state


def _attention(encoder: TorchBody, layer: Layer, state: Tensor, packed: Packed) -> Tensor:
    """Each sequence attends to itself; sequences of equal length go together, so that none needs padding or a mask."""
    import torch
    from torch.nn import functional

    hidden = state.shape[1]
    together, mixed = layer.attend(state), torch.empty_like(state)
    for start, count, length in packed.runs:
        here = slice(start, start + count * length)
        parts = together[here].view(count, length, 3, encoder.heads, hidden // encoder.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value)
        mixed[here] = found.transpose(1, 2).reshape(count * length, hidden)
    return mixed


def _normal(encoder: TorchBody, norm: Norm, state: Tensor) -> Tensor:
    from torch.nn import functional

    return functional.layer_norm(state, state.shape[-1:], norm[0], norm[1], encoder.epsilon)
