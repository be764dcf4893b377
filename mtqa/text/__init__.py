"""What a text is made of: words to count, tokens that keep their offsets, and the typographic normal form.

Offsets are always those of the raw text; a normal form is for comparing, never for marking.
"""

from .dates import Date, parse_date
from .tokens import Kind, Token, tokens
from .words import joined_lines, normal_typography, word_count

__all__ = ["Date", "Kind", "Token", "joined_lines", "normal_typography", "parse_date", "tokens", "word_count"]
