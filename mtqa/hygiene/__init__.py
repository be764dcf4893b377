"""What must be said of a batch before any score is believed.

A check looks at the whole batch and says at most a few sentences; none of them changes a text. The alarm rates on real
clean data are in docs/hygiene.md.
"""

from ..segment import Batch
from . import characters, content, convention, copies, tongue
from .notice import Concern, Notice

__all__ = ["CHECKS", "Concern", "Notice", "inspect"]

# In the order in which a reader wants them: what is missing, what is the wrong text, what is damaged, what differs.
CHECKS = (
    content.nothing,
    content.empty_texts,
    content.duplicate_ids,
    content.shifted_rows,
    content.repeated_segments,
    copies.identical_to_reference,
    copies.untranslated,
    copies.one_hypothesis_for_many,
    tongue.wrong_script,
    tongue.wrong_language,
    tongue.foreign_letters,
    characters.mojibake,
    characters.replacement,
    characters.controls,
    characters.bidi,
    characters.invisible,
    characters.markup,
    convention.normal_form,
    convention.typography,
    convention.mixed_typography,
    convention.length,
    content.outer_blanks,
)


def inspect(batch: Batch) -> tuple[Notice, ...]:
    """Everything that casts doubt on a batch, in the order of `CHECKS`; empty when there is nothing to say.

    References are read through the first of them. An empty batch is one warning. Costs about 0.1 ms a segment.
    """
    return tuple(notice for check in CHECKS for notice in check(batch))
