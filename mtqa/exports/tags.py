"""Word tags of quality estimation: OK or BAD for each gap and word, 2n + 1 for n words, gap first.

A word is BAD that is replaced or goes, a gap where words are missing, by the fewest insertions, deletions and
replacements that lead to the corrected words: no moves, case counts. So the shared tasks of WMT tag (word level); the
errors themselves may span more, or other, words: what a person would mark as one.
"""

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from ..summary import Assessed
from .words import WordEdit, corrected_segments, word_edits, words

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
        before = [text[start:end] for start, end in spans]
        for change in Levenshtein.opcodes(before, _corrected(before, word_edits(text, errors))):
            if change.tag == "insert":
                tags[2 * change.src_start] = "BAD"
            elif change.tag != "equal":
                for word in range(change.src_start, change.src_end):
                    tags[2 * word + 1] = "BAD"
        lines.append("\t".join((" ".join(segment.id.split()), " ".join(before), " ".join(tags))))
    return "\n".join(lines) + "\n"


def _corrected(before: Sequence[str], edits: Sequence[WordEdit]) -> list[str]:
    """The words with the edits made."""
    made: list[str] = []
    at = 0
    for edit in edits:
        made += [*before[at : edit.start], *edit.correction]
        at = edit.end
    return [*made, *before[at:]]
