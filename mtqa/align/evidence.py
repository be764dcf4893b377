"""What speaks for and against a bead: named features of every block of neighbouring lines in a corridor.

A feature of a block is gathered from the tables of pairs.py. The gain of a bead is the weighted sum of its features;
the weights are data (weights.json says how they were fitted).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .chain import SHAPES, Corridor
from .pairs import NODES, Near, Tables, block_cosine
from .sides import Side

__all__ = ["Evidence", "alone_features", "bead_features"]

Floats = NDArray[np.float32]
Evidence = dict[str, Floats]


def bead_features(
    one: Side, other: Side, corridor: Corridor, table: Tables
) -> Iterator[tuple[int, NDArray[np.int64], Evidence]]:
    """For each shape, and for a stretch of nodes at a time: the shape's index, the nodes, the features of its blocks.

    The features of blocks of one line and one line that compare parts of a block are 0.
    """
    for start in range(0, len(table.shared), NODES):
        row, column = corridor.nodes(start, min(start + NODES, len(table.shared)))
        for index, (a, b) in enumerate(SHAPES):
            inside = np.flatnonzero((row >= a) & (column >= b))
            if len(inside):
                i, j = row[inside], column[inside]
                yield index, start + inside, _features(one, other, Near(corridor, i, j), table, (a, b))


def alone_features(side: Side, likest: Floats, most: Floats) -> Evidence:
    """The features of each line that stays without a partner: (lines,) each.

    `likest` and `most` are the best of the line's entries in the tables of cosines and of dot products.
    """
    cover = np.minimum(most / np.maximum(side.norms[0] ** 2, 1e-9), 1.5)
    before = np.concatenate([[np.float32(0.5)], likest[:-1]])
    after = np.concatenate([likest[1:], [np.float32(0.5)]])
    return {
        "line": np.ones_like(likest),
        "best_cosine": likest,
        "shortness": np.exp(-side.lengths[0] / 20),
        "best_cover": cover,
        "best_cover_above_0.3": np.maximum(cover - 0.3, 0),
        "best_before": before,
        "best_after": after,
        "lesser_best_around": np.minimum(before, after),
    }


def _features(one: Side, other: Side, near: Near, table: Tables, shape: tuple[int, int]) -> Evidence:
    a, b = shape
    i, j = near.row, near.column
    cosine = block_cosine(one, other, near, table.shared, shape)
    norm, other_norm = one.norms[a - 1, i - 1], other.norms[b - 1, j - 1]
    length, other_length = one.lengths[a - 1, i - 1], other.lengths[b - 1, j - 1]
    head, tail = near(table.heads, a - 1, b - 1), near(table.tails, 0, 0)
    best_head = np.maximum(table.likest_heads.row[i - a + 1], table.likest_heads.column[j - b + 1])
    best_tail = np.maximum(table.likest_tails.row[i], table.likest_tails.column[j])
    regret, greatest_regret = _regret(near, table, shape)
    constant = np.ones_like(cosine)
    length_ratio = np.abs(np.log((length + 3) / (other_length + 3)))
    shortness = np.exp(-(length + other_length) / 40)
    least_cover = np.minimum(_least_cover(one, other, near, table, shape), 1)
    several = constant * (a + b > 2)
    return {
        "bead": constant,
        "cosine_root": np.sqrt(cosine),
        **{f"cosine_above_{knot}": np.maximum(cosine - knot, 0) for knot in (0.1, 0.2, 0.35, 0.5)},
        "length_ratio": length_ratio,
        "shortness": shortness,
        "head": head,
        "tail": tail,
        "weaker_edge": np.minimum(head, tail),
        "head_is_best": (head >= best_head - 1e-6) * constant,
        "tail_is_best": (tail >= best_tail - 1e-6) * constant,
        "regret": regret,
        "greatest_regret": greatest_regret,
        "end_differs": (one.ends_open[i - 1] != other.ends_open[j - 1]) * constant,
        "cosine_before": near(table.before, a, b),
        "cosine_after": near(table.after, 0, 0),
        "cover": np.minimum(cosine * other_norm / np.maximum(norm, 1e-9), 1.5),
        "other_cover": np.minimum(cosine * norm / np.maximum(other_norm, 1e-9), 1.5),
        "least_cover": least_cover,
        "many": several,
        "three": constant * (shape in ((1, 3), (3, 1))),
        "two_two": constant * (shape == (2, 2)),
        "four": constant * (a + b == 5),
        "many_cosine_root": several * np.sqrt(cosine),
        "many_length_ratio": several * length_ratio,
        "many_shortness": several * shortness,
        "many_weaker_edge": several * np.minimum(head, tail),
        "many_head": several * head,
        "many_tail": several * tail,
        "many_least_cover": several * least_cover,
        **_parts(one, other, near, table, shape, cosine),
        **_own(one, other, near, table, shape),
        **_marks(one, other, near, shape),
    }


def _regret(near: Near, table: Tables, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """How much liker each line is to a line outside the block than to any inside: mean and greatest."""
    a, b = shape
    cell = [[near(table.cosine, k, m) for m in range(b)] for k in range(a)]
    rows = [table.likest.row[near.row - k] - np.maximum.reduce(cell[k]) for k in range(a)]
    columns = [
        table.likest.column[near.column - m] - np.maximum.reduce([cell[k][m] for k in range(a)]) for m in range(b)
    ]
    each = np.stack(rows + columns)
    return each.mean(axis=0), each.max(axis=0)


def _least_cover(one: Side, other: Side, near: Near, table: Tables, shape: tuple[int, int]) -> Floats:
    """The share of its own vector that the line with the least such share has in the other side of the block."""
    a, b = shape
    cell = [[near(table.shared, k, m) for m in range(b)] for k in range(a)]
    rows = [sum(cell[k]) / np.maximum(one.norms[0, near.row - 1 - k] ** 2, 1e-9) for k in range(a)]
    columns = [
        sum(cell[k][m] for k in range(a)) / np.maximum(other.norms[0, near.column - 1 - m] ** 2, 1e-9) for m in range(b)
    ]
    return np.asarray(np.minimum.reduce([*rows, *columns]), dtype=np.float32)


def _parts(one: Side, other: Side, near: Near, table: Tables, shape: tuple[int, int], cosine: Floats) -> Evidence:
    """What the lines of a block of several lines bring each: an added line needs evidence of its own.

    `marginal`: how much the cosine rises by the first or the last line; `weakest`: the cosine of the line that is least
    like the other side; `break_inside`: borders in the block that look like the middle of a sentence.
    """
    a, b = shape
    if shape == (1, 1):
        nothing = np.zeros_like(cosine)
        return {"marginal": nothing, "weakest": nothing, "break_inside": nothing}
    i, j = near.row, near.column
    without = []
    if a > 1:
        without += [block_cosine(one, other, near, table.shared, (a - 1, b), up) for up in (0, 1)]
    if b > 1:
        without += [block_cosine(one, other, near, table.shared, (a, b - 1), 0, left) for left in (0, 1)]
    if a > 1:
        each = [
            sum(near(table.shared, k, m) for m in range(b))
            / np.maximum(one.norms[0, i - 1 - k] * other.norms[b - 1, j - 1], 1e-9)
            for k in range(a)
        ]
    else:
        each = [
            near(table.shared, 0, m) / np.maximum(one.norms[0, i - 1] * other.norms[0, j - 1 - m], 1e-9)
            for m in range(b)
        ]
    borders = [(one, i - k) for k in range(1, a)] + [(other, j - m) for m in range(1, b)]
    breaks = sum((side.ends_open[after - 1] | side.starts_low[after]) * np.float32(1) for side, after in borders)
    return {
        "marginal": cosine - np.maximum.reduce(without),
        "weakest": np.minimum.reduce(each),
        "break_inside": np.asarray(breaks, dtype=np.float32),
    }


def _own(one: Side, other: Side, near: Near, table: Tables, shape: tuple[int, int]) -> Evidence:
    """What the line that brings least brings of its own: what it shares with the other side beyond its neighbours.

    `own`: as a share of the line's vector; `own_of_other`: as a share of the other side's; roots, 0 to 1.
    """
    a, b = shape
    if shape == (1, 1):
        nothing = np.zeros(len(near.row), dtype=np.float32)
        return {"own": nothing, "own_of_other": nothing}
    of_line, of_other = [], []
    for side, lines, across, at, with_before in (
        (one, a, b, near.row, table.with_above),
        (other, b, a, near.column, table.with_left),
    ):
        opposite = other.norms[b - 1, near.column - 1] if side is one else one.norms[a - 1, near.row - 1]

        def summed(values: Floats, line: int, side: Side = side, across: int = across) -> Floats:
            places = ((line, k) if side is one else (k, line) for k in range(across))
            return np.asarray(sum(near(values, *place) for place in places), dtype=np.float32)

        for line in range(lines if lines > 1 else 0):
            # The line before it lies one further back; `with_before` of a line is what the two have in common.
            common = [summed(with_before, k) for k in (line - 1, line) if 0 <= k < lines - 1]
            brought = np.maximum(summed(table.shared, line) - np.maximum.reduce(common), 0)
            of_line.append(brought / np.maximum(side.norms[0, at - 1 - line] ** 2, 1e-9))
            of_other.append(brought / np.maximum(opposite**2, 1e-9))
    least = (np.minimum(np.minimum.reduce(shares), 1) for shares in (of_line, of_other))
    own, own_of_other = (np.sqrt(share).astype(np.float32) for share in least)
    return {"own": own, "own_of_other": own_of_other}


def _marks(one: Side, other: Side, near: Near, shape: tuple[int, int]) -> Evidence:
    """Whether one side asks and the other does not, speaks in quotes, names more numbers."""
    i, j = near.row, near.column
    numbers, other_numbers = (
        sum(side.numbers[at - 1 - k] for k in range(lines))
        for side, at, lines in ((one, i, shape[0]), (other, j, shape[1]))
    )
    quotes, other_quotes = (
        np.maximum.reduce([side.quotes[at - 1 - k] for k in range(lines)])
        for side, at, lines in ((one, i, shape[0]), (other, j, shape[1]))
    )
    return {
        "asks_differs": (one.asks[i - 1] != other.asks[j - 1]).astype(np.float32),
        "quotes_differ": (quotes != other_quotes).astype(np.float32),
        "numbers_ratio": np.abs(np.log((numbers + 1) / (other_numbers + 1))).astype(np.float32),
    }
