"""Numbers, quoted texts and rows as Python writes them: the native bodies against the readable ones."""

import json
import subprocess
import sys
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtqa.engines import scores_of, segment_scores, statistics
from mtqa.engines.fold import row_scores
from mtqa.kernels import lines
from mtqa.kernels.library import library
from mtqa.kernels.lines import decimals, quoted, woven
from mtqa.kernels.texts import References, Texts, differences
from mtqa.metric import find_metric, find_metrics

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(), max_size=8))
def test_numbers_are_written_as_python_writes_them(numbers: list[float]) -> None:
    assert list(decimals(array("d", numbers))) == [repr(number) for number in numbers]


def test_numbers_at_the_borders_of_the_two_ways_to_write_them() -> None:
    found = [sign * digits * 10.0**power for power in range(-8, 20) for digits in (1, 1.5, 9.999) for sign in (1, -1)]
    found += [0.0, -0.0, 5e-324, 1.7976931348623157e308, 100.0, 1e22, 123456789012345680.0]
    assert list(decimals(array("d", found))) == [repr(number) for number in found]


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, max_size=6))
def test_texts_are_quoted_as_json(rows: list[str]) -> None:
    assert list(quoted(Texts.of(rows))) == [json.dumps(row, ensure_ascii=False) for row in rows]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6), texts, texts, texts)
def test_rows_are_woven_alike_by_both_bodies(
    rows: list[tuple[str, str]], before: str, between: str, after: str
) -> None:
    columns = [Texts.of([row[side] for row in rows]) for side in (0, 1)]
    wanted = "".join(f"{before}{one}{between}{other}{after}" for one, other in rows).encode()
    assert woven(columns, [before, between, after]) == wanted
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lines, "library", lambda: None)
        assert woven(columns, [before, between, after]) == wanted
        assert list(quoted(columns[0])) == [json.dumps(row[0], ensure_ascii=False) for row in rows]
        assert list(decimals(array("d", [0.1, 1e-7]))) == ["0.1", "1e-07"]


@settings(max_examples=100, deadline=None)
@given(st.lists(texts, max_size=6))
def test_a_column_is_its_texts_and_arrow_takes_it(rows: list[str]) -> None:
    import pyarrow as pa

    column = Texts.of(rows)
    assert (list(column), len(column)) == (rows, len(rows))
    assert pa.array(column, pa.string()).to_pylist() == rows
    assert list(column.sizes) == [len(row.encode()) for row in rows]
    assert [Texts.from_arrow(pa.array(rows, pa.string()).slice(1))[n] for n in range(len(rows) - 1)] == rows[1:]
    assert list(References.single(column)) == [(row,) for row in rows]
    assert References.of([(row, row) for row in rows])[0:1] == [(row, row) for row in rows[:1]]


def test_differences() -> None:
    assert list(differences(array("q", [2, 5, 5, 9]))) == [3, 0, 4]


ROWS = [
    ("the cat sat", ("the cat sat down", "a cat sat")),
    ("", ("x",)),
    ("a", ("",)),
    ("a b c d e f", ("a b c d e f",)),
]
VARIANTS = [
    find_metric("bleu"),
    *(find_metric("bleu").given(smooth_method=name) for name in ("none", "floor", "add-k")),
    find_metric("bleu").given(effective_order=False),
    find_metric("chrf"),
    find_metric("chrf++").given(eps_smoothing=True, beta=3),
    find_metric("ter"),
]


@pytest.mark.skipif(library() is None, reason="the native library was not built (no C++ compiler)")
@pytest.mark.parametrize("metric", VARIANTS, ids=str)
def test_native_scores_are_the_readable_ones(metric: object) -> None:
    counted = statistics(metric, *zip(*ROWS, strict=True), engine="native")  # type: ignore[arg-type]
    assert segment_scores(counted) == pytest.approx(row_scores(counted.metric, counted.values), abs=1e-12)
    (alone,) = scores_of([counted.metric], *zip(*ROWS, strict=True))
    assert list(alone) == segment_scores(counted).tolist()


def test_scores_of_several_metrics_are_those_of_each() -> None:
    asked = find_metrics("chrf,ter,chrf++,bleu")
    for rows in (ROWS, [(ours, theirs[:1]) for ours, theirs in ROWS], [("a\ud800", ("b",))]):
        columns = [row[0] for row in rows], [row[1] for row in rows]
        for engine in ("sacrebleu", None):
            together = scores_of(asked, *columns, engine=engine)
            for metric, scores in zip(asked, together, strict=True):
                assert list(scores) == segment_scores(statistics(metric, *columns, engine=engine)).tolist()
    assert [len(scores) for scores in scores_of(asked, [], [])] == [0] * 4


def test_sacrebleus_last_bit() -> None:
    """BLEU rests on the C library's exp and log, as sacrebleu does; Python 3.12 adds floats in another way."""
    from sacrebleu.metrics import BLEU

    theirs = BLEU(effective_order=True)
    rows = [(f"the cat {n} sat on a mat {n * n} times", (f"a cat {n} sat on the {n * n} mat",)) for n in range(200)]
    (ours,) = scores_of([find_metric("bleu")], [row[0] for row in rows], [row[1] for row in rows])
    wanted = [theirs.sentence_score(ours, list(refs)).score for ours, refs in rows]
    if sys.version_info < (3, 12) and library() is not None:
        assert list(ours) == wanted
    assert list(ours) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.skipif(library() is None, reason="the native library was not built (no C++ compiler)")
def test_a_small_table_is_scored_without_numpy(tmp_path: Path) -> None:
    """numpy takes longer to import than ten lines to score; Arrow, pandas and sacrebleu are not needed at all."""
    (tmp_path / "t.tsv").write_text("id\tmt\tref\n1\ta b\ta c\n2\tc\tc\n", encoding="utf-8")
    (tmp_path / "t.jsonl").write_text('{"mt": "a b", "references": ["a", "b"]}\n', encoding="utf-8")
    heavy = "{'numpy', 'pandas', 'pyarrow', 'sacrebleu', 'pydantic', 'rich', 'scipy', 'regex'}"
    for name, form in (("t.tsv", "tsv"), ("t.jsonl", "jsonl"), ("t.tsv", "csv"), ("t.jsonl", "json")):
        line = ["score", str(tmp_path / name), "-f", form, "-m", "bleu,chrf,chrf++,ter"]
        code = (
            f"import sys; from mtqa.cli import main\ntry: main({line})\n"
            f"except SystemExit as end: sys.exit(end.code or ', '.join({heavy} & set(sys.modules)) or 0)"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert (run.returncode, "BLEU" in run.stdout or form == "tsv") == (0, True), run.stderr
