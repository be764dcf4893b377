"""The fingerprint of an assessment: which texts, and which findings on them; not how they were scored or rendered."""

import hashlib
import json
from collections.abc import Sequence

from ..mqm import ErrorSpan
from ..segment import Batch

__all__ = ["fingerprint"]


def fingerprint(batch: Batch, found: Sequence[ErrorSpan]) -> str:
    """16 hexadecimal digits (SHA-256) over the texts of a batch and the findings as they were found, before any review.

    Reviewers' decisions name findings by position: they are good for an assessment of this fingerprint and no other.
    """
    digest = hashlib.sha256(str(batch.reference_kind).encode())
    for segment in batch:
        texts = (segment.id, segment.document, segment.system, segment.source, segment.hypothesis, *segment.references)
        digest.update(json.dumps(texts).encode())
    for error in found:
        digest.update(json.dumps(error.record()).encode())
    return digest.hexdigest()[:16]
