"""Tensors out of files that nobody vouches for: torch's zip of a pickle, and safetensors; memory-mapped, without torch.

A checkpoint's pickle says which tensors there are, and a pickle can call anything. This reader knows the dozen names
that a file of tensors and plain values needs; each stands for a function of ours that notes a tensor or gives a plain
value, and any other name ends the reading before anything is called. Arrays are made afterwards, of what was noted
and found to lie inside of the file; they stay in the file until they are read.
"""

import io
import json
import math
import mmap
import pickle
import pickletools
import struct
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Damaged", "check_sums", "read_safetensors", "read_torch"]

Array = NDArray[Any]
_MEMO = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "GET", "BINGET", "LONG_BINGET"})
_MOST = 64 << 20  # bytes of the pickle of names; that of XCOMET-XXL has 0.2 million
_KINDS = {
    **{"Float": "<f4", "Half": "<f2", "Double": "<f8", "Long": "<i8", "Int": "<i4", "Short": "<i2", "Char": "i1"},
    **{"Byte": "u1", "Bool": "?", "BFloat16": "bf16"},
}
_NAMED = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
          "BOOL": "?", "BF16": "bf16"}  # fmt: skip


class Damaged(Exception):
    """The file is not what it should be; the message says where it is not."""


def read_torch(path: Path) -> tuple[Mapping[object, object], Mapping[str, Array]]:
    """What `torch.save` put there, a table of plain values, and the tensors of its `state_dict` by name.

    bfloat16, which numpy does not have, becomes float32. Raises `Damaged` for whatever is not such a file.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            entries = {entry.filename: entry for entry in archive.infolist()}
            (pickled,) = [name for name in entries if name.endswith("/data.pkl") and name.count("/") == 1]
            if entries[pickled].file_size > _MOST:
                raise Damaged("a pickle larger than any list of tensors")
            folder = pickled.removesuffix("data.pkl")
            order = archive.read(f"{folder}byteorder") if f"{folder}byteorder" in entries else b"little"
            if order != b"little":
                raise Damaged("tensors in big-endian order")
            content = _read(archive.read(pickled))
        storages = _Storages(mapped, entries, folder)
        state = content.get("state_dict") if isinstance(content, dict) else None
        if not isinstance(state, dict) or not all(isinstance(tensor, _Tensor) for tensor in state.values()):
            raise Damaged("no state_dict")
        return content, {str(name): _placed(tensor, storages) for name, tensor in state.items()}
    except Damaged:
        raise
    except Exception as fault:  # whatever zip reader and unpickler find wrong
        raise Damaged(f"{type(fault).__name__}: {fault}") from None


def check_sums(path: Path) -> None:
    """Raises `Damaged` where a part of a file of `torch.save` is not what was written: each has its check sum."""
    try:
        with zipfile.ZipFile(path) as archive:
            spoilt = archive.testzip()
    except Exception as fault:
        raise Damaged(f"{type(fault).__name__}: {fault}") from None
    if spoilt is not None:
        raise Damaged(f"the check sum of {spoilt} does not fit")


def read_safetensors(path: Path) -> Mapping[str, Array]:
    """The tensors of a safetensors file by name; raises `Damaged` for whatever is not one."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        (length,) = struct.unpack("<Q", mapped[:8])
        header = json.loads(mapped[8 : 8 + length]) if length <= _MOST else None
        if not isinstance(header, dict):
            raise Damaged("no header")
        found = {}
        for name, about in header.items():
            if name != "__metadata__":
                start, end = about["data_offsets"]
                shape = [int(size) for size in about["shape"]]
                kind = _NAMED[about["dtype"]]
                if not 0 <= start <= end <= len(mapped) - 8 - length or min(shape, default=0) < 0:
                    raise Damaged(f"{name} lies outside of the file")
                flat = _array(mapped, kind, 8 + length + start, math.prod(shape))
                if end - start != math.prod(shape) * _width(kind):
                    raise Damaged(f"{name} has {end - start} bytes")
                found[str(name)] = flat.reshape(shape)
        return found
    except Damaged:
        raise
    except Exception as fault:
        raise Damaged(f"{type(fault).__name__}: {fault}") from None


