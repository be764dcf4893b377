"""Which changes belong together: from single word operations to the edits a human would mark.

A stretch is a range of alignment pairs. Changes that stand side by side are one edit unless each of them makes sense
by itself (a date, a compound, a comma, one preposition for another); changes across one or two unchanged words are
one edit where a word has only changed places, or where both sides of a stray function word were reworded.
"""

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from ..kernels.words import Shape, together
from ..text import Kind
from .alignment import Pair
from .lexemes import Lexeme

__all__ = ["Stretch", "far_moves", "merge"]

Stretch = tuple[int, int]  # [first, last) of the list of pairs
_Belong = Callable[["Aligned", Stretch, Stretch], bool]

WORD_PIECES = 8  # stretches side by side that may be the pieces of one word
NEAR = 4  # pairs between the two places of a word that has moved, for the move to be one edit
LONGEST = 400  # pairs of a stretch that is looked at as a whole: a segment of 10,000 words takes seconds, not minutes
_QUOTES = frozenset('"“”„‟«»「」『』')
FAR = 40  # pairs beyond which the same word on both sides is no move


class Aligned:
    """Two texts as lexemes, and their pairs."""

    __slots__ = ("_looks", "left", "pairs", "right")

    def __init__(self, left: Sequence[Lexeme], right: Sequence[Lexeme], pairs: Sequence[Pair]) -> None:
        self.left, self.right, self.pairs = left, right, pairs
        self._looks: dict[Stretch, _Look] = {}

    def look(self, stretch: Stretch) -> "_Look":
        """What a stretch looks like; a stretch is looked at once."""
        look = self._looks.get(stretch)
        if look is None:
            look = self._looks[stretch] = _Look(*self.words(stretch), whole_pair=stretch[1] - stretch[0] == 1)
        return look

    def words(self, stretch: Stretch) -> tuple[list[Lexeme], list[Lexeme]]:
        """The lexemes of a stretch on either side."""
        chosen = self.pairs[slice(*stretch)]
        return [self.left[i] for i, _ in chosen if i >= 0], [self.right[j] for _, j in chosen if j >= 0]

    def same(self, index: int) -> bool:
        """Whether a pair is one form twice: no change."""
        i, j = self.pairs[index]
        return i >= 0 and j >= 0 and self.left[i].text == self.right[j].text


def merge(left: Sequence[Lexeme], right: Sequence[Lexeme], pairs: Sequence[Pair]) -> list[Stretch]:
    """The stretches of pairs that are one edit each, in order; all other pairs are the same form twice."""
    aligned = Aligned(left, right, pairs)
    changed = [n for n in range(len(pairs)) if not aligned.same(n)]
    if not changed:
        return []
    stretches = [(n, n + 1) for n in changed]
    stretches = _union(stretches, list(_near_moves(aligned, changed)))
    stretches = _union(stretches, list(_same_letters(aligned, stretches)))
    if any((i >= 0 and left[i].capital) or (j >= 0 and right[j].capital) for i, j in map(pairs.__getitem__, changed)):
        stretches = _join(aligned, stretches, _opening)
    if any(word.shape is Shape.DATE for word in (*left, *right)):
        stretches = _join(aligned, stretches, _dated)
    stretches = _join(aligned, stretches, _belong)
    if any(word.text in _QUOTES for word in (*left, *right)):
        stretches = _join(aligned, stretches, _quoted)
    stretches = _join(aligned, stretches, _belong_across)
    return _union(stretches, [_widened(aligned, stretch) for stretch in stretches])


def far_moves(left: Sequence[Lexeme], right: Sequence[Lexeme], pairs: Sequence[Pair]) -> Iterator[tuple[int, int]]:
    """Content words that stand alone on both sides: (pair without reference, pair without hypothesis)."""
    added: dict[str, list[int]] = {}
    for n, (i, j) in enumerate(pairs):
        if i < 0 and right[j].content:
            added.setdefault(right[j].lemma, []).append(n)
    if not added:
        return
    for n, (i, j) in enumerate(pairs):
        if j < 0 and left[i].content:
            places = added.get(left[i].lemma)
            if places:
                after = bisect(places, n)
                nearest = min(places[max(0, after - 1) : after + 1], key=lambda place: abs(place - n))
                if abs(nearest - n) <= FAR:
                    places.remove(nearest)
                    yield n, nearest


