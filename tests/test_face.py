"""The public face: its names are pinned, each is fetched when first used, and a verb is never its room."""

import subprocess
import sys
from collections.abc import Callable

import pytest

import mtqa

NAMES = [
    "CATEGORIES", "METRICS", "PROFILES", "Alignment", "Assessment", "Batch", "Bead", "ErrorSpan", "Metric", "Notice",
    "ReferenceKind", "Refusal", "Score", "Segment", "Severity", "Signature", "Span", "Summary", "Verdict",
    "__version__", "align", "assess", "batch_of_frame", "compare", "diff", "errors", "gate", "inspect", "read_batch",
    "read_lines", "score", "show",
]  # fmt: skip


def test_the_face_is_pinned() -> None:
    assert sorted(mtqa.__all__) == sorted(NAMES)


def test_every_name_is_there() -> None:
    for name in mtqa.__all__:
        assert getattr(mtqa, name) is not None


def test_a_verb_is_not_its_room() -> None:
    code = (
        "import mtqa.align, mtqa.assess, mtqa.compare, mtqa.gate\n"
        "import mtqa, types\n"
        "for name in ('align', 'assess', 'compare', 'errors', 'gate', 'score', 'inspect'):\n"
        "    assert isinstance(getattr(mtqa, name), types.FunctionType), name\n"
        "from mtqa.align import Bead\n"
        "assert Bead is mtqa.Bead\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_import_is_light() -> None:
    code = "import sys, mtqa; sys.exit(', '.join({'numpy', 'pandas', 'typer', 'sacrebleu'} & set(sys.modules)) or 0)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(mtqa, "translate")


@pytest.mark.parametrize("verb", [mtqa.score, mtqa.errors, mtqa.assess])
def test_a_frame_that_is_none_is_refused(verb: Callable[[object], object]) -> None:
    with pytest.raises(mtqa.Refusal) as refusal:
        verb(None)
    said = "a pandas frame is wanted, NoneType found; make one with pandas.DataFrame or pandas.read_csv"
    assert str(refusal.value) == said
