"""Word tags of quality estimation: OK or BAD for each gap and word, 2n + 1 for n words, gap first.

A word is BAD that is replaced or goes, a gap where words are missing. Source: the shared tasks of WMT, word level.
"""

from ..summary import Assessed
from .words import corrected_segments, word_edits, words

__all__ = ["render"]


def render(assessment: Assessed) -> str:
    """TSV: id, the words parted by spaces, the tags parted by spaces; a header, then all segments in batch order.

    Refuses differences from an independent reference.
    """
    lines = ["id\twords\ttags"]
    for segment, errors in corrected_segments(assessment, "a file of word tags"):
        text = segment.hypothesis
        spans = words(text)
        tags = ["OK"] * (2 * len(spans) + 1)
        for edit in word_edits(text, errors):
            if edit.start == edit.end:
                tags[2 * edit.start] = "BAD"
            for word in range(edit.start, edit.end):
                tags[2 * word + 1] = "BAD"
        shown = " ".join(text[start:end] for start, end in spans)
        lines.append("\t".join((" ".join(segment.id.split()), shown, " ".join(tags))))
    return "\n".join(lines) + "\n"
