"""Documents joined line by line: the seeds, the laws, the refusals."""

from pathlib import Path

import pytest

from mtqa.align import Alignment, align
from mtqa.refusal import Refusal

ROOT = Path(__file__).parent.parent


def lines_of(path: str) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8").removesuffix("\n").split("\n")


SEED = lines_of("seeds/001_9c63570fe49a1101.txt")
OTHER_SEED = lines_of("seeds/000_8df44335bbcadca0.txt")


def holds(alignment: Alignment, hypothesis: list[str], reference: list[str]) -> bool:
    """Every line of both sides in exactly one bead, scores in range."""
    rows = sorted(i for bead in alignment.beads for i in bead.hypothesis)
    columns = sorted(j for bead in alignment.beads for j in bead.reference)
    scored = all(0 <= bead.score <= 1 and (bead.hypothesis or bead.reference) for bead in alignment.beads)
    return rows == list(range(len(hypothesis))) and columns == list(range(len(reference))) and scored


@pytest.mark.parametrize(
    "reference", ["references/001_9c63570fe49a1101.txt", "references/independent/001_9c63570fe49a1101.txt"]
)
def test_the_seed_has_24_beads_of_one_line_each(reference: str) -> None:
    alignment = align(SEED, lines_of(reference))
    assert alignment.parallel
    assert [(bead.hypothesis, bead.reference) for bead in alignment.beads] == [((i,), (i,)) for i in range(24)]


@pytest.mark.parametrize(("one", "other"), [(SEED, OTHER_SEED), (OTHER_SEED, SEED)])
def test_the_seeds_are_not_parallel(one: list[str], other: list[str]) -> None:
    alignment = align(one, other)
    assert not alignment.parallel
    assert not any(bead.hypothesis and bead.reference for bead in alignment.beads)
    assert holds(alignment, one, other)


def test_an_empty_side_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        align([" "], ["Text."])
    assert str(caught.value) == "the hypothesis has no text; give two documents with at least one line each"