def _union(stretches: list[Stretch], more: list[Stretch]) -> list[Stretch]:
    """All stretches, those that overlap made one."""
    found: list[Stretch] = []
    for first, last in sorted([*stretches, *more]):
        if found and first < found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _near_moves(aligned: Aligned, changed: list[int]) -> Iterator[Stretch]:
    """Stretches within which a word has changed places with at most `NEAR` others."""
    pairs, left, right = aligned.pairs, aligned.left, aligned.right
    alone = [n for n in changed if pairs[n][0] < 0 or pairs[n][1] < 0]
    for place, n in enumerate(alone):
        i, j = pairs[n]
        word = left[i] if i >= 0 else right[j]
        for m in alone[place + 1 : place + NEAR + 2]:
            if m - n > NEAR + 1:
                break
            k, other_j = pairs[m]
            if (i >= 0) == (k >= 0):
                continue
            other = left[k] if k >= 0 else right[other_j]
            between = m - n - 1
            near = between <= (NEAR if word.content else 2 if word.mark else 3)
            if near and (word.key == other.key or (word.content and word.lemma == other.lemma)):
                yield (n, m + 1)
                break


def _join(aligned: Aligned, stretches: list[Stretch], belong: _Belong) -> list[Stretch]:
    found = stretches[:1]
    for stretch in stretches[1:]:
        if found[-1][1] - found[-1][0] < LONGEST and belong(aligned, found[-1], stretch):
            found[-1] = (found[-1][0], stretch[1])
        else:
            found.append(stretch)
    return found


def _same_letters(aligned: Aligned, stretches: list[Stretch]) -> Iterator[Stretch]:
    """Neighbouring stretches that are the same letters on both sides ("cease fire", "ceasefire"; "it 's", "it's")."""
    letters = [_letters(aligned, stretch) for stretch in stretches]
    longer = list(accumulate((len(left) - len(right) for left, right in letters), initial=0))
    start = 0
    while start < len(stretches):
        stop = start + 1
        while stop < len(stretches) and stretches[stop][0] == stretches[stop - 1][1] and stop - start < WORD_PIECES:
            stop += 1
        # The longest first; a word alone is no neighbour.
        for last in range(stop, start + 1, -1):
            if longer[last] != longer[start]:
                continue  # more letters on one side
            left, right = ("".join([side[n] for side in letters[start:last]]) for n in (0, 1))
            if left and left == right and _edged(aligned, (stretches[start][0], stretches[last - 1][1])):
                yield stretches[start][0], stretches[last - 1][1]
                start = last
                break
        else:
            start += 1


def _letters(aligned: Aligned, stretch: Stretch) -> tuple[str, str]:
    left, right = aligned.words(stretch)
    return "".join([word.joint for word in left]), "".join([word.joint for word in right])


def _edged(aligned: Aligned, stretch: Stretch) -> bool:
    """Whether both sides of a stretch begin and end with letters or digits."""
    return all(side and side[0].joint and side[-1].joint for side in aligned.words(stretch))


def _opening(aligned: Aligned, before: Stretch, after: Stretch) -> bool:
    """Whether a word was put before a sentence, or dropped, so that the next one changed its capital."""
    if before[1] != after[0]:
        return False
    one = aligned.look(before)
    if not one.one_sided or one.marks or not aligned.look(after).locked:
        return False
    left, right = aligned.words(after)
    return (
        len(left) == len(right) == 1
        and left[0].text.lower() == right[0].text.lower()
        and left[0].capital != right[0].capital
    )


def _dated(aligned: Aligned, before: Stretch, after: Stretch) -> bool:
    """Whether a preposition before a date, or a comma after it, came or went with the date's notation."""
    if before[1] != after[0]:
        return False
    one, two = aligned.look(before), aligned.look(after)
    if one.locked or two.locked:
        return False
    return (one.one_sided and one.function and two.date) or (one.date and two.marks and two.one_sided)


