"""What a rule is asked about, and what it answers.

A rule is a function from a case (one edit with all that is known around it) to a claim, or to None, which leaves the
edit to the next rule of the table.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar, overload

from ..edits import Comparison, Edit, Lexeme
from ..language.lexicon import zipf
from ..language.numerals import joined_number
from ..mqm import CATEGORIES, Severity
from ..segment import ReferenceKind
from ..text import Kind

__all__ = ["Case", "Claim", "Rule", "beyond", "picked", "quoted"]

_SENTENCE_END = frozenset('.!?:…。！？;“"‘«([*•–—')


@dataclass(frozen=True, slots=True)
class Claim:
    """What a rule makes of an edit.

    `explanation` is one sentence in which `{reference}` stands for "the correction" or "the reference". `basis` names
    what the severity rests on; without a severity it is the category's default and says so.
    """

    category: str
    evidence: tuple[str, ...]
    explanation: str
    confidence: float
    severity: Severity | None = None
    basis: str = ""

    def graded(self) -> tuple[Severity, str]:
        """The severity and its basis."""
        if self.severity is None:
            return CATEGORIES[self.category].severity, "category-default"
        return self.severity, self.basis or "rule"


_Owner = TypeVar("_Owner")
_Value = TypeVar("_Value")


class once(Generic[_Owner, _Value]):  # noqa: N801 - used like `property`
    """A property that is computed once; functools' own takes a lock each time before Python 3.12, a tenth of a case."""

    def __init__(self, compute: Callable[[_Owner], _Value]) -> None:
        self.compute = compute
        self.name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, case: None, owner: type[_Owner]) -> "once[_Owner, _Value]": ...
    @overload
    def __get__(self, case: _Owner, owner: type[_Owner]) -> _Value: ...
    def __get__(self, case: _Owner | None, owner: type[_Owner]) -> "once[_Owner, _Value] | _Value":
        if case is None:
            return self
        value = vars(case)[self.name] = self.compute(case)
        return value


@dataclass(frozen=True)
class Case:
    """One edit, the comparison it stands in, and what its words are.

    `left` and `right` are the lexemes of the hypothesis and of the reference in the edit.
    """

    comparison: Comparison
    edit: Edit
    kind: ReferenceKind
    source: str | None = None

    @once
    def left(self) -> Sequence[Lexeme]:
        """The lexemes that stand in the hypothesis."""
        return self.comparison.lexemes[slice(*self.edit.words)]

    @once
    def right(self) -> Sequence[Lexeme]:
        """The lexemes that the reference has instead."""
        return self.comparison.reference_lexemes[slice(*self.edit.reference_words)]

    @once
    def content(self) -> tuple[list[Lexeme], list[Lexeme]]:
        """The content words of both sides."""
        return [w for w in self.left if w.content], [w for w in self.right if w.content]

    @once
    def function(self) -> tuple[list[Lexeme], list[Lexeme]]:
        """The function words of both sides."""
        return [w for w in self.left if w.word_class], [w for w in self.right if w.word_class]

    @once
    def marks_only(self) -> bool:
        """Whether nothing but punctuation differs."""
        return all(word.mark for word in (*self.left, *self.right))

    @once
    def same_lemmas(self) -> bool:
        """Whether both sides have content, and the same lemmas as often."""
        left, right = self.content
        return len(left) == len(right) > 0 and sorted([w.lemma for w in left]) == sorted([w.lemma for w in right])

    @once
    def same_parts(self) -> bool:
        """Whether both sides have content of the same stems, compounds taken apart."""
        left, right = (sorted([part for w in side for part in _parts(w)]) for side in self.content)
        return bool(left) and left == right

    @once
    def figures(self) -> bool:
        """Whether both sides may hold a figure: digits, or a number word."""
        language = self.comparison.language
        return all(
            any(
                w.kind in (Kind.NUMBER, Kind.COMPOUND)
                or w.key in language.numbers
                or w.key[:1].isdigit()
                or (language.number_parts and joined_number(w.key, language) is not None)
                for w in side
            )
            for side in (self.left, self.right)
        )

    @once
    def dated(self) -> bool:
        """Whether both sides hold a date."""
        return all(any(w.kind is Kind.DATE for w in side) for side in (self.left, self.right))

    @property
    def code(self) -> str:
        """The code of the hypothesis' language."""
        return self.comparison.language.code

    def name_at(self, position: int, *, reference: bool = False) -> bool:
        """Whether the word at a position of either text is written like a name.

        Upper case counts inside a sentence; where a sentence opens, and in German, only with a rare word.
        """
        lexemes = self.comparison.reference_lexemes if reference else self.comparison.lexemes
        word = lexemes[position]
        if not word.capital or not word.content or word.kind not in (Kind.WORD, Kind.COMPOUND):
            return False
        opens = position == 0 or lexemes[position - 1].text in _SENTENCE_END or lexemes[position - 1].text == "”"
        if not opens and self.code != "de":
            return True
        common = zipf(word.key, self.code)
        return common is not None and common < 3.2

    @once
    def names(self) -> tuple[list[Lexeme], list[Lexeme]]:
        """The words of both sides that are written like names."""
        left = [self.comparison.lexemes[n] for n in range(*self.edit.words) if self.name_at(n)]
        right = [
            self.comparison.reference_lexemes[n]
            for n in range(*self.edit.reference_words)
            if self.name_at(n, reference=True)
        ]
        return left, right


def _parts(word: Lexeme) -> list[str]:
    if word.kind is Kind.COMPOUND:
        return [part[:4] for part in word.key.split("-")]
    if word.kind is Kind.CODE:
        return [word.key]
    for ending in ("ing", "ed"):
        if word.lemma.endswith(ending) and len(word.lemma) - len(ending) >= 3:
            return [word.lemma[: -len(ending)][:4]]
    return [word.lemma[:4]]


def beyond(many: Sequence[Lexeme], few: Sequence[Lexeme], *, by: Literal["lemma", "key"]) -> list[Lexeme]:
    """The words of `many` that are left when those of `few` are taken out, one for one, by lemma or by form."""
    spare = Counter(getattr(word, by) for word in few)
    found = []
    for word in many:
        if spare[getattr(word, by)]:
            spare[getattr(word, by)] -= 1
        else:
            found.append(word)
    return found


def quoted(text: str, *, longest: int = 60) -> str:
    """A text in quotation marks, cut in the middle where it is longer than `longest` characters.

    A text that holds such marks itself stands between single ones; an empty one is called nothing.
    """
    flat = " ".join(text.split())
    if not flat:
        return "nothing" if not text else "a blank"
    if len(flat) > longest:
        flat = f"{flat[: longest // 2].rstrip()} … {flat[-longest // 2 :].lstrip()}"
    return f"‘{flat}’" if "“" in flat or "”" in flat else f"“{flat}”"


def picked(words: Sequence[Lexeme], text: str) -> str:
    """Some words of a text, quoted as they stand there: what lies between two of them is shown as left out."""
    found, end = "", 0
    for word in words:
        start = max(end, text.find(word.text, end))
        found += text[end:start] if found and not text[end:start].strip() else " … " if found else ""
        found += word.text
        end = start + len(word.text)
    return quoted(found)


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the table: a name, printed with every error it makes, and the function that is asked."""

    name: str
    claim: Callable[[Case], Claim | None]

    @property
    def about(self) -> str:
        """What the rule looks for, with a wrong/right pair: its docstring."""
        return self.claim.__doc__ or ""
