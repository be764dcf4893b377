"""Affine maps on torch, in the precision that was asked for: fp32, bf16 or int8.

fp32 on a processor uses oneDNN with weights that are laid out once (12 % faster than `torch.nn.functional.linear`
at the sizes of XLM-R, measured on AVX-512); where torch lacks that operator, the plain one serves. int8 is dynamic:
weights once per output channel, activations per batch. A map touches its weights when it is first used, and lays them
out for its first large batch: a run that finds all in the cache never reads them, one that finds nearly all never
copies them.
"""

import warnings
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

__all__ = ["PRECISIONS", "Affine", "affine"]

Tensor = Any
Affine = Callable[[Tensor], Tensor]
PRECISIONS = ("fp32", "bf16", "int8")
_LARGE = 256  # rows; the weights of a map are about as many, and copying them must pay


def affine(
    parts: Sequence[tuple[Tensor, Tensor]], *, precision: str, gelu: bool = False, device: str = "cpu"
) -> Affine:
    """The map x -> x Wᵀ + b on rows `(rows, inputs)`, then GELU (the exact one, with erf) if `gelu`.

    `parts` are weights and biases of maps of the same input; their outputs follow one another.
    """

    columns = [[part[which] for part in parts] for which in (0, 1)]

    @cache
    def ready() -> Affine:
        import torch

        weight, bias = (torch.cat(column).float() if column[1:] else column[0].float() for column in columns)
        if precision == "int8":
            return _quantised(weight, bias, gelu=gelu)
        return _floating(weight, bias, precision=precision, gelu=gelu, device=device)

    return lambda x: ready()(x)


def _floating(weight: Tensor, bias: Tensor, *, precision: str, gelu: bool, device: str) -> Affine:
    import torch

    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    weight, bias = weight.to(device=device, dtype=kind), bias.to(device=device, dtype=kind)
    lay_out = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    apply = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if device == "cpu" and precision == "fp32" and lay_out and apply and torch.backends.mkldnn.is_available():
        after = "gelu" if gelu else "none"
        laid_out = cache(partial(lay_out, weight))

        def by_size(x: Tensor) -> Tensor:  # by size alone, so that the same batch always gives the same numbers
            return _plain(weight, bias, gelu, x) if len(x) < _LARGE else _fused(apply, laid_out(), bias, after, x)

        return by_size
    return partial(_plain, weight, bias, gelu)


def _fused(apply: Any, weight: Tensor, bias: Tensor, after: str, x: Tensor) -> Tensor:
    return apply(x, weight, bias, after, [], "none" if after == "gelu" else "")


def _plain(weight: Tensor, bias: Tensor, gelu: bool, x: Tensor) -> Tensor:
    from torch.nn import functional

    y = functional.linear(x, weight, bias)
    return functional.gelu(y) if gelu else y


def _quantised(weight: Tensor, bias: Tensor, *, gelu: bool) -> Affine:
    import torch

    scales = weight.abs().amax(dim=1).clamp_min(1e-12).double() / 127
    with warnings.catch_warnings():  # torch announces the end of quantised tensors; the operators stay
        warnings.simplefilter("ignore")
        none = torch.zeros_like(scales, dtype=torch.long)
        quantised = torch.quantize_per_channel(weight, scales, none, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(quantised, bias)
    return partial(_dynamic, packed, gelu)


def _dynamic(packed: Any, gelu: bool, x: Tensor) -> Tensor:
    import torch

    y = torch.ops.quantized.linear_dynamic(x, packed, True)
    return torch.nn.functional.gelu(y) if gelu else y
