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

    @cache
    def ready() -> Affine:
        if precision == "int8":
            return _quantised(*_together(parts), gelu=gelu)
        return _floating(parts, precision=precision, gelu=gelu, device=device)

    return lambda x: ready()(x)


def _together(parts: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor]:
    """Weight and bias of the maps as one; of a single map those of the file, where they are fp32 already."""
    import torch

    columns = [[part[which] for part in parts] for which in (0, 1)]
    weight, bias = (torch.cat(column).float() if column[1:] else column[0].float() for column in columns)
    return weight, bias


def _floating(parts: Sequence[tuple[Tensor, Tensor]], *, precision: str, gelu: bool, device: str) -> Affine:
    import torch

    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    if device != "cpu" or precision != "fp32":
        weight, bias = (one.to(device=device, dtype=kind) for one in _together(parts))
        return partial(_plain, weight, bias, gelu)
    few = cache(lambda: [(weight.float(), bias.float()) for weight, bias in parts])
    large = cache(partial(_laid_out, parts, gelu))

    def by_size(x: Tensor) -> Tensor:  # by size alone, so that the same batch always gives the same numbers
        if len(x) >= _LARGE:
            return large()(x)
        found = [_plain(weight, bias, gelu, x) for weight, bias in few()]
        return torch.cat(found, dim=1) if found[1:] else found[0]

    return by_size


def _laid_out(parts: Sequence[tuple[Tensor, Tensor]], gelu: bool) -> Affine:
    """The map with its weights as oneDNN likes them, or as they are where torch cannot tell it."""
    import torch

    weight, bias = _together(parts)
    order = getattr(torch.ops.mkldnn, "_reorder_linear_weight", None)
    apply = getattr(torch.ops.mkldnn, "_linear_pointwise", None)
    if order and apply and torch.backends.mkldnn.is_available():
        return partial(_fused, apply, order(weight), bias, "gelu" if gelu else "none")
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
    before = torch.backends.quantized.engine
    with warnings.catch_warnings():  # torch announces the end of quantised tensors; the operators stay
        warnings.simplefilter("ignore")
        none = torch.zeros_like(scales, dtype=torch.long)
        whole = (weight / scales.float()[:, None]).round_().to(torch.int8)  # as quantize_per_channel, 4 times as fast
        quantised = torch._make_per_channel_quantized_tensor(whole, scales, none, 0)
        try:
            if _has_products_of_bytes():
                torch.backends.quantized.engine = "onednn"
            packed = torch.ops.quantized.linear_prepack(quantised, bias)
        finally:
            torch.backends.quantized.engine = before
    return partial(_dynamic, packed, gelu)


def _has_products_of_bytes() -> bool:
    """Whether oneDNN may multiply bytes here: without VNNI its sums of them overflow, and FBGEMM's do not.

    The same integers either way: activations have 7 bits.
    """
    import torch

    has_vnni = getattr(torch.cpu, "_is_vnni_supported", lambda: False)
    return "onednn" in torch.backends.quantized.supported_engines and bool(has_vnni())


def _dynamic(packed: Any, gelu: bool, x: Tensor) -> Tensor:
    import torch

    y = torch.ops.quantized.linear_dynamic(x, packed, True)
    return torch.nn.functional.gelu(y) if gelu else y
