"""M2 of grammatical error correction, as ERRANT reads and writes it: a sentence, then an edit a line.

The type is M, R or U (missing, replaced, unnecessary) and our category. Applied in order the edits give the words of
the corrected text. Source: Dahlmeier and Ng 2012; ERRANT (Bryant et al. 2017).
"""

from ..summary import Assessed
from .words import corrected_segments, word_edits, words

__all__ = ["render"]


def render(assessment: Assessed) -> str:
    """All segments in batch order; refuses differences from an independent reference, parted by an empty line."""
    blocks = []
    for segment, errors in corrected_segments(assessment, "M2"):
        text = segment.hypothesis
        lines = ["S " + " ".join(text[start:end] for start, end in words(text))]
        for edit in word_edits(text, errors):
            kind = "M" if edit.start == edit.end else "R" if edit.correction else "U"
            correction = " ".join(edit.correction) or "-NONE-"
            lines.append(_line(edit.start, edit.end, f"{kind}:{edit.category}", correction))
        blocks.append("\n".join(lines if len(lines) > 1 else [*lines, _line(-1, -1, "noop", "-NONE-")]))
    return "\n\n".join(blocks) + "\n"


def _line(start: int, end: int, kind: str, correction: str) -> str:
    return f"A {start} {end}|||{kind}|||{correction}|||REQUIRED|||-NONE-|||0"
