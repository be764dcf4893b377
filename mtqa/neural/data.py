"""The hash of what was scored: hypotheses, sources and references."""

import hashlib
from collections.abc import Sequence

__all__ = ["DataHash"]


class DataHash:
    """The hash of a stream of segments, the same however the stream is cut into chunks.

    Put it and the count into the signature of a stream: `signature.with_parts(data=hash.hexdigest(), n=str(rows))`.
    """

    __slots__ = ("_hashed",)

    def __init__(self) -> None:
        self._hashed = hashlib.sha256()

    def update(
        self,
        hypotheses: Sequence[str],
        sources: Sequence[str | None],
        references: Sequence[tuple[str, ...]],
    ) -> None:
        """Adds a chunk of segments, in order; each text goes in with its length, so that none can imitate a border."""
        for hypothesis, source, row in zip(hypotheses, sources, references, strict=True):
            for text in (hypothesis, source or "", *row):
                encoded = text.encode("utf-8", "surrogatepass")
                self._hashed.update(len(encoded).to_bytes(8, "little") + encoded)
            self._hashed.update(b"\xff")

    def hexdigest(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of all that was added."""
        return self._hashed.copy().hexdigest()[:12]