def _belong(aligned: Aligned, before: Stretch, after: Stretch) -> bool:
    """Whether two changes side by side are one edit."""
    if before[1] != after[0]:
        return False
    one, two = aligned.look(before), aligned.look(after)
    if one.locked or two.locked:
        return False
    if one.marks or two.marks:
        return one.marks and two.marks
    if one.date or two.date:
        return False
    if one.kin and (two.kin or (two.function and two.one_sided)):
        return False
    if one.preposition or two.preposition:
        other = two if one.preposition else one
        return other.kin and other is two
    return not ((one.twin_function and two.content) or (two.twin_function and one.content))


def _quoted(aligned: Aligned, before: Stretch, after: Stretch) -> bool:
    """Whether a quotation that was reworded opens in one change and closes in the next ("“a b”," → "c “d,”")."""
    if before[1] != after[0]:
        return False
    open_sides = [_odd_quotes(side) for side in aligned.words(before)]
    whole = [_odd_quotes(side) for side in aligned.words((before[0], after[1]))]
    return all(open_sides) and not any(whole)


def _odd_quotes(words: Sequence[Lexeme]) -> bool:
    """Whether a double quotation mark among these words has no partner."""
    return sum(word.text in _QUOTES for word in words) % 2 == 1


def _belong_across(aligned: Aligned, before: Stretch, after: Stretch) -> bool:
    """Whether two changes with one or two unchanged words between them are one edit."""
    gap = after[0] - before[1]
    if not 1 <= gap <= 2:
        return False
    kept = [aligned.left[aligned.pairs[n][0]] for n in range(before[1], after[0])]
    if any(word.content or word.mark for word in kept):
        return False
    one, two = aligned.look(before), aligned.look(after)
    if one.locked or two.locked or one.date or two.date or one.marks or two.marks:
        return False
    if one.auxiliary and two.content and all(word.word_class in ("neg", "adv") for word in kept):
        return True
    if gap > 1 or one.kin or two.kin:
        return False
    return one.content and two.content and kept[0].word_class != "conj"


def _widened(aligned: Aligned, stretch: Stretch) -> Stretch:
    """The stretch, and the verb an added or dropped auxiliary stands before ("made" → "has made")."""
    look = aligned.look(stretch)
    after = stretch[1]
    if look.auxiliary and look.one_sided and after < len(aligned.pairs) and aligned.same(after):
        word = aligned.left[aligned.pairs[after][0]]
        if word.kind is Kind.WORD and (word.content or word.word_class == "aux") and not word.capital:
            return stretch[0], after + 1
    return stretch


class _Look:
    """What a stretch looks like, seen from the next one."""

    __slots__ = (
        "auxiliary",
        "content",
        "date",
        "function",
        "kin",
        "locked",
        "marks",
        "one_sided",
        "preposition",
        "twin_function",
    )

    def __init__(self, left: Sequence[Lexeme], right: Sequence[Lexeme], *, whole_pair: bool) -> None:
        words = [*left, *right]
        self.one_sided = not left or not right
        self.content = self.date = False
        self.marks = self.auxiliary = True
        for word in words:
            self.content |= word.content
            self.date |= word.shape is Shape.DATE
            self.marks &= word.mark
            self.auxiliary &= word.word_class == "aux"
        self.function = not self.content and not self.marks
        self.locked = bool(left) and "".join([w.joint for w in left]) == "".join([w.joint for w in right]) != ""
        self.preposition = self.twin_function = self.kin = False
        if whole_pair and left and right:
            one, two = left[0], right[0]
            same_class = one.word_class == two.word_class
            self.preposition = same_class and one.word_class == "prep"
            # An article that only suits the next word ("an introduction", "a prelude") is not an edit of its own.
            suited = one.key[:1] == two.key[:1] and one.word_class == "det"
            self.twin_function = self.function and same_class and not suited
            # One word for a word that it is a form or a misspelling of: an edit that makes sense by itself.
            self.kin = self.content and not self.marks and together(one, two) < 0.62
