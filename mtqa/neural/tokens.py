"""Texts to token ids as COMET's encoder reads them, with the place of every token in the raw text.

The tokenizer is the encoder's own tokenizer.json, through the `tokenizers` library: no transformers. A text is cut
as COMET cuts it, to `longest - 2` tokens with its two special ones; a joint sequence to `longest`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..refusal import Refusal
from .recipe import EncoderShape

__all__ = ["Ids", "Tokens", "Vocabulary", "joined", "open_vocabulary"]

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """A text in tokens: `ids` with the special tokens at both ends, at most what COMET reads; `full` as many as it has.

    `offsets` are `(tokens, 2)`: start and end of each token in the raw text, in code points; (0, 0) for special ones.
    """

    ids: Ids
    full: int
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A tokenizer, and the ids of its special tokens."""

    tokenizer: Any
    start: int
    end: int
    pad: int


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The tokenizer of an encoder, opened when the first text is read (that of XLM-R takes half a second).

    `longest` is how many tokens the encoder reads.
    """

    opened: Callable[[], Opened]
    longest: int

    @property
    def pad(self) -> int:
        """The id of the padding token."""
        return self.opened().pad

    @property
    def end(self) -> int:
        """The id of the token at the end of a text."""
        return self.opened().end

    @property
    def start(self) -> int:
        """The id of the token at the start of a text."""
        return self.opened().start

    def read(self, texts: Sequence[str], *, places: bool = False) -> list[Tokens]:
        """The tokens of each text; without `places` the offsets stay empty, which is faster."""
        opened = self.opened()
        encode = opened.tokenizer.encode_batch if places else opened.tokenizer.encode_batch_fast
        found = []
        room = self.longest - 4  # two special tokens are added again, and COMET keeps two more free
        for encoding in encode(list(texts), add_special_tokens=False):
            ids = encoding.ids
            inner = np.asarray([opened.start, *ids[:room], opened.end], dtype=np.int32)
            offsets = [(0, 0), *encoding.offsets[:room], (0, 0)] if places else []
            found.append(Tokens(inner, len(ids) + 2, np.asarray(offsets, dtype=np.int32).reshape(-1, 2)))
        return found


def open_vocabulary(encoder: Path, shape: EncoderShape) -> Vocabulary:
    """The vocabulary of an encoder's folder; reading refuses one that is damaged or knows more than the encoder."""
    return Vocabulary(cache(partial(_opened, encoder / "tokenizer.json", shape.vocabulary)), shape.longest)


def _opened(path: Path, most: int) -> Opened:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as fault:  # the library raises bare exceptions
        what = f"no tokenizer: {str(fault)[:120]}"
        raise Refusal(what, where=str(path), mend="use the encoder's own file") from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    start, end, pad = (tokenizer.token_to_id(token) for token in ("<s>", "</s>", "<pad>"))
    if start is None or end is None or pad is None or tokenizer.get_vocab_size() > most:
        raise Refusal("the tokenizer of another encoder", where=str(path), mend="use the encoder's own file")
    return Opened(tokenizer, start, end, pad)


def joined(vocabulary: Vocabulary, texts: Iterable[Tokens]) -> tuple[Ids, int]:
    """One sequence `<s> a </s></s> b </s>` of several texts, cut to what the encoder reads, and its full length.

    A literal `<pad>` in a text is no token of it, as COMET has it.
    """
    first, *others = [tokens.ids[1:-1][tokens.ids[1:-1] != vocabulary.pad] for tokens in texts]
    edge = np.asarray([vocabulary.end, vocabulary.end], dtype=np.int32)
    parts = [np.asarray([vocabulary.start], dtype=np.int32), first]
    for other in others:
        parts += [edge, other]
    ids = np.concatenate([*parts, edge[:1]])
    return ids[: vocabulary.longest], len(ids)
