"""What other tools read of an assessment: one file a format, in an explicit table.

Each is a function from an assessment to a text. Offsets are converted at the border, as the format has them. Where the
reference is independent, the annotator is called `mtqa-differences`, for what is marked there is no error; M2 and tags,
which could not say so, are refused.
"""

from .m2 import render as m2
from .marot import render as marot
from .pearmut import render as pearmut
from .tags import render as tags

__all__ = ["m2", "marot", "pearmut", "tags"]