def _read(content: bytes) -> Any:
    """What the pickle says; refused before it is run where it speaks of more than it holds.

    The interpreter makes room for a memo of the number that it is told: five bytes could ask for 32 GiB.
    """
    for code, argument, _ in pickletools.genops(content):
        if code.name in _MEMO and isinstance(argument, int) and argument > len(content):
            raise Damaged("a memo larger than the pickle")
    return _Reader(content).load()


class _Storage(NamedTuple):
    """A storage as the pickle names it."""

    kind: str
    key: str
    length: int


class _Tensor(NamedTuple):
    """A tensor as the pickle describes it; nothing in it is checked yet."""

    storage: Any
    offset: Any
    size: Any
    stride: Any


class _Reader(pickle.Unpickler):
    """An unpickler of a few names; they are made anew for each file, so that nothing it does to them outlives it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")
        self._known: Mapping[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda *given: _Tensor(*given[:4]),
            ("torch._utils", "_rebuild_parameter"): lambda tensor, *rest: tensor,
            ("torch", "Size"): lambda sizes=(): tuple(sizes),
            ("torch", "device"): lambda *given: ":".join(map(str, given)),
            **{("torch", f"{name}Storage"): kind for name, kind in _KINDS.items()},
            **{("torch", name): name for name in ("float32", "float16", "bfloat16", "float64", "int64", "int32")},
            **{(room, "set"): lambda values=(): list(values) for room in ("builtins", "__builtin__")},
        }

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) not in self._known:
            raise Damaged(f"it names {module}.{name}")
        return self._known[module, name]

    def persistent_load(self, pid: Any, /) -> _Storage:
        word, kind, key, _, count = pid
        if word != "storage" or not isinstance(kind, str) or not isinstance(count, int) or count < 0:
            raise Damaged("a storage of no known kind")
        return _Storage(kind, str(key), count)


class _Storages:
    """The storages of an archive, each a flat array in the mapped file."""

    def __init__(self, mapped: mmap.mmap, entries: Mapping[str, zipfile.ZipInfo], folder: str) -> None:
        self._mapped, self._entries, self._folder = mapped, entries, folder
        self._found: dict[_Storage, Array] = {}

    def get(self, named: _Storage) -> Array:
        if named not in self._found:
            entry = self._entries[f"{self._folder}data/{named.key}"]
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size < named.length * _width(named.kind):
                raise Damaged(f"storage {named.key} is packed or cut")
            # The name and the extra field that stand before the data may differ from those of the directory.
            name, extra = struct.unpack("<HH", self._mapped[entry.header_offset + 26 : entry.header_offset + 30])
            start = entry.header_offset + 30 + name + extra
            if start + entry.file_size > len(self._mapped):
                raise Damaged(f"storage {named.key} lies outside of the file")
            self._found[named] = _array(self._mapped, named.kind, start, named.length)
        return self._found[named]


def _placed(tensor: _Tensor, storages: _Storages) -> Array:
    """A tensor in its storage; one that would reach outside is refused."""
    offset, sizes, strides = tensor.offset, tuple(tensor.size), tuple(tensor.stride)
    numbers = (offset, *sizes, *strides)
    if not isinstance(tensor.storage, _Storage) or not all(isinstance(n, int) and n >= 0 for n in numbers):
        raise Damaged("a tensor without storage or sizes")
    storage = storages.get(tensor.storage)
    if 0 in sizes:
        return np.empty(sizes, dtype=storage.dtype)
    if offset + sum((n - 1) * step for n, step in zip(sizes, strides, strict=True)) >= len(storage):
        raise Damaged("a tensor reaches outside of its storage")
    steps = tuple(step * storage.itemsize for step in strides)
    return np.lib.stride_tricks.as_strided(storage[offset:], sizes, steps)


def _width(kind: str) -> int:
    return 2 if kind == "bf16" else np.dtype(kind).itemsize


def _array(mapped: mmap.mmap, kind: str, start: int, count: int) -> Array:
    if kind != "bf16":
        return np.frombuffer(mapped, dtype=kind, count=count, offset=start)
    halves = np.frombuffer(mapped, dtype="<u2", count=count, offset=start)
    return (halves.astype(np.uint32) << 16).view(np.float32)
