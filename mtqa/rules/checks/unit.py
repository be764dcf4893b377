"""What a check without a reference is shown, and what it answers.

A check is a function from a unit (one hypothesis, its source where there is one, and the habits of its document) to
findings. It says nothing of what it did not compare: its evidence is what stands in the text or in the source.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...hygiene.writing import scripts
from ...language import UNKNOWN, Language
from ...mqm import Severity
from ...segment import Span
from ...text import Kind, Token, tokens

__all__ = ["Check", "Finding", "Habits", "Unit", "sentence_opens"]

_WORDS = re.compile(r"[^\W\d_]+")
_STOPS = frozenset(".!?…。！？؟\"”»)’'」』:;")
_OPENERS = frozenset('.!?:…。！？;؟“"‘«([*•–—-/|')


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: its span, its category, the facts, and one sentence made of nothing else.

    `correction` is what should stand there, or '' where the check cannot tell. `key` names the discrepancy, so that a
    reference can be asked whether it shows the same one. Without a severity the category's
    default holds, without a confidence the measured precision of the check.
    """

    span: Span
    category: str
    evidence: tuple[str, ...]
    explanation: str
    correction: str = ""
    key: str = ""
    severity: Severity | None = None
    basis: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Habits:
    """How a document writes, counted once: what is usual in it is no error.

    `capitals` and `stops` are the shares of its segments that open with a capital and end with a stop; `script` is the
    script most of its letters belong to ('' where it has none); `seen` counts its words in lower case, `names` those
    that stand capitalised inside a sentence.
    """

    segments: int = 0
    capitals: float = 0.0
    stops: float = 0.0
    script: str = ""
    seen: Counter[str] = field(default_factory=Counter)
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Habits":
        """The habits of these texts, taken as one document."""
        filled = [text.strip() for text in texts if text.strip()]
        seen: Counter[str] = Counter()
        names: set[str] = set()
        letters: Counter[str] = Counter()
        for text in filled:
            words = text.split()
            bare = [word.strip("()[]{}“”\"'‘’«».,;:!?…-–—").replace("’", "'") for word in words]
            seen.update(word.lower() for word in bare)
            names.update(
                word.removesuffix("'s").lower()
                for before, word in zip(words[:-1], bare[1:], strict=True)
                if word[:1].isupper() and before[-1] not in _OPENERS
            )
            if text.isascii():
                letters["Latin"] += len(text)
            else:
                letters.update(scripts(text))
        opening = [text for text in filled if text[0].isalpha()]
        return cls(
            segments=len(filled),
            capitals=sum(not text[0].islower() for text in opening) / max(1, len(opening)),
            stops=sum(text[-1] in _STOPS for text in filled) / max(1, len(filled)),
            script=letters.most_common(1)[0][0] if letters else "",
            seen=seen,
            names=frozenset(names),
        )


@dataclass(frozen=True)
class Unit:
    """One hypothesis with what is known around it; `source` is None where it is not known."""

    hypothesis: str
    source: str | None = None
    language: Language = UNKNOWN
    source_language: Language = UNKNOWN
    habits: Habits = field(default_factory=Habits)

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """The tokens of the hypothesis, with their offsets."""
        return tokens(self.hypothesis, self.language)

    @cached_property
    def words(self) -> Sequence[Token]:
        """The tokens that are words."""
        return [token for token in self.tokens if token.kind is Kind.WORD]

    @cached_property
    def source_words(self) -> frozenset[str]:
        """The words of the source in lower case, none where there is no source."""
        return frozenset(_WORDS.findall(self.source.lower())) if self.source else frozenset()

    @property
    def code(self) -> str:
        """The code of the hypothesis' language; 'und' where it is not known."""
        return self.language.code


def sentence_opens(unit: Unit, position: int) -> bool:
    """Whether the token at a position is the first of a sentence, as far as the marks before it tell."""
    return position == 0 or unit.tokens[position - 1].text in _OPENERS


@dataclass(frozen=True, slots=True)
class Check:
    """One row of a table of checks: its name, printed with every error it makes, and the function that is asked."""

    name: str
    find: Callable[[Unit], Iterator[Finding]]

    @property
    def about(self) -> str:
        """What the check looks for, with a wrong/right pair: its docstring."""
        return self.find.__doc__ or ""
