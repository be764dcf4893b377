"""Arrays as the native library sees them: Python's own, so that a small job starts without numpy, or numpy's."""

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Buffer = array[Any] | NDArray[Any]

__all__ = ["address", "doubles", "integers", "octets"]


def address(buffer: "Buffer") -> int:
    """Where the items of an array lie in memory; valid while the array lives and keeps its size."""
    if isinstance(buffer, array):
        return buffer.buffer_info()[0]
    return int(buffer.ctypes.data)


def octets(count: int) -> "array[int]":
    """So many bytes, zero."""
    return array("B", bytes(count))


def integers(count: int) -> "array[int]":
    """So many int64, zero."""
    return array("q", bytes(8 * count))


def doubles(count: int) -> "array[float]":
    """So many float64, zero."""
    return array("d", bytes(8 * count))
